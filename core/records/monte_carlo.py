"""What else could have happened to a backtest: what was asked, and what many random paths answer."""

from dataclasses import dataclass
from enum import StrEnum


class PathMethod(StrEnum):
    """How the next step of a path is drawn."""

    BLOCKS = "blocks"
    TRADES = "trades"
    SHUFFLE = "shuffle"
    SKIP = "skip"
    GARCH = "garch"
    REGIMES = "regimes"
    STRESS = "stress"

    @property
    def of_trades(self) -> bool:
        """Whether a step is a trade; otherwise it is a bar."""
        return self in (PathMethod.TRADES, PathMethod.SHUFFLE, PathMethod.SKIP, PathMethod.STRESS)

    @property
    def label(self) -> str:
        """Its name on pages."""
        return _WORDS[self][0]

    @property
    def meaning(self) -> str:
        """What it does and what it is good for, in two sentences."""
        return _WORDS[self][1]


_WORDS = {
    PathMethod.BLOCKS: (
        "Stationary block bootstrap of bar returns",
        "Joins runs of neighbouring bars of random length, so that streaks and calm or wild times survive. The first "
        "choice for drawdowns and for the interval of the Sharpe ratio.",
    ),
    PathMethod.TRADES: (
        "Trade bootstrap",
        "Draws closed trades with replacement. Answers how much of the result hangs on which trades came; it takes "
        "trades as independent.",
    ),
    PathMethod.SHUFFLE: (
        "Trade reshuffle",
        "The same trades in another order. Only the way there changes (drawdown, losing runs), never the end.",
    ),
    PathMethod.SKIP: (
        "Random skip of trades",
        "The actual order with some trades missed, as a real account misses them. Answers whether a few trades carry "
        "everything.",
    ),
    PathMethod.GARCH: (
        "GARCH(1,1) paths",
        "Volatility that clusters: a GARCH model fitted to the bar returns, its residuals drawn again (filtered "
        "historical simulation), from the volatility at the end of the run.",
    ),
    PathMethod.REGIMES: (
        "Regime-switching paths",
        "A calm and a wild state with their own mean and deviation, found by a hidden Markov model, that change as "
        "often as they did.",
    ),
    PathMethod.STRESS: (
        "Cost and delay stress",
        "The trades priced again with a multiple of the costs and with entries some bars late, then drawn with "
        "replacement. Answers how much friction the result survives.",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MonteCarloRequest:
    """What to simulate; the same request on the same backtest gives the same answer to the last bit."""

    backtest_id: str
    method: PathMethod = PathMethod.BLOCKS
    paths: int = 10_000
    horizon: int = 0
    """Steps (bars or trades); 0: as many as the run has."""
    seed: int = 0
    ruin: float = 0.5
    """Level of equity, relative to the start, at or below which the account counts as ruined."""
    goal: float = 1.5
    """Level to be reached."""
    drawdown_limit: float = 0.3
    """Fall from a peak that is not to be exceeded; a positive fraction."""
    block: float = 0.0
    """Mean length of a block in bars; 0: the optimal one."""
    skip: float = 0.1
    """Share of trades missed."""
    cost_multiple: float = 2.0
    delay: int = 1
    """Bars that entries come late."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One fitted or chosen number of a method, as it is shown."""

    name: str
    value: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Fan:
    """Quantiles of equity, relative to the start, over the steps."""

    steps: tuple[int, ...]
    """Ascending; 0 is the start."""
    p5: tuple[float, ...]
    p25: tuple[float, ...]
    p50: tuple[float, ...]
    p75: tuple[float, ...]
    p95: tuple[float, ...]
    actual: tuple[float, ...]
    """The run itself at the same steps; shorter where it was shorter, empty when it has nothing to compare."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One figure over all paths."""

    name: str
    meaning: str
    unit: str
    """level, fraction, bars, trades or ratio."""
    p1: float
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float
    p99: float
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    """Paths in each bin: one less than edges; the end bins hold what lies beyond."""
    actual: float | None
    """Of the run over the same number of steps; None when it was shorter."""
    rank: float | None
    """Share of paths below the run, ties by half."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability estimated from the paths."""

    value: float
    error: float
    """Standard error √(p(1 − p)/N)."""


@dataclass(frozen=True, slots=True)
class SizePoint:
    """What a position of one size leads to."""

    multiple: float
    """Of the position as it was traded."""
    growth: float
    """Median growth over the horizon, as a fraction."""
    ruin: float
    halving: float
    """Chance of ever falling to half."""


@dataclass(frozen=True, slots=True)
class SizeCurve:
    """Position size against ruin, all sizes on the same random steps."""

    points: tuple[SizePoint, ...]
    kelly: float | None
    """Multiple with the largest mean log growth of the returns; None when no position grows."""
    approximate: float | None
    """Mean over variance, the Kelly fraction of small returns."""
    paths: int
    horizon: int
    step: str
    block: float


@dataclass(frozen=True, slots=True)
class StressCell:
    """The trades at one multiple of the costs and one delay."""

    cost_multiple: float
    delay: int
    total_return: float
    """In the actual order."""
    max_drawdown: float
    """Negative, at trade ends."""
    loss: float
    """P(loss) when the trades are drawn with replacement."""


@dataclass(frozen=True, slots=True)
class MonteCarloRun:
    """One simulation with everything that is needed to repeat it."""

    id: str
    """Empty when it was not stored."""
    request: MonteCarloRequest
    symbol: str
    timeframe: str
    strategy: str
    step: str
    """bar or trade."""
    horizon: int
    run_steps: int
    """Of the backtest."""
    settings: tuple[Setting, ...]
    fan: Fan
    distributions: tuple[Distribution, ...]
    """End level, worst drawdown, longest time under water, share of time under water, longest losing run, Sharpe."""
    loss: Chance
    deep: Chance
    """P(drawdown beyond the limit)."""
    ruin: Chance
    """P(ever at or below the ruin level)."""
    goal: Chance
    """P(the goal is reached before ruin)."""
    goal_end: Chance
    """P(at or above the goal at the end)."""
    sharpe_low: float | None
    """95 % percentile interval of the yearly Sharpe ratio; None where it is not defined."""
    sharpe_high: float | None
    sizes: SizeCurve | None
    stress: tuple[StressCell, ...]
    """Empty where the bars of the run are not at hand."""
    headline: str
    """How bad it could get, and how lucky the run was."""
    problems: tuple[str, ...]
    limits: tuple[str, ...]
    """What these paths cannot show."""
    seconds: float

    def distribution(self, name: str) -> Distribution:
        """One of the distributions by name."""
        return next(item for item in self.distributions if item.name == name)
