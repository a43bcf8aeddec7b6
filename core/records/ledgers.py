"""What became of decisions: outcomes, the funnel in which trades get lost, and the books that live without a part."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.records.significance import Interval


class OutcomeState(StrEnum):
    """How far what followed a decision is known."""

    CLOSED = "closed"
    """The trade has ended."""
    OPEN = "open"
    """It has not: profit and loss are those at the last known bar."""
    WAITING = "waiting"
    """No bar has opened since, or the order still works."""
    REFUSED = "refused"
    """The order could not be filled."""
    NOTHING = "nothing"
    """No opening was at stake."""
    UNKNOWN = "unknown"
    """It cannot be told from what is stored."""


@dataclass(frozen=True, slots=True)
class TradeOutcome:
    """What became of a decision, or what would have become of the trade that it stopped."""

    state: OutcomeState
    made: bool
    """True: the trade of the book; False: one that was stopped, under the same stop, target and time limit."""
    pnl: float | None
    """Net of all costs, in the quote currency; of an open trade what it stands at before the costs of leaving."""
    return_: float | None
    """pnl over the value at entry."""
    words: str
    """The whole in one or two sentences."""
    entry_time: datetime | None = None
    entry_price: float | None = None
    exit_time: datetime | None = None
    exit_price: float | None = None
    exit_reason: str = ""
    until: datetime | None = None
    """Close of the last bar that is known, of a trade that is still open."""

    @property
    def counts(self) -> bool:
        """Whether it has a profit or loss."""
        return self.pnl is not None


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """One cycle on its way through the gates."""

    cycle_id: str
    as_of: datetime
    symbol: str
    timeframe: str
    world: str
    book_id: str
    gate: str
    """The first of GATES that stopped it; «filled» where none did. Empty: beside the funnel."""
    beside: str
    """Why it is beside the funnel: failed, no opening at stake, or unknown; empty where it is in it."""
    inferred: bool
    """True: the cycle comes from before gates were kept, and the gate is read off what it stored."""
    units: float
    """Signed units that were opened, or would have been without that gate; 0 where nobody wanted any."""
    sources: tuple[str, ...]
    """Those that spoke in the fused signal."""
    reason: str
    outcome: TradeOutcome


@dataclass(frozen=True, slots=True)
class SumInterval:
    """A sum, and where it may as well lie by a block bootstrap of what it is a sum of."""

    interval: Interval
    count: int
    block: float
    """Mean block length, in values."""
    reps: int
    seed: int
    level: float

    @property
    def sign(self) -> int:
        """1 or −1 where the interval lies on one side of zero, else 0."""
        return (self.interval.low > 0) - (self.interval.high < 0)


@dataclass(frozen=True, slots=True)
class GateCount:
    """One gate of the funnel."""

    gate: str
    reached: int
    stopped: int
    """Cycles that ended here; at the last gate those whose order was refused by the market."""
    judged: int
    """Stopped trades with a profit or loss by now."""
    open: int
    """Those of them that have not reached stop, target or time limit: marked at the last bar."""
    pnl: float | None
    """Sum of their profits and losses; None without any."""
    interval: SumInterval | None
    """None where they are too few or all alike."""
    words: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """From signals to fills: how many cycles each gate stopped, and what the stopped trades would have made."""

    cycles: int
    at_stake: int
    """Those in which an opening was at stake: the funnel's mouth."""
    beside: tuple[tuple[str, int], ...]
    """The others: why, and how many."""
    inferred: int
    gates: tuple[GateCount, ...]
    """In the order of GATES."""
    filled: int
    waiting: int
    """Passed every gate; their order works still."""
    made: float | None
    """Profit and loss of the filled ones."""
    made_interval: SumInterval | None
    words: str
    rows: tuple[FunnelRow, ...]
    """Oldest first."""


SHADOWS = {
    "no-llm": "without the language model: its forecasts, its scores of texts and its second look are left out",
    "no-sentiment": "without sentiment: what news and posts say is left out",
    "no-agent": "without the reinforcement-learning agent",
    "equal-weight": "with equal weights: every source that has a say weighs the same",
    "hold": "buy and hold: each asset is bought once, with the largest share that one position may have, and kept",
}
"""The books that live beside the real one: name and what differs."""


def shadow_world(world: str, name: str) -> str:
    """The world of a shadow book, e.g. live#no-llm."""
    return f"{world}#{name}"


def shadow_id(book_id: str, name: str) -> str:
    """The shadow of a book."""
    return f"{book_id}#{name}"
