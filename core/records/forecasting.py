"""What stands beside a direction forecast: regime, volatility, levels, the models that spoke, and how horizons agree."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

QUANTILE_LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
"""Levels of the return quantiles that every forecast carries."""


class RegimeKind(StrEnum):
    """How a market moves; derived from the fitted moments of a hidden state, not chosen by hand."""

    TREND = "trend"
    RANGE = "range"
    VOLATILE = "volatile"


@dataclass(frozen=True, slots=True)
class RegimeState:
    """Where a market stands at one moment, by probabilities that have seen the past only."""

    kinds: tuple[RegimeKind, ...]
    """Of the hidden states, ordered by variance, calmest first."""
    probabilities: tuple[float, ...]
    """Filtered, one per state; they sum to 1."""
    yearly_volatility: tuple[float, ...]
    """Of each state, as a fraction a year."""
    yearly_drift: tuple[float, ...]
    """Mean log return of each state, a year."""
    expected_bars: tuple[float, ...]
    """How long a visit to each state lasts on average: 1 / (1 − probability of staying)."""
    bars_in_state: int
    """Bars since the likeliest state has been the likeliest."""
    fitted_until: datetime
    """Close of the last bar that the parameters have seen."""
    words: str

    @property
    def likeliest(self) -> int:
        """Number of the state with the highest probability."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)

    @property
    def kind(self) -> RegimeKind:
        """Kind of the likeliest state."""
        return self.kinds[self.likeliest]


@dataclass(frozen=True, slots=True)
class VolatilityScore:
    """How well one volatility model forecast the past."""

    model: str
    """ewma, garch, gjr or har."""
    qlike: float
    """Mean QLIKE loss out of sample, lower is better; Patton 2011."""
    rows: int


@dataclass(frozen=True, slots=True)
class VolatilityForecast:
    """How far the price may move over one horizon."""

    horizon: str
    bars: int
    sigma: float
    """Standard deviation of the log return over the whole horizon."""
    sigma_bar: float
    """The same per bar, root mean square over the horizon."""
    model: str
    """The candidate with the best past score; the one that speaks."""
    scores: tuple[VolatilityScore, ...]
    """Of every candidate, best first."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Stop and target distances that the past suggests for a position, as fractions of the price."""

    stop_long: float
    """Adverse excursion that all but a quarter of comparable long entries stayed within."""
    target_long: float
    """Favourable excursion that half of comparable long entries reached."""
    stop_short: float
    target_short: float
    rows: int
    """Labelled rows behind them."""


@dataclass(frozen=True, slots=True)
class MemberSay:
    """One member of the ensemble and what it says by itself, uncalibrated."""

    name: str
    p_down: float
    p_flat: float
    p_up: float
    weight: float
    """Share in the pooled opinion in the present regime, 0 … 1."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the horizons say together."""

    direction: int
    """−1, 0 or 1: where the horizons that lean lean on balance."""
    agreement: float
    """0 (as many against as for) … 1 (all that lean lean the same way); 1 when none leans."""
    conflicts: tuple[str, ...]
    """Pairs of horizons that contradict each other, in words."""
    words: str
    """One or two plain sentences."""
