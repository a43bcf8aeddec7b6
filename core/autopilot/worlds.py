"""Which clocks the autopilot's books live by."""

from core.collect import LIVE
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import sample_world
from core.pipeline.gathering import SAMPLE
from core.records import AutopilotState, Timeframe
from core.store.books import active_book


def world_of(state: AutopilotState, symbol: str) -> str:
    """The clock that an asset's book lives by, where its source is asked and answers."""
    if state.source != SAMPLE:
        return LIVE
    return sample_world(resolve(symbol), Timeframe(state.timeframe)) or LIVE


def worlds_of(state: AutopilotState) -> tuple[str, ...]:
    """Every clock that a book of the autopilot lives by, the live one first: what it held before is guarded on."""
    return tuple(dict.fromkeys((LIVE, *(world_of(state, symbol) for symbol in state.assets))))


def held_symbols(bench: Workbench, state: AutopilotState) -> frozenset[str]:
    """Assets with an open position or a working order in any of those books."""
    held: set[str] = set()
    for world in worlds_of(state):
        book = active_book(bench.store, world)
        if book is not None:
            held |= {position.symbol for position in book.positions} | {order.symbol for order in book.orders}
    return frozenset(held)
