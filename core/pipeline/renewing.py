"""The book as it stands when an order is made: stops, targets and waiting orders go on while a cycle thinks.

Whoever guards what is held does not wait for texts, models and language models. So a cycle that has come to a proposal
looks at the book once more, and where that has moved it proposes again, on the book that its order will meet.
"""

from dataclasses import replace

from core.errors import GlassboxError, InputError
from core.pipeline.deciding import decide
from core.pipeline.run import Outcome, Run, Stage, Tell, Workbench
from core.pipeline.trading import adjusted
from core.pipeline.validating import VETO_GATE, resized
from core.records import Action, Book, Mode, Proposal
from core.store.books import active_book


def on_the_book_of_now(stage: Stage) -> Stage:
    """A stage that begins with the paper book as it is stored now; whoever runs it holds the turn of the books."""

    def on_it(run: Run, bench: Workbench, tell: Tell) -> Outcome:
        now = as_it_stands(run, bench)
        outcome = stage(now, bench, tell)
        if now.moved_book is None:
            return outcome
        words = (
            f"The book has moved on to {now.moment:%Y-%m-%d %H:%M:%S} UTC, so this was proposed again on it."
        )
        return replace(outcome, summary=f"{words} {outcome.summary}")

    return on_it


def as_it_stands(run: Run, bench: Workbench) -> Run:
    """The run on the stored book of its world; proposed again where that has moved since the run settled it.

    Raises:
        GlassboxError: another book has taken its place.
    """
    if run.request.mode is not Mode.PAPER or run.proposal is None:
        return run
    book = active_book(bench.store, run.world)
    if book is None or book.id != run.book.id:
        raise GlassboxError(
            f"The book {run.book.id} was put aside while this cycle was under way: run the cycle again."
        )
    return run if book == run.book else proposed_again(run, bench, book)


def proposed_again(run: Run, bench: Workbench, book: Book) -> Run:
    """The run with the policy's proposal on a book that has moved; what is read is stored with the run.

    A language model's second look counts on. Nothing is opened that the cycle had not come to before, because nobody had
    a second look at it: right after a stop was met the plan lapses, and the next cycle decides.
    """
    shown, moved = run.proposal, replace(run, book=book, moved_book=book)
    plan = decide(moved, bench, lambda share, words: None).run.proposal
    assert shown is not None and plan is not None
    if plan.action is Action.OPEN:
        if not _meant(shown, plan):
            why = "What the book held of it changed while this cycle was under way, so its plan lapsed."
            return replace(moved, proposal=_held(shown, why), lapsed=True)
        if run.validation is not None:
            plan = resized(plan, run.validation, run.instrument.lot)
    elif plan.action is Action.ADJUST:
        try:
            adjusted(book, plan)
        except InputError as err:  # the guard has met a newer bar than the policy has seen
            plan = _held(plan, f"{err}")
    return replace(moved, proposal=plan)


def _meant(shown: Proposal, plan: Proposal) -> bool:
    """Whether an opening is the one that the cycle had come to, in the same direction."""
    wanted = (
        shown.quantity if shown.action is Action.OPEN else shown.wanted if shown.gate == VETO_GATE else 0.0
    )
    return wanted * plan.quantity > 0.0


def _held(plan: Proposal, why: str) -> Proposal:
    """In place of a plan: nothing is done, and why."""
    return replace(
        plan, action=Action.HOLD, quantity=0.0, stop=None, target=None, new_stop=None, new_target=None,
        reason=f"{why} Before: {plan.action.value}. {plan.reason}",
    )  # fmt: skip
