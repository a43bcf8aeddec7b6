"""What a cycle carries from stage to stage, and what it is given to work with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from core.agent.files import AgentShelf
from core.collect import BarSource, Gate, NewsSource
from core.llm import LanguageModel, Memory, Purse
from core.pipeline.turns import Turns
from core.predict import Seen, TrainedModel, load
from core.records import (
    Book,
    CycleRequest,
    DataQuality,
    Decision,
    Explanation,
    Fill,
    Forecast,
    FusedSignal,
    Headline,
    Instrument,
    LlmCall,
    Order,
    Outlook,
    Problem,
    Proposal,
    RegimeState,
    RiskCheck,
    Sentiment,
    Signal,
    Validation,
)
from core.sentiment import Lexicon
from core.settings import Settings
from core.store import Store, Write
from core.trusted import Shelf


class ModelShelf(Shelf[TrainedModel]):
    """Models in memory."""

    def __init__(self) -> None:
        super().__init__(load)


@dataclass(frozen=True, slots=True)
class Workbench:
    """Everything that a cycle may touch; tests hand over other clients, clocks and folders."""

    settings: Settings
    store: Store
    sources: Callable[[str], Sequence[BarSource]]
    """From a request's source name to the sources to try, in order."""
    news: Sequence[NewsSource]
    """Every source of text and mood that is switched on."""
    gate: Gate
    """The one door to all providers."""
    lexicon: Lexicon
    clock: Callable[[], datetime]
    shelf: ModelShelf = field(default_factory=ModelShelf)
    turns: Turns = field(default_factory=Turns)
    """One request at a time for each series."""
    llm: LanguageModel | None = None
    """None: no language model is configured."""
    memory: Memory | None = None
    """Recorded answers of language models, also of those that are configured no more."""
    agents: AgentShelf = field(default_factory=AgentShelf)
    """Agents that learn, in memory."""


@dataclass(frozen=True, slots=True)
class Run:
    """A cycle under way: each stage returns a copy with its results filled in."""

    id: str
    request: CycleRequest
    instrument: Instrument
    started_at: datetime
    book: Book
    as_of: datetime
    world: str = ""
    data_source: str = ""
    bars: pd.DataFrame = field(default_factory=pd.DataFrame)
    next_open: float | None = None
    """Open of the bar that begins at `as_of`, when it is known; only the execution may read it."""
    quality: DataQuality | None = None
    headlines: tuple[Headline, ...] = ()
    features: pd.DataFrame = field(default_factory=pd.DataFrame)
    sentiment: Sentiment | None = None
    models: tuple[TrainedModel, ...] = ()
    seen: Seen | None = None
    """What the models looked at; None when there is no model."""
    forecasts: tuple[Forecast, ...] = ()
    regime: RegimeState | None = None
    outlook: Outlook | None = None
    explanations: tuple[Explanation, ...] = ()
    signals: tuple[Signal, ...] = ()
    fused: FusedSignal | None = None
    proposal: Proposal | None = None
    validation: Validation | None = None
    checks: tuple[RiskCheck, ...] = ()
    decision: Decision | None = None
    order: Order | None = None
    fills: tuple[Fill, ...] = ()
    moved_book: Book | None = None
    """The book as it stood when the proposal was checked, where it had moved by then; None: as the run settled it."""
    lapsed: bool = False
    """Whether the plan was dropped because what the book held of the asset had changed."""
    purse: Purse | None = None
    """What the language model may still cost in this cycle; None where there is none."""
    calls: tuple[LlmCall, ...] = ()
    """Every question to the language model so far."""
    known_at: datetime | None = None
    """Texts fetched later are not read; None: later than the moment that the request names, if it names one."""
    stored_until: datetime | None = None
    """Of a replay: when the cycle ended; bars of other assets that were stored later are not read. None: all are."""

    @property
    def moment(self) -> datetime:
        """When an order is made: the book's clock, where the guard has moved it beyond what the cycle saw."""
        return self.as_of if self.book.clock is None else max(self.as_of, self.book.clock)

    @property
    def price(self) -> float:
        """Close of the last bar that the cycle may see."""
        return float(self.bars["close"].iloc[-1])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one stage hands back."""

    run: Run
    summary: str
    """The result in one sentence."""
    source: str = ""
    problems: tuple[Problem, ...] = ()
    writes: tuple[Write, ...] = ()
    """Committed together with the stage's own row."""
    input_hash: str | None = None
    output: str | None = None
    """The result as JSON."""


Tell = Callable[[float, str], None]
"""Progress inside a stage: share done (0…1) and what is being done. May raise JobCancelled."""

Stage = Callable[[Run, Workbench, Tell], Outcome]


def in_words(problems: Sequence[Problem]) -> str:
    """Problems as sentences; what was done instead is said once for those that share it."""
    by_remedy: dict[str, list[str]] = {}
    for problem in problems:
        by_remedy.setdefault(problem.instead, []).append(f"{problem.where}: {problem.what.rstrip('.')}")
    return " ".join(f"{'; '.join(what)}. {instead}" for instead, what in by_remedy.items())
