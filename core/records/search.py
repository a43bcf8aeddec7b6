"""What a search over parameters is asked, and what it found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.records.significance import EdgeVerdict


class SearchMethod(StrEnum):
    """How the space is walked through."""

    GRID = "grid"
    """Every cell."""
    TPE = "tpe"
    """Optuna's tree-structured Parzen estimator."""
    WALK_FORWARD = "walk_forward"
    """A grid or TPE in each window, tried on the bars that follow it."""


class Objective(StrEnum):
    """What makes a cell good; more is better for each."""

    SHARPE = "sharpe"
    RETURN = "total_return"
    DRAWDOWN = "max_drawdown"
    """A negative fraction: nearer to zero is better."""
    CALMAR = "calmar"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One number that is searched, from `low` to `high`, both included."""

    name: str
    """Parameter of the strategy, or «stop» or «target» (fractions of price; 0 is none)."""
    low: float
    high: float
    step: float = 1.0
    """Distance of the grid's values; not used with `log`."""
    log: bool = False
    """Equal ratios instead of equal steps: `points` values in the grid, any value for TPE."""
    whole: bool = True
    """Integers only."""
    points: int = 10

    @property
    def fixed(self) -> bool:
        """Only one value."""
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """How a walk-forward cuts the bars; all in bars."""

    train: int
    test: int
    gap: int = 0
    """Bars between the search and its test that neither sees (embargo)."""
    anchored: bool = False
    """Every search begins at the first bar instead of rolling on."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Everything that decides what a search finds; the same request on the same bars is the same study."""

    symbol: str
    timeframe: str
    source: str
    strategy: str
    method: SearchMethod
    space: tuple[Dimension, ...]
    objectives: tuple[Objective, ...] = (Objective.SHARPE,)
    """The first leads; with several, TPE looks for their Pareto front."""
    worst_drawdown: float | None = None
    """A cell that falls further (positive fraction) is not chosen."""
    least_trades: int = 0
    """A cell with fewer closed trades is not chosen."""
    trials: int = 200
    """Cells that TPE runs; in each window, for a walk-forward."""
    prune: bool = True
    """TPE with one objective: give up a cell that is poor on the first quarter or half of the history."""
    inner: SearchMethod = SearchMethod.GRID
    """What a walk-forward does in each window."""
    windows: WindowPlan | None = None
    seed: int = 7
    start: datetime | None = None
    stop: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one cell or curve."""

    total_return: float
    sharpe: float | None
    """Yearly; None without variation."""
    max_drawdown: float
    """Negative fraction."""
    trades: int


@dataclass(frozen=True, slots=True)
class CellResult:
    """One cell with its surroundings."""

    position: int
    """Row in the table of cells."""
    parameters: dict[str, float]
    figures: Figures
    score: float
    """The leading objective."""
    mean: float
    """Mean score of the cell and its neighbours."""
    worst: float
    """Lowest score among them."""
    neighbours: int


@dataclass(frozen=True, slots=True)
class Importance:
    """How much of a good result is due to one parameter (shares sum to 1)."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Overfitting:
    """Probability of backtest overfitting by CSCV (Bailey, Borwein, López de Prado & Zhu 2015)."""

    pbo: float
    logits: tuple[float, ...]
    """Of the out-of-sample rank of the in-sample best, one for each split."""
    cells: int
    blocks: int


@dataclass(frozen=True, slots=True)
class WindowResult:
    """One window of a walk-forward: searched on one stretch, tried on the next."""

    number: int
    train_start: datetime
    train_stop: datetime
    """Open of the last bar that the search saw."""
    test_start: datetime
    test_stop: datetime
    train_bars: int
    test_bars: int
    parameters: dict[str, float]
    in_sample: Figures
    out_of_sample: Figures
    cells: int
    """Cells that the search ran."""


@dataclass(frozen=True, slots=True)
class WalkForward:
    """A walk-forward as a whole."""

    windows: tuple[WindowResult, ...]
    out_of_sample: Figures
    """Of the stitched curve."""
    growth_in: float | None
    """Yearly growth of the chosen cells in their searches, compounded over all windows; None after ruin."""
    growth_out: float | None
    """Yearly growth of the stitched curve."""
    efficiency: float | None
    """growth_out / growth_in (Pardo 2008); None where the searches themselves found no growth."""


@dataclass(frozen=True, slots=True)
class SearchSummary:
    """What a search found."""

    id: str
    study: str
    """Hash of request and bars: a second run of the same goes on where the first stopped."""
    request: SearchRequest
    data_source: str
    start: datetime
    stop: datetime
    bars: int
    hold: Figures
    cells: int
    """Cells that were run to the end."""
    pruned: int
    left_out: int
    """Cells that break a limit on drawdown or trades; they are shown and not chosen."""
    plateau: CellResult | None
    """The default choice: best mean of a cell's neighbourhood. None when no cell may be chosen."""
    peak: CellResult | None
    """Best single score."""
    front: tuple[int, ...]
    """Rows of the Pareto front of the objectives; empty with one objective."""
    importance: tuple[Importance, ...]
    overfitting: Overfitting | None
    superiority: float | None
    """p-value of the best cell against buy and hold among all of them (Hansen's SPA)."""
    walk_forward: WalkForward | None
    verdict: EdgeVerdict | None
    notes: tuple[str, ...]
    seconds: float
