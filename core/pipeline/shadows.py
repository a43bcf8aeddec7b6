"""Shadow books: the same cycle without one of its parts, traded on paper beside the real book.

A shadow is in step with the real book as long as it would have done the same; then it is the real book, and nothing is
kept of it. At the first decision that it would have made otherwise it becomes a book of its own, in a world of its own
(live#no-llm …), that begins as the real book stood at that moment, with its history. From then on it goes through the
functions that the real book goes through: it lives over the same bars, the same policy proposes, the same checks judge,
the same matching core fills.

A language model is asked nothing for shadows: its second look counts where a shadow asks for the trade that it was shown.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from core.errors import GlassboxError, JobCancelled, StoreError
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.pipeline.shadowed import Shadowed
from core.records import Book, Mode, Problem
from core.records.ledgers import SHADOWS, shadow_id
from core.store import Write
from core.store.shadows import Lived, active_shadows, save_lived

log = logging.getLogger(__name__)


def shadow(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Let every shadow book live until this cycle's moment and decide as it would have. The cycle itself goes on as it is.

    What goes wrong with a shadow is told as a problem; it never ends a cycle.
    """
    if run.request.mode is not Mode.PAPER or run.fused is None or run.decision is None:
        return Outcome(run, "Shadow books live beside the paper book only.", "shadow books")
    books = {
        name: book
        for name, book in active_shadows(bench.store, run.world).items()
        if book.id == shadow_id(run.book.id, name)
    }
    cycle, problems = Shadowed(run, bench), list[Problem]()
    lived: dict[str, Lived] = {}
    for name, book in books.items():
        with _unharmed(name, run, problems):
            lived[name] = cycle.lived(book)
    writes: list[Write] = [save_lived(tuple(lived.values()), run.book.id)] if lived else []
    told: dict[str, Book | None] = {}
    for name in SHADOWS:
        if name in books and name not in lived:
            continue  # it stands still
        with _unharmed(name, run, problems):
            told[name] = cycle.decided(name, lived[name].book if name in lived else None, writes)
    return Outcome(
        run, _summary(told, run.book), "shadow books", problems=tuple(problems), writes=tuple(writes)
    )


@contextmanager
def _unharmed(name: str, run: Run, problems: list[Problem]) -> Iterator[None]:
    """What goes wrong with a shadow is written down; a full disk and a wish to stop are not its own."""
    try:
        yield
    except (JobCancelled, StoreError):
        raise
    except Exception as err:
        what = str(err)
        if not isinstance(err, GlassboxError):
            log.exception("cycle %s: shadow book %s failed", run.id, name)
            what = f"Unexpected {type(err).__name__}: {err}"
        then = "This shadow book stands still; the cycle is not touched."
        problems.append(Problem(f"shadow/{name}", what, then))


def _summary(told: Mapping[str, Book | None], real: Book) -> str:
    """What the real book has made beyond each of them."""
    if not told:
        return "No shadow book could follow."
    words = [
        f"{name} {'in step' if book is None else _signed(real.equity - book.equity)}"
        for name, book in told.items()
    ]
    return f"The book against its shadows, in $: {', '.join(words)}."


def _signed(more: float) -> str:
    return "even" if abs(more) < 0.005 else f"{'−' if more < 0 else '+'}{abs(more):,.2f}"
