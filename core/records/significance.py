"""How often an idea was tried, and what is left of its result when that is taken into account."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TRIAL_KINDS = ("backtest", "sweep", "search", "walk_forward", "agent", "tuning")


@dataclass(frozen=True, slots=True)
class Trial:
    """One configuration that was run on one asset; counted for good, also when its report is deleted."""

    id: str
    """Hash of what was tried (asset, timeframe, strategy, parameters, dates, costs): the same again is no new trial."""
    batch: str
    """Job that ran it."""
    kind: str
    """Of TRIAL_KINDS."""
    symbol: str
    timeframe: str
    strategy: str
    parameters: str
    """JSON."""
    start: datetime
    stop: datetime
    bars: int
    sharpe: float | None
    """Per bar, not annualised; None where it is not defined (no variation)."""


@dataclass(frozen=True, slots=True)
class TrialTally:
    """All that was ever tried on one asset at one timeframe."""

    runs: int
    """Rows, repetitions included."""
    distinct: int
    """Different configurations."""
    sharpe_variance: float | None
    """Variance (ddof 1) of the distinct trials' per-bar Sharpe ratios; None below two."""


class EdgeKind(StrEnum):
    """The three answers that a report may lead with."""

    EVIDENCE = "evidence of edge"
    NONE = "no evidence of edge"
    UNCLEAR = "cannot tell yet"


@dataclass(frozen=True, slots=True)
class Significance:
    """Statistics of one per-bar return series against zero and against the best of N lucky ones.

    Per-bar Sharpe ratios and Pearson kurtosis, as in Bailey & López de Prado (2012, 2014). None where not defined.
    """

    observations: int
    sharpe: float | None
    """Per bar."""
    skewness: float | None
    kurtosis: float | None
    psr: float | None
    """Probability that the true Sharpe ratio is above 0."""
    trials: int
    expected_max_sharpe: float | None
    """Per bar; what the best of that many worthless trials is expected to show."""
    dsr: float | None
    """Probability that the true Sharpe ratio is above it."""
    min_track_record: float | None
    """Bars after which this Sharpe ratio would be told from 0 with 95 %."""
    convention: str
    """Which form of the estimator's variance, in words."""


@dataclass(frozen=True, slots=True)
class EdgeVerdict:
    """What leads a report."""

    kind: EdgeKind
    headline: str
    reasons: tuple[str, ...]
    """The three that weigh most, the gravest first."""
    more_data: str
    """How much more data would settle it, in words."""
    significance: Significance


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the interval in which it may as well lie."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MetricIntervals:
    """Bootstrap intervals of a curve's figures, with all that is needed to draw them again; None where not defined."""

    total_return: Interval | None
    cagr: Interval | None
    volatility: Interval | None
    """Yearly, as are the two ratios."""
    sharpe: Interval | None
    sortino: Interval | None
    max_drawdown: Interval | None
    """Negative fractions."""
    block: float
    """Mean block length, bars."""
    reps: int
    """Resamples."""
    seed: int
    level: float
    """0.95: of that share of the resamples the figures lie inside."""
    method: str
    """In words."""
