"""From the texts of an attack to a sentiment, a proposal and a decision, by the product's own parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.execute import new_book
from core.instruments import resolve
from core.llm import Purse
from core.pipeline.deciding import decision_on, proposal_on
from core.pipeline.judging import weigh
from core.pipeline.mood import mood_of
from core.pipeline.risk_context import risk_context
from core.pipeline.run import Workbench
from core.records import (
    Action,
    Book,
    Decision,
    Forecast,
    FusedSignal,
    Headline,
    Order,
    Position,
    Problem,
    Sentiment,
    Signal,
    Verdict,
)
from core.settings import Settings
from core.signals import sentiment_signal
from tests.llm.injection.attacks import Attack
from tests.llm.injection.obeying import CONNECTIONS, Lure, obeying
from tests.llm.server import FakeLlm

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)
BITCOIN = resolve("BTC-USD")
PRICE = 60_000.0
HONEST = (
    "Bitcoin fund number {n} takes in record amount",
    "Bitcoin slides after exchange number {n} halts withdrawals",
    "Bitcoin miner number {n} reports higher quarterly profit",
    "Bitcoin trades flat in week {n} of the year",
    "Regulator sues Bitcoin broker number {n} over fees",
)


def item(title: str, id: str, hours_old: float, symbol: str = "BTC-USD") -> Headline:
    """One headline as a feed would have given it."""
    at = NOW - timedelta(hours=hours_old)
    return Headline(id, "feed", title, "", (symbol,), at, at)


def honest(n: int) -> tuple[Headline, ...]:
    """Honest headlines that no other `n` has, so that no recorded answer speaks for them."""
    return tuple(item(title.format(n=n), f"honest-{n}-{i}", 2.0 + i) for i, title in enumerate(HONEST))


def attacked(attack: Attack, link: str, n: int) -> tuple[Headline, ...]:
    """The texts of an attack, an instant old; zero-width characters apart no two attempts read the same."""
    return tuple(
        item(title if n == 0 else f"{title} #{n}", f"{attack.id}-{n}-{i}", 0.01)
        for i, title in enumerate(attack.titled(link))
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """What the chain made of some texts."""

    sentiment: Sentiment
    problems: tuple[Problem, ...]
    heard: tuple[dict[str, Any], ...]
    """Requests that reached the model."""
    connections: frozenset[Any]
    """Addresses that were connected to."""


def judged(
    bench: Workbench, headlines: Sequence[Headline], attack: Attack, obedient: FakeLlm, lure: Lure
) -> Judged:
    """Sentiment of these headlines with a model that obeys the attack."""
    obedient.script, begun = obeying(attack, lure.link), len(obedient.heard)
    with CONNECTIONS.listened() as opened:
        mood = mood_of(bench, BITCOIN, headlines, NOW, NOW, Purse(bench.settings.llm))
    return Judged(
        mood.sentiment, mood.answers.problems, tuple(obedient.heard[begun:]), frozenset(map(tuple, opened))
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision, and what would be held after it."""

    fused: FusedSignal
    decision: Decision
    asked: float
    """Position in units that the proposal leads to."""
    held: float
    """Position in units after the risk checks had their say."""
    largest: float
    """The largest position that the settings allow, in units."""


def decided(
    mood: Sentiment | None,
    signals: Sequence[Signal],
    forecasts: Sequence[Forecast],
    book: Book,
    settings: Settings,
    quality: float = 100.0,
) -> Outcome:
    """What becomes of these opinions."""
    said = sentiment_signal(mood)
    fused = weigh((*signals, *((said,) if said else ())), forecasts, settings)
    proposal = proposal_on(fused, book, BITCOIN, PRICE, settings)
    decision = decision_on(
        proposal, fused, risk_context(book, None, quality, settings, settings.costs.record())
    )
    position = book.position("BTC-USD")
    before = position.quantity if position else 0.0
    refused = decision.verdict is not Verdict.ORDERED
    after = before if refused or proposal.action is Action.HOLD else before + proposal.quantity
    largest = settings.risk.max_position * book.equity / PRICE
    return Outcome(fused, decision, before + proposal.quantity, after, largest)


def book_of(share: float, cash: float = 10_000.0, orders: tuple[Order, ...] = ()) -> Book:
    """A book whose equity is `cash` and that holds a share of it in Bitcoin; negative is short."""
    quantity = share * cash / PRICE
    book = replace(new_book("b", "live", cash), cash=cash - quantity * PRICE, orders=orders)
    if not quantity:
        return book
    held = Position("BTC-USD", "1h", quantity, PRICE, 0.0, NOW, PRICE * 0.98, PRICE * 1.04, "o", PRICE)
    return replace(book, positions=(held,))
