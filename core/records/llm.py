"""What a language model was asked, what it said, what it cost and what it is worth."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LlmUse(StrEnum):
    """What a language model is asked for."""

    SENTIMENT = "sentiment"
    FORECAST = "forecast"
    VALIDATION = "validation"
    SUMMARY = "summary"
    EXPLANATION = "explanation"


class CallState(StrEnum):
    """How one request, or one answer out of the cache, ended."""

    ANSWERED = "answered"
    CACHED = "cached"
    """Nothing was sent: the answer was at hand."""
    MALFORMED = "malformed"
    """Not the schema, also after one repair; the model abstained."""
    DECLINED = "declined"
    """The model refused to answer."""
    TRUNCATED = "truncated"
    """Cut at the token limit; the batch was split."""
    FAILED = "failed"
    """No answer: network, time-out, server, key or model name."""
    OVER_BUDGET = "over budget"
    """Not sent: the budget would not have held."""


@dataclass(frozen=True, slots=True)
class LlmCall:
    """One line of the ledger: a request that was sent, or answers taken from the cache together."""

    id: str
    at: datetime
    use: LlmUse
    model: str
    endpoint: str
    """Name of the preset or host."""
    prompt: str
    """Version of the prompt, e.g. sentiment-1."""
    symbols: tuple[str, ...]
    units: int
    """Things asked about: headlines, snapshots, proposals."""
    state: CallState
    cycle_id: str = ""
    mode: str = ""
    """How the schema was asked for: json_schema, json_object or text; empty when nothing was sent."""
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = 0.0
    """US dollars; None where the model has no price in the settings."""
    seconds: float = 0.0
    attempts: int = 0
    """Requests on the wire, retries and repair included."""
    reason: str = ""
    """Why it failed, in one sentence."""


@dataclass(frozen=True, slots=True)
class Spending:
    """What was spent since some moment."""

    calls: int = 0
    tokens: int = 0
    money: float = 0.0
    unpriced: int = 0
    """Calls whose price is not known; they count in tokens only."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a question would cost, before it is asked."""

    units: int
    cached: int
    """Units whose answers are at hand."""
    calls: int
    tokens_in: int
    tokens_out: int
    cost: float | None
    """US dollars; None where the model has no price."""

    def __add__(self, other: "Estimate") -> "Estimate":
        """Both together."""
        cost = None if self.cost is None or other.cost is None else self.cost + other.cost
        return Estimate(
            self.units + other.units, self.cached + other.cached, self.calls + other.calls,
            self.tokens_in + other.tokens_in, self.tokens_out + other.tokens_out, cost,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LlmOpinion:
    """A language model's own forecast of one horizon, asked for from numbers that we computed."""

    symbol: str
    horizon: str
    bars: int
    p_down: float
    p_flat: float
    p_up: float
    reason: str
    """One sentence; every number in it stood in the snapshot."""
    model: str
    contaminated: bool
    """True: the moment lies before the model's knowledge cut-off, or the cut-off is not known; it may remember."""
    stability: float | None = None
    """1 − the spread of p_up over several samples; None when asked once."""
    weight: float = 0.0
    """Share in the pooled forecast; earned by its record, 0 without one."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that a validation looked at."""

    topic: str
    """context, macro, trend, reward, correlation, anomaly or news."""
    score: float
    """0 (speaks against the trade) … 1 (speaks for it)."""
    words: str


@dataclass(frozen=True, slots=True)
class Validation:
    """A second look at a proposed trade by a language model; it may shrink or veto, never enlarge."""

    state: str
    """approved, shrunk, vetoed, not validated (asked without an answer), or not asked."""
    factor: float
    """Share of the proposed size that stays, 0 … 1."""
    concerns: tuple[Concern, ...]
    words: str
    model: str = ""
    contaminated: bool = False


@dataclass(frozen=True, slots=True)
class LlmShare:
    """What language models had to do with one cycle."""

    model: str
    """Empty: none is configured."""
    contaminated: bool
    """True when an answer that moved the decision may rest on memory instead of judgement."""
    calls: int
    cached: int
    tokens: int
    cost: float | None
    words: str
    """One sentence for the passport."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The answer to one unit, as it is kept."""

    key: str
    use: LlmUse
    model: str
    symbol: str
    answered_at: datetime
    expires_at: datetime | None
    """None: it stays fresh for ever."""
    content: str
    """JSON."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was sent and what came back, word for word."""

    messages: tuple[tuple[str, str], ...]
    """Role and content."""
    answer: str
