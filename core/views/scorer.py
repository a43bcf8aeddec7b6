"""How good the offline scorer is on labelled headlines, and what it says of a sentence."""

from dataclasses import dataclass

import pandas as pd

from core.instruments import resolve
from core.sentiment import Lexicon
from core.sentiment.measuring import FRESH, LEARNED, ScorerQuality, label_of, measure, shipped
from core.sentiment.relevance import relevance, score_about
from core.views.number import Number

FRESH_NAME = "shipped headlines, untouched part"


@dataclass(frozen=True, slots=True)
class ScorerView:
    """The scorer's record."""

    quality: ScorerQuality
    """On headlines that the lexicon was not made with."""
    learned: ScorerQuality
    """On those it was made with: too good to be believed, and shown beside for that."""
    numbers: tuple[Number, ...]
    words: str
    """What was measured on which set, in sentences."""


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """One sentence as the scorer reads it."""

    score: float
    label: str
    words: pd.DataFrame
    """word, effect; the largest first."""
    relevance: float | None
    """Of the asset asked for; None when none was."""


def scorer_view(lexicon: Lexicon) -> ScorerView:
    """Measure the lexicon on the shipped headlines; a tenth of a second."""

    def score(sentence: str) -> float:
        return lexicon.score(sentence).score

    fresh = measure(shipped(FRESH), score, name=FRESH_NAME, scorer_name=lexicon.name)
    learned = measure(
        shipped(LEARNED), score, name="shipped headlines it was made with", scorer_name=lexicon.name
    )
    return ScorerView(fresh, learned, _numbers(fresh), _words(fresh, learned))


def try_sentence(lexicon: Lexicon, text: str, symbol: str = "") -> Tried:
    """Score a sentence, for an asset when one is given."""
    instrument = resolve(symbol) if symbol else None
    scored = score_about(lexicon, text, instrument) if instrument else lexicon.score(text)
    words = pd.DataFrame([(w.word, w.weight) for w in scored.words], columns=["word", "effect"])
    about = relevance(text, instrument) if instrument else None
    return Tried(scored.score, label_of(scored.score), words, about)


def _numbers(found: ScorerQuality) -> tuple[Number, ...]:
    return (
        Number("Accuracy", _share(found.accuracy), f"Share of {found.n:,} labelled headlines whose label (negative, neutral, positive) the scorer finds; scores within ±{found.band:g} count as neutral."),
        Number("95 % interval", f"{100 * found.low:.0f} … {100 * found.high:.0f} %", f"Wilson interval of the accuracy: what so few as {found.n:,} headlines can tell of it."),
        Number("Macro-F1", f"{found.macro_f1:.2f}", "Mean over the labels of the harmonic mean of precision and recall; a rare label counts as much as a frequent one. 1 is perfect."),
        Number("Guessing", _share(found.baseline), "Accuracy of always saying the most frequent label: what knowing nothing would get."),
    )  # fmt: skip


def _words(fresh: ScorerQuality, learned: ScorerQuality) -> str:
    above = "lies wholly above" if fresh.better_than_guessing else "does not lie wholly above"
    return (
        f"{fresh.scorer} on {fresh.n:,} headlines written and labelled for this app before they were first scored; no word "
        f"or rule was fitted to them. The interval {above} guessing. On the {learned.n:,} headlines that the lexicon was made "
        f"with it finds {_share(learned.accuracy)}, which says little. Short, plain headlines by few hands are easier than "
        f"the news of a day. Measure your own with `python -m core score --measure FILE`."
    )


def _share(value: float) -> str:
    return f"{100 * value:.0f} %"
