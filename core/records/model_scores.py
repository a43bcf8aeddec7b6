"""How good a model's forecasts were out of sample, beside knowing nothing."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Forecasts of about one probability, and how often it came true."""

    outcome: str
    """down, flat or up."""
    forecast: float
    """Mean probability of the bin."""
    observed: float
    """Share that came true."""
    low: float
    """Wilson 95 % interval of that share, by effective rows."""
    high: float
    rows: int


@dataclass(frozen=True, slots=True)
class ModelScores:
    """Everything that is said about one model's forecasts, all of it out of sample (purged walk-forward).

    None where a figure is not defined: one class only, no signals, no head.
    """

    rows: int
    effective_rows: float
    """Sum of the labels' average uniqueness: independent labels that the rows amount to."""
    first: datetime
    """Open of the first and the last scored bar."""
    last: datetime
    brier: float
    brier_base: float
    log_loss: float
    log_loss_base: float
    auc: float | None
    auc_direction: float | None
    """Up against down over the rows that ended in either."""
    mcc: float | None
    """Matthews correlation of the likelier-than-usual class with the outcome."""
    ece: float | None
    """Expected calibration error of P(up) and P(down), equal-count bins; never the sole gate."""
    information_coefficient: float | None
    """Spearman correlation of P(up) − P(down) with the return over the horizon."""
    ic_p_value: float | None
    """Two-sided, by effective rows."""
    signals: int
    """Rows at which the model leaned up or down by more than the margin of the signal."""
    effective_signals: float
    hit_rate: float | None
    """Share of signals whose return over the label's span had their sign."""
    hit_low: float | None
    """Wilson 95 % interval by effective signals."""
    hit_high: float | None
    break_even: float | None
    """Hit rate at which these wins and losses, after costs, neither make nor lose: (L + c) / (W + L)."""
    expectancy: float | None
    """Mean return of a signal after costs, as a fraction."""
    expectancy_low: float | None
    """95 % block-bootstrap interval."""
    expectancy_high: float | None
    pinball: tuple[float, ...]
    """Mean pinball loss at each of QUANTILE_LEVELS, in units of the horizon's σ; empty without quantiles."""
    pinball_base: tuple[float, ...]
    """The same of the training part's own quantiles."""
    coverage: float | None
    """Share of returns inside the 5 … 95 % interval; 0.90 is meant."""
    coverage_half: float | None
    """Share inside 25 … 75 %; 0.50 is meant."""
    dm_statistic: float | None
    """Diebold-Mariano (Harvey-Leybourne-Newbold) of Brier losses against the base rate; positive: the model is better."""
    dm_p_value: float | None
    reliability: tuple[ReliabilityBin, ...]
    edge: bool
    """True only when every gate of METHOD.md §3 is passed."""
    reasons: tuple[str, ...]
    """Each gate in a sentence with its numbers, failed ones first."""

    @property
    def skill(self) -> float:
        """Brier skill score: 1 − Brier / Brier of the base rate; ≤ 0 is no skill."""
        return 1.0 - self.brier / self.brier_base if self.brier_base > 0.0 else 0.0

    @property
    def calibrated(self) -> bool:
        """Both proper scores are better than the base rate's (METHOD.md criterion 6)."""
        return self.skill > 0.0 and self.log_loss < self.log_loss_base
