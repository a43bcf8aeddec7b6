"""The flip of a decision in words, and the numbers that stood against their limits."""

from dataclasses import dataclass

from core.charts.explain_words import feature_text
from core.pipeline import Workbench
from core.records import ChangedInput, Flip
from core.store.flips import read_flip
from core.views.number import Number, plain


@dataclass(frozen=True, slots=True)
class FlipView:
    """What the passport shows of a flip."""

    flip: Flip
    words: str
    """The change and what would have come of it, in one or two sentences."""
    numbers: tuple[Number, ...]
    margins: tuple[str, ...]
    """Settings against numbers, in sentences; what stopped it first."""
    method: str


def stored_flip(bench: Workbench, cycle_id: str) -> FlipView | None:
    """The flip of a cycle; None where nobody has searched for it."""
    flip = read_flip(bench.store, cycle_id)
    return None if flip is None else flip_view(flip)


def flip_view(flip: Flip) -> FlipView:
    """A flip in words and numbers."""
    numbers = (
        Number("Distance", plain(flip.distance), "Sum over the changed inputs of how far each moved, in its own robust standard "
               "deviations (1.4826 × median absolute deviation of its history in the cycle)."),
        Number("Inputs varied", f"{flip.inputs}", "Features of the last bar that a model or a strategy reads, and the score of the texts."),
        Number("Alternatives tried", f"{flip.tried:,}", "Changed inputs that the models and signals were asked about."),
        Number("Decisions run again", f"{flip.reruns}", "Whole decisions run again on changed inputs: signals, policy, second look, risk checks."),
    )  # fmt: skip
    return FlipView(
        flip, flip_words(flip), numbers, tuple(margin.words for margin in flip.margins), " ".join(flip.held)
    )


def flip_words(flip: Flip) -> str:
    """The flip in one or two sentences."""
    if flip.note:
        return flip.note
    if flip.becomes is None:
        return (
            f"Nothing that was tried would have changed «{flip.was.words}»: no single one of {flip.inputs} inputs and no two "
            "of them together, each within what it was in this history."
        )
    what = " and ".join(change_words(change) for change in flip.changes)
    sure = (
        "Run again with that, the decision does turn."
        if flip.verified
        else "It was not confirmed by running the decision again."
    )
    return f"«{flip.was.words}» becomes «{flip.becomes.words}» if {what}. {sure}"


def change_words(change: ChangedInput) -> str:
    """One changed input, e.g. «RSI of 14 bars were 71.2 instead of 64.0»."""
    return (
        f"«{change.words}» were {feature_text(change.after, change.unit)} instead of "
        f"{feature_text(change.before, change.unit)}"
    )
