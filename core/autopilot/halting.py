"""Halting trading, and releasing it: every book that the autopilot moves, through the one way of the risk rules."""

from core.autopilot.worlds import worlds_of
from core.pipeline import Workbench
from core.pipeline.risk_state import halt, reset, state_of
from core.records import AutopilotState, Book, SystemState
from core.store.autopilot import worlds_decided
from core.store.books import active_book


def moved_books(bench: Workbench, state: AutopilotState | None) -> tuple[Book, ...]:
    """Open books that the autopilot moves: of the clocks of its assets, and of those that stood in for them."""
    if state is None:
        return ()
    worlds = dict.fromkeys((*worlds_of(state), *worlds_decided(bench.store, state.assets, state.timeframe)))
    books = (active_book(bench.store, world) for world in worlds)
    return tuple(book for book in books if book is not None)


def halt_trading(
    bench: Workbench, state: AutopilotState | None, who: str, why: str, origin: str
) -> tuple[str, ...]:
    """Let none of its books open anything until they are released; what they hold stays guarded. Ids of the books.

    Raises:
        InputError: nobody is named.
    """
    return tuple(_each(bench, state, who, why, origin, halted=False))


def release_trading(
    bench: Workbench, state: AutopilotState | None, who: str, why: str, origin: str
) -> tuple[str, ...]:
    """Let every halted book trade again; its peak restarts from the equity of now. Ids of the books.

    Raises:
        InputError: nobody is named.
    """
    return tuple(_each(bench, state, who, why, origin, halted=True))


def _each(
    bench: Workbench, state: AutopilotState | None, who: str, why: str, origin: str, halted: bool
) -> list[str]:
    done = []
    for book in moved_books(bench, state):
        if (state_of(bench, book.id).state is SystemState.HALTED) is not halted:
            continue
        (reset if halted else halt)(bench, book.id, who, why, origin)
        done.append(book.id)
    return done
