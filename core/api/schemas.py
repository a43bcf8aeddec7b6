"""What goes in and comes out over REST."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=500, description="Items of a page.")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="Items before the page.")]


class Page(BaseModel, Generic[Item]):
    """A part of a list."""

    items: list[Item]
    total: int
    """Of the whole list."""
    limit: int
    offset: int


def part_of(found: Sequence[Item], limit: int, offset: int) -> Page[Item]:
    """One page of a list that is at hand as a whole."""
    return Page(items=list(found[offset : offset + limit]), total=len(found), limit=limit, offset=offset)


class CycleRow(BaseModel):
    """One cycle in a list."""

    id: str
    symbol: str
    timeframe: str
    source: str
    mode: str
    world: str | None
    """None while it runs."""
    as_of: datetime | None
    started_at: datetime
    seconds: float | None
    verdict: str
    words: str | None
    confidence: float | None


class CycleAsked(BaseModel):
    """A cycle to run."""

    model_config = ConfigDict(extra="forbid")

    symbol: str = Field(min_length=1, max_length=40, examples=["BTC-USD"])
    timeframe: str | None = Field(None, description="Empty: the setting's.", examples=["1h"])
    source: str | None = Field(None, max_length=200, description="Empty: the setting's.", examples=["sample"])
    as_of: datetime | None = Field(None, description="Moment to travel to; empty: now.")


class JobAsked(BaseModel):
    """Work to do."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=40, examples=["fetch"])
    arguments: dict[str, Annotated[str, Field(max_length=2000)]] = Field(default_factory=dict, max_length=40)
    key: str = Field("", max_length=80, description="Jobs of one kind and key never run at the same time.")


class JobOut(BaseModel):
    """One piece of long work."""

    id: str
    kind: str
    arguments: dict[str, str]
    state: str
    progress: float
    """0 … 1."""
    message: str
    log: list[str]
    result_id: str | None
    error: str | None
    submitted_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class BookRow(BaseModel):
    """One paper account."""

    id: str
    world: str
    """Which clock it lives by."""
    active: bool
    initial_cash: float
    cash: float
    clock: datetime | None


class BookOut(BookRow):
    """A paper account with what it holds."""

    equity: float
    positions: list[dict[str, Any]]
    orders: list[dict[str, Any]]


class TradeOut(BaseModel):
    """One round trip."""

    symbol: str
    quantity: float
    entry_time: datetime
    entry_price: float
    exit_time: datetime
    exit_price: float
    fees: float
    pnl: float
    return_: float
    exit_reason: str


class EquityOut(BaseModel):
    """Value of an account at one time."""

    time: datetime
    equity: float


class AuditOut(BaseModel):
    """One sensitive action."""

    position: int
    at: datetime
    who: str
    origin: str
    action: str
    subject: str
    before: str
    after: str
    hash: str


class PipelineAsked(BaseModel):
    """What the autopilot shall trade; what is not named comes from the settings."""

    model_config = ConfigDict(extra="forbid")

    assets: list[Annotated[str, Field(min_length=1, max_length=40)]] = Field(
        default_factory=list, max_length=1000
    )
    timeframe: str = Field("", max_length=8, examples=["1h"])
    source: str = Field("", max_length=200, examples=["auto"])


class StepOut(BaseModel):
    """One step of the autopilot."""

    step: str
    every_seconds: int
    next_turn: datetime | None
    last_turn: datetime | None
    failing: list[str]


class AssetState(BaseModel):
    """One asset as its last cycle left it."""

    symbol: str
    price: float | None
    direction: str
    confidence: float | None
    verdict: str
    units: float
    profit: float | None
    cycle_id: str
    as_of: datetime | None
    trust: float | None


class PipelineStatus(BaseModel):
    """Whether the autopilot runs, and how it goes."""

    running: bool
    words: str
    last_turn: datetime | None
    steps: list[StepOut]
    assets: list[AssetState]


class MarketData(BaseModel):
    """The last price of an asset."""

    symbol: str
    price: float | None
    as_of: datetime | None
    trust: float | None


class PredictionOut(BaseModel):
    """One horizon's forecast."""

    symbol: str
    as_of: datetime | None
    horizon: str
    bars: int
    p_down: float
    p_flat: float
    p_up: float
    skill: float
    calibrated: bool
    edge: bool
    model_id: str


class SignalOut(BaseModel):
    """One asset's fused signal, and what was decided on it."""

    symbol: str
    as_of: datetime | None
    direction: str
    confidence: float | None
    verdict: str
    words: str
    cycle_id: str


class Submitted(BaseModel):
    """Jobs that were submitted."""

    jobs: list[str]
