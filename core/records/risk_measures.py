"""What can be lost: value at risk by method, its back-test, stress and where risk comes from."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.records.market import AssetClass


class VarMethod(StrEnum):
    """How the tail of the returns is read."""

    HISTORICAL = "historical"
    GAUSSIAN = "gaussian"
    CORNISH_FISHER = "cornish_fisher"
    EVT = "evt"

    @property
    def label(self) -> str:
        """Its name on screen."""
        return _LABEL[self]


_LABEL = {
    VarMethod.HISTORICAL: "Historical",
    VarMethod.GAUSSIAN: "Gaussian",
    VarMethod.CORNISH_FISHER: "Cornish-Fisher",
    VarMethod.EVT: "Extreme values (GPD)",
}


@dataclass(frozen=True, slots=True)
class VarEstimate:
    """Value at risk and expected shortfall, both as losses: .02 is a loss of two per cent."""

    var: float | None
    """Loss per bar that is exceeded in a share 1 − level of the bars; None where the method refuses."""
    es: float | None
    """Mean loss in that share of the bars (CVaR); None where the method refuses."""
    method: VarMethod
    words: str
    """How it was found, or why the method refuses."""
    level: float = 0.95
    count: int = 0
    """Returns that it rests on."""

    @property
    def refused(self) -> bool:
        """Whether the method has no number for these returns."""
        return self.var is None


@dataclass(frozen=True, slots=True)
class Kupiec:
    """Test of the share of exceptions (proportion of failures)."""

    exceptions: int
    n: int
    p: float
    """Share of exceptions that was promised: 1 − level."""
    lr: float
    """Likelihood ratio, χ² with one degree of freedom when the promise is kept."""
    p_value: float
    words: str

    @property
    def kept(self) -> bool:
        """Whether the promise stands at the 5 % level."""
        return self.p_value >= 0.05


@dataclass(frozen=True, slots=True)
class VarBacktest:
    """VaR from the window before, against what was then lost."""

    method: VarMethod
    level: float
    window: int
    """Returns that each point of the line rests on."""
    rows: np.ndarray
    """(m,) places of the judged returns in the series."""
    returns: np.ndarray
    """(m,) of these."""
    var: np.ndarray
    """(m,) loss; NaN where the method refused."""
    exceeded: np.ndarray
    """(m,) bool: more was lost."""
    test: Kupiec | None
    """None when nothing could be judged."""
    words: str


@dataclass(frozen=True, slots=True)
class Holding:
    """One position as stress looks at it."""

    symbol: str
    kind: AssetClass
    value: float
    """Signed market value, in quote currency."""
    volatility: float | None
    """Standard deviation of the returns of a day; None when unknown."""
    stop: float | None
    """Distance of the stop from the last price against the position, as a fraction; None without a stop."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to each asset at once; nothing can be sold in between."""

    name: str
    words: str
    """What is assumed, with its numbers."""
    moves: tuple[tuple[str, float], ...]
    """Symbol and return of its price."""
    cost: float = 0.0
    """Paid besides on the absolute value of every position, as a fraction."""


@dataclass(frozen=True, slots=True)
class StressLoss:
    """One scenario applied to the book of now."""

    name: str
    words: str
    pnl: float
    """In quote currency; a loss is negative."""
    share: float
    """Of equity."""
    parts: tuple[tuple[str, float], ...]
    """Symbol and its part of the P&L, worst first."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is held of one asset, or of all, against its limit."""

    name: str
    """Symbol, or what the sum is of."""
    share: float
    """Signed share of equity; the sum of absolute shares where it is of all."""
    limit: float
    value: float
    """Signed, in quote currency."""
    total: bool = False


@dataclass(frozen=True, slots=True)
class CheckTally:
    """How often one risk check bound lately."""

    name: str
    runs: int
    refused: int
    nearest: int
    """Runs that passed everything in which this check was nearest to its limit."""
    usage: float | None
    """Median use of the limit, 1 at the limit; None when no number could be held against one."""
    last: str
    """What it said when it refused last; else when it was nearest."""


@dataclass(frozen=True, slots=True)
class Contributions:
    """Where the volatility of a book comes from: the parts sum to it."""

    volatility: float
    """Standard deviation of the book's return, in the unit of the covariance."""
    parts: tuple[float, ...]
    """wᵢ·(Σw)ᵢ / volatility, in the order of the weights; negative where a position hedges."""
