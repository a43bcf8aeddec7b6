"""What a run, and a day, may cost: asked before every request, put right after it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from core.llm.memory import Memory
from core.records import Spending
from core.settings import LlmSettings, price_of_line


@dataclass(frozen=True, slots=True)
class Most:
    """What a request may take at most."""

    tokens: int
    money: float | None
    """US dollars; None where the model has no price."""


class Purse:
    """Tokens and money of one run. Safe to share between threads."""

    def __init__(
        self, settings: LlmSettings, cycle_id: str = "", check: Callable[[], None] = lambda: None
    ) -> None:
        """`check` raises JobCancelled when the user asked to stop."""
        self.cycle_id = cycle_id
        self.check = check
        self._tokens, self._money = settings.cycle_tokens, settings.cycle_money
        self._lock = threading.Lock()
        self._held = Spending()

    @property
    def spent(self) -> Spending:
        """Reserved or spent so far."""
        return self._held

    def reserve(self, most: Most) -> str:
        """Set aside what a request may take; why it may not be sent, or nothing when it may."""
        with self._lock:
            why = _short(self._held, most, self._tokens, self._money, "this run")
            if not why:
                self._held = _more(self._held, most.tokens, most.money, calls=1)
            return why

    def settle(self, most: Most, tokens: int, cost: float | None) -> None:
        """Put back what a request did not take of its reserve."""
        with self._lock:
            back = None if most.money is None else (cost or 0.0) - most.money
            self._held = _more(self._held, tokens - most.tokens, back)


class Day:
    """Tokens and money of a UTC day, over all runs. Safe to share between threads."""

    def __init__(self, settings: LlmSettings, memory: Memory, clock: Callable[[], datetime]) -> None:
        self._settings, self._memory, self._clock = settings, memory, clock
        self._lock = threading.Lock()
        self._under_way = Spending()

    def spent(self) -> Spending:
        """Since 00:00 UTC, by the ledger."""
        midnight = self._clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return self._memory.spent(midnight)

    def reserve(self, most: Most) -> str:
        """As `Purse.reserve`, for the day."""
        with self._lock:
            held = self.spent()
            held = _more(held, self._under_way.tokens, self._under_way.money)
            why = _short(held, most, self._settings.day_tokens, self._settings.day_money, "today")
            if not why:
                self._under_way = _more(self._under_way, most.tokens, most.money)
            return why

    def release(self, most: Most) -> None:
        """A request is over: from now on the ledger counts it."""
        with self._lock:
            back = None if most.money is None else -most.money
            self._under_way = _more(self._under_way, -most.tokens, back)


def _short(held: Spending, most: Most, tokens: int, money: float, span: str) -> str:
    if held.tokens + most.tokens > tokens:
        return (
            f"The budget of {tokens:,} tokens for {span} would not hold: {held.tokens:,} are spent or under way and "
            f"the request may take {most.tokens:,}"
        )
    if most.money is not None and most.money > 0 and held.money + most.money > money:
        return (
            f"The budget of ${money:,.4g} for {span} would not hold: ${held.money:,.4f} is spent or under way and the "
            f"request may cost ${most.money:,.4f}"
        )
    return ""


def _more(held: Spending, tokens: int, money: float | None, calls: int = 0) -> Spending:
    return Spending(
        held.calls + calls, held.tokens + tokens, held.money + (money or 0.0), held.unpriced + (money is None)
    )


def price_of(model: str, settings: LlmSettings, free: bool) -> tuple[float, float] | None:
    """US dollars per token in and out; None where no price is set. The longest name that the model's begins with counts.

    Names are compared without the vendor before a slash: anthropic/claude-x is found under claude-x too.
    """
    if free:
        return 0.0, 0.0
    known = {name: (into / 1e6, out / 1e6) for name, into, out in map(price_of_line, settings.prices)}
    wanted = model.lower()
    names = [n for n in known if wanted.startswith(n) or wanted.rpartition("/")[2].startswith(n)]
    return known[max(names, key=len)] if names else None


def cost_of(price: tuple[float, float] | None, tokens_in: int, tokens_out: int) -> float | None:
    """US dollars; None without a price."""
    return None if price is None else price[0] * tokens_in + price[1] * tokens_out
