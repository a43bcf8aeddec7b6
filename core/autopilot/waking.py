"""What a server that starts again finds, in one sentence."""

from datetime import timedelta

from core.autopilot.worlds import worlds_of
from core.pipeline import Workbench
from core.records import AutopilotState
from core.store.books import active_book


def waking_words(bench: Workbench, state: AutopilotState, away: timedelta, interrupted: int) -> str:
    """How long nobody watched, what was left unfinished, and as what the books stand."""
    left = f"{counted(interrupted, 'job')} cut short" if interrupted else "no job was under way"
    return f"away for {span_words(away)}; {left}; {_books(bench, state)}; missed bars are met in their order"


def span_words(span: timedelta) -> str:
    """A span in its two largest units, e.g. 2 d 3 h or 40 s."""
    seconds = max(int(span.total_seconds()), 0)
    units = (
        ("d", seconds // 86_400),
        ("h", seconds // 3600 % 24),
        ("min", seconds // 60 % 60),
        ("s", seconds % 60),
    )
    told = [f"{number} {unit}" for unit, number in units if number]
    return " ".join(told[:2]) or "0 s"


def counted(number: int, what: str) -> str:
    """A number of things, e.g. 1 job or 2 jobs."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def _books(bench: Workbench, state: AutopilotState) -> str:
    told = []
    for world in worlds_of(state):
        book = active_book(bench.store, world)
        if book is not None:
            told.append(
                f"the {world} book is as last committed: {counted(len(book.positions), 'position')},"
                f" {counted(len(book.orders), 'open order')}, cash ${book.cash:,.2f}"
            )
    return "; ".join(told) or "no book was open"
