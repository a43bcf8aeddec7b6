"""What a cycle tells about itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.records.deciding import Decision
from core.records.forecasting import Outlook, RegimeState
from core.records.judgement import (
    Explanation,
    Forecast,
    FusedSignal,
    Sentiment,
)
from core.records.llm import LlmShare
from core.records.market import DataQuality, Timeframe
from core.records.trading import Book, Fill, Order


@dataclass(frozen=True, slots=True)
class Problem:
    """Expected trouble that a stage met and went on from."""

    where: str
    """Stage and source, e.g. collect/yfinance."""
    what: str
    """What happened, in one sentence."""
    instead: str
    """What was done instead, or what the user can do."""


class Mode(StrEnum):
    """Which book a cycle trades."""

    PAPER = "paper"
    BACKTEST = "backtest"


class StageState(StrEnum):
    """How a stage ended."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class StageReport:
    """One stage of one cycle."""

    stage: str
    state: StageState
    seconds: float
    summary: str
    """The result in one sentence."""
    source: str
    """Where its input came from, e.g. yfinance, cache, model id."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class CycleRequest:
    """What a cycle is asked to do."""

    symbol: str
    timeframe: Timeframe
    source: str
    """auto, sample, yfinance, coingecko, ccxt:EXCHANGE, alphavantage, cryptocompare, imported or file:PATH."""
    as_of: datetime | None
    """None: the clock of the world that the data lives in."""
    mode: Mode


@dataclass(frozen=True, slots=True)
class CycleReport:
    """Everything a cycle did; the trade passport is drawn from it."""

    id: str
    request: CycleRequest
    as_of: datetime
    """The moment it saw: nothing newer was read."""
    world: str
    book_id: str
    data_source: str
    stages: tuple[StageReport, ...]
    quality: DataQuality | None
    sentiment: Sentiment | None
    forecasts: tuple[Forecast, ...]
    explanations: tuple[Explanation, ...]
    fused: FusedSignal | None
    decision: Decision | None
    order: Order | None
    fills: tuple[Fill, ...]
    started_at: datetime
    seconds: float
    regime: RegimeState | None = None
    outlook: Outlook | None = None
    llm: LlmShare | None = None
    settings: str = ""
    """JSON of the settings that it ran with, without keys and folders; empty before they were kept."""
    moved_book: Book | None = None
    """The book that was decided on, where stops or fills had moved it since the stage settle; None: as it left it."""

    @property
    def failed(self) -> bool:
        """True when a stage failed and the cycle ended early."""
        return any(s.state is StageState.FAILED for s in self.stages)


@dataclass(frozen=True, slots=True)
class ReplayedStage:
    """One stage of a stored cycle, run again."""

    stage: str
    same: bool
    words: str
    """The first difference, or what was compared."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A stored cycle run again from what is stored."""

    cycle_id: str
    stages: tuple[ReplayedStage, ...]
    """Those that were run again, in order."""
    calls: int
    """Requests sent to a language model: 0."""
    models: tuple[str, ...] = ()
    """Ids of the models that spoke then; an id names a version."""

    @property
    def first_difference(self) -> ReplayedStage | None:
        """The first stage that gave another result; None when all gave the same."""
        return next((stage for stage in self.stages if not stage.same), None)

    @property
    def words(self) -> str:
        """The result in one sentence."""
        first = self.first_difference
        if first is None:
            return f"Cycle {self.cycle_id}: identical in all {len(self.stages)} stages, {self.calls} calls to a language model."
        return f"Cycle {self.cycle_id} differs first in stage {first.stage}: {first.words}"


@dataclass(frozen=True, slots=True)
class ReplayOfMany:
    """Stored cycles run again, one after the other."""

    identical: int
    different: tuple[Replay, ...]
    """Those that gave another result."""
    left_out: tuple[tuple[str, str], ...]
    """Id and why it cannot be run again: it failed, or its settings were not kept."""
    stages: int
    """That were compared in all."""
    models: tuple[str, ...]
    """Ids of all models that spoke in them."""

    @property
    def words(self) -> str:
        """The result in one or two sentences."""
        many = self.identical + len(self.different)
        left = (
            f" {len(self.left_out)} left out: they failed or their settings were not kept."
            if self.left_out
            else ""
        )
        if not many:
            return f"No stored cycle could be run again.{left}"
        if not self.different:
            return f"All {many} cycles identical, {self.stages} stages compared.{left}"
        first = self.different[0].first_difference
        where = (
            f", the first ({self.different[0].cycle_id}) in stage {first.stage}: {first.words}"
            if first
            else "."
        )
        return f"{len(self.different)} of {many} cycles differ{where}{left}"
