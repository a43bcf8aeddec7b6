"""Statistics that know how often one tried: what a result is worth, and how much data would settle it.

A menu of the room: `sharpe` (how far a Sharpe ratio can be off), `deflation` (what the best of many shows by luck),
`trying` (what counts as a try), `discovery` (how often a discovery is false), `overfitting` (PBO), `superior` (tests of
many models at once), `hit_rate` (shares of winners), `intervals` (block bootstrap).
"""

from core.evaluate.significance.deflation import dsr, expected_max, expected_max_sharpe, min_backtest_length
from core.evaluate.significance.discovery import observed_false_discovery, planned_false_discovery, power
from core.evaluate.significance.hit_rate import effective_count, hit_rate_interval, signals_needed
from core.evaluate.significance.intervals import block_length, metric_intervals
from core.evaluate.significance.overfitting import Overfitting, overfitting
from core.evaluate.significance.sharpe import (
    Convention,
    SharpeSample,
    min_track_record,
    psr,
    sharpe_error,
    sharpe_sample,
)
from core.evaluate.significance.sums import sum_interval
from core.evaluate.significance.superior import (
    SuperiorAbility,
    confidence_set,
    p_value_words,
    reality_check,
    superior_ability,
    superior_models,
)
from core.evaluate.significance.trying import NO_TRIALS, significance_of, trial, trial_variance

__all__ = [
    "NO_TRIALS",
    "Convention",
    "Overfitting",
    "SharpeSample",
    "SuperiorAbility",
    "block_length",
    "confidence_set",
    "dsr",
    "effective_count",
    "expected_max",
    "expected_max_sharpe",
    "hit_rate_interval",
    "metric_intervals",
    "min_backtest_length",
    "min_track_record",
    "observed_false_discovery",
    "overfitting",
    "p_value_words",
    "planned_false_discovery",
    "power",
    "psr",
    "reality_check",
    "sharpe_error",
    "sharpe_sample",
    "signals_needed",
    "significance_of",
    "sum_interval",
    "superior_ability",
    "superior_models",
    "trial",
    "trial_variance",
]
