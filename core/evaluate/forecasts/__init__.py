"""Forecasts judged: are they better than knowing nothing, and by enough to pay for trading on them?

A menu of the room: `frame` (what an out-of-sample frame holds), `scoring` (proper scores, discrimination),
`reliability` (calibration), `intervals` (quantiles, coverage), `signals` (hit rate, expectancy), `comparison`
(Diebold-Mariano), `gates` (what an edge must pass), `judging` (all of it together), `rolling` (over time), `llm_record` (a language
model's own forecasts).
"""

from core.evaluate.forecasts.comparison import diebold_mariano
from core.evaluate.forecasts.gates import Gate, gates
from core.evaluate.forecasts.intervals import coverage, pinball, pinball_losses
from core.evaluate.forecasts.judging import (
    MemberScores,
    judge_forecasts,
    member_scores,
    path_scores,
)
from core.evaluate.forecasts.llm_record import running_skill, score_opinions
from core.evaluate.forecasts.overlap import effective_rows
from core.evaluate.forecasts.reliability import calibration_error, reliability
from core.evaluate.forecasts.rolling import rolling_coverage, rolling_skill, rolling_window
from core.evaluate.forecasts.scoring import (
    auc,
    auc_direction,
    brier_losses,
    information_coefficient,
    log_losses,
    matthews,
    skill,
)
from core.evaluate.forecasts.signals import SignalScores, lean, mean_interval, score_signals

__all__ = [
    "Gate",
    "MemberScores",
    "SignalScores",
    "auc",
    "auc_direction",
    "brier_losses",
    "calibration_error",
    "coverage",
    "diebold_mariano",
    "effective_rows",
    "gates",
    "information_coefficient",
    "judge_forecasts",
    "lean",
    "log_losses",
    "matthews",
    "mean_interval",
    "member_scores",
    "path_scores",
    "pinball",
    "pinball_losses",
    "reliability",
    "rolling_coverage",
    "rolling_skill",
    "rolling_window",
    "running_skill",
    "score_opinions",
    "score_signals",
    "skill",
]
