"""Texts of assets that are about to be looked at are scored beforehand, so that the page finds their answers ready."""

from collections.abc import Callable
from datetime import datetime

from core.llm import Purse
from core.llm.preload import LOOKED_AT, Ranked, ranking
from core.pipeline.run import Workbench
from core.settings import LlmSettings
from core.store.books import active_book, list_books
from core.store.llm import read_calls
from core.store.visits import forget_visits, read_visits

CYCLE_ID = "preload"
"""What the ledger calls requests of no cycle that were made beforehand."""
_MOST = 8
"""Assets of one turn."""
_WORTH = 0.02
"""Visits expected in the next hour, at least; assets with an open position are always worth it."""


def wanted(bench: Workbench, now: datetime) -> tuple[Ranked, ...]:
    """The assets whose texts are worth scoring now, the first one first."""
    found = ranking(read_visits(bench.store, now - LOOKED_AT), held_symbols(bench), now)
    return tuple(item for item in found if item.held or item.expected >= _WORTH)[:_MOST]


def allowance(bench: Workbench, now: datetime) -> LlmSettings:
    """The settings with the day's share of preloading, less what it took today, as the budget of one run."""
    settings = bench.settings.llm
    calls = read_calls(bench.store, now.replace(hour=0, minute=0, second=0, microsecond=0))
    mine = calls[calls["cycle_id"] == CYCLE_ID]
    tokens = int(settings.preload_share * settings.day_tokens) - int(
        mine["tokens_in"].sum() + mine["tokens_out"].sum()
    )
    money = settings.preload_share * settings.day_money - float(mine["cost"].fillna(0.0).sum())
    return settings.model_copy(update={"cycle_tokens": max(0, tokens), "cycle_money": max(0.0, money)})


def preload(
    bench: Workbench, tell: Callable[[float, str], None], check: Callable[[], None] = lambda: None
) -> str:
    """Score what is new of the assets that are worth it, and say what was done."""
    from core.pipeline.text_scoring import score_texts

    now = bench.clock()
    if bench.llm is None:
        return "No language model is configured: nothing is prepared."
    bench.store.write(forget_visits(now - LOOKED_AT))
    symbols = [item.symbol for item in wanted(bench, now)]
    if not symbols:
        return "No asset was looked at lately and none is held: nothing is prepared."
    tell(0.1, f"scoring texts of {', '.join(symbols)} beforehand")
    purse = Purse(allowance(bench, now), CYCLE_ID, check)
    scored = score_texts(bench, symbols, tell, purse)
    return f"{', '.join(symbols)}: {scored.words}"


def last_call(bench: Workbench) -> datetime | None:
    """When a language model was asked last; None before the first time."""
    calls = read_calls(bench.store, limit=1)
    return None if calls.empty else calls["at"].iloc[0].to_pydatetime()


def held_symbols(bench: Workbench) -> frozenset[str]:
    """Assets of which an active book holds a position."""
    books = [active_book(bench.store, world) for world in list_books(bench.store)["world"]]
    return frozenset(position.symbol for book in books if book is not None for position in book.positions)
