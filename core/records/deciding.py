"""What is decided: a proposal with its size, the checks it went through, and the state of the system."""

from dataclasses import dataclass
from enum import StrEnum

from core.records.llm import Validation
from core.records.trading import OrderType

GATES = ("signals", "confidence", "meta", "agent", "size", "llm", "risk", "filled")
"""What stands between an opinion and a fill, in the order in which it is met."""


class Action(StrEnum):
    """What a decision does to the book."""

    OPEN = "open"
    CLOSE = "close"
    ADJUST = "adjust"
    """Move the stop or the target of what is held."""
    HOLD = "hold"


class SystemState(StrEnum):
    """What the book may do."""

    ACTIVE = "ACTIVE"
    REDUCING = "REDUCING"
    """Positions may be closed, none opened."""
    HALTED = "HALTED"
    """Nothing is opened until a person resets it; stops, targets and closing orders go on."""


@dataclass(frozen=True, slots=True)
class SizeCap:
    """One bound on the size of a position."""

    name: str
    """max_position, volatility, kelly, confidence, regime, trust, agent …"""
    share: float
    """Largest value of the position that it allows, as a share of equity."""
    meaning: str
    """The arithmetic in one sentence with its numbers."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """How a size came about: the smallest cap wins and is named."""

    caps: tuple[SizeCap, ...]
    """In the order in which they are told."""
    bound: str
    """Name of the cap that won."""
    share: float
    """Of equity."""
    quantity: float
    """Units of the base after rounding down to lots; never negative."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the policy would like to do, before the risk checks."""

    action: Action
    symbol: str
    quantity: float
    """Signed change of the position in units of the base; 0 when holding or adjusting."""
    price: float
    """Last close, the reference for sizing; the fill comes at the next open."""
    stop: float | None
    """Fraction from the fill at which the stop rests, e.g. 0.02."""
    target: float | None
    """Fraction from the fill at which the target rests."""
    confidence: float
    reason: str
    gate: str = ""
    """Of a hold: which of GATES stopped an opening; empty where no opening was at stake."""
    wanted: float = 0.0
    """Signed units that would have been opened without that gate (and without the ones after it)."""
    sizing: Sizing | None = None
    """Of an opening."""
    order_type: OrderType = OrderType.MARKET
    limit: float | None = None
    """Worst price of a limit order."""
    new_stop: float | None = None
    """Of an adjustment: price level."""
    new_target: float | None = None
    life: int | None = None
    """Bars that a limit order may wait."""


@dataclass(frozen=True, slots=True)
class RiskCheck:
    """One rule, its number and its limit."""

    name: str
    value: float | None
    limit: float | None
    unit: str
    passed: bool
    meaning: str
    """What is compared with what, in one sentence with the numbers in it."""


class Verdict(StrEnum):
    """How a cycle ended."""

    ORDERED = "ordered"
    DENIED = "denied"
    NO_TRADE = "no_trade"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Decision:
    """A proposal with every risk check it went through."""

    proposal: Proposal
    verdict: Verdict
    checks: tuple[RiskCheck, ...]
    words: str
    """The decision in plain words, two or three sentences."""
    validation: Validation | None = None
    """A language model's second look; None before it was kept."""
    state: SystemState = SystemState.ACTIVE
    state_words: str = ""
    """Why the system is not active."""
