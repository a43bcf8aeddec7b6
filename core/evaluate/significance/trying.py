"""What counts as one try, and what a result is worth when all tries are counted."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from core.evaluate.significance.deflation import expected_max_sharpe
from core.evaluate.significance.sharpe import (
    Convention,
    SharpeSample,
    min_track_record,
    psr,
    sharpe_sample,
)
from core.records import Costs, Significance, Trial, TrialTally
from core.records.significance import TRIAL_KINDS

NO_TRIALS = TrialTally(runs=0, distinct=0, sharpe_variance=None)


def trial(
    *,
    batch: str,
    kind: str,
    symbol: str,
    timeframe: str,
    strategy: str,
    parameters: Mapping[str, Any],
    start: datetime,
    stop: datetime,
    bars: int,
    costs: Costs,
    sharpe: float | None,
) -> Trial:
    """One try with its id: a hash of asset, timeframe, strategy, parameters, dates and costs.

    Neither the order of the parameters, the job nor the kind of run changes the id: the same again is no new try.

    Args:
        parameters: all that was chosen, rules of size and exits included; JSON values.
        sharpe: per bar; None where it is not defined.

    Raises:
        ValueError: an unknown kind.
    """
    if kind not in TRIAL_KINDS:
        raise ValueError(f"No trial is a {kind!r}: choose of {', '.join(TRIAL_KINDS)}.")
    chosen = json.dumps(dict(parameters), sort_keys=True, default=str)
    tried = (symbol, timeframe, strategy, chosen, start.timestamp(), stop.timestamp(), asdict(costs))
    name = hashlib.blake2b(
        json.dumps(tried, sort_keys=True, default=str).encode(), digest_size=12
    ).hexdigest()
    known = sharpe if sharpe is not None and math.isfinite(sharpe) else None
    return Trial(name, batch, kind, symbol, timeframe, strategy, chosen, start, stop, bars, known)


def trial_variance(tally: TrialTally, observations: int) -> float:
    """Variance of the trials' per-bar Sharpe ratios; where it is not known, what worthless trials of that length have: 1 / T."""
    return 1.0 / max(observations, 1) if tally.sharpe_variance is None else tally.sharpe_variance


def significance_of(
    returns: np.ndarray, tally: TrialTally, convention: Convention = Convention.BAILEY
) -> Significance:
    """PSR, DSR and MinTRL of one per-bar return series (n,), with all that was ever tried taken into account.

    The run itself is a trial: an empty tally counts as one. Where the Sharpe ratio is not defined (no variation,
    ruin, values that are not finite) its statistics are None.
    """
    trials = max(tally.distinct, 1)
    sample = sharpe_sample(returns)
    hurdle = expected_max_sharpe(trials, trial_variance(tally, len(returns)))
    if sample is None:
        return Significance(
            len(returns), None, None, None, None, trials, hurdle, None, None, convention.value
        )
    return Significance(
        observations=sample.observations,
        sharpe=sample.sharpe,
        skewness=sample.skewness,
        kurtosis=sample.kurtosis,
        psr=psr(sample, convention),
        trials=trials,
        expected_max_sharpe=hurdle,
        dsr=psr(sample, convention, hurdle),
        min_track_record=min_track_record(sample, convention),
        convention=convention.value,
    )


def sample_of(significance: Significance) -> SharpeSample | None:
    """The sample that a significance was computed from; None where it had no Sharpe ratio."""
    s = significance
    if s.sharpe is None or s.skewness is None or s.kurtosis is None:
        return None
    return SharpeSample(s.sharpe, s.observations, s.skewness, s.kurtosis)
