"""Plain words about a decision, and what a second look at it said, as a page shows them."""

import re
from dataclasses import dataclass

from core.pipeline import Workbench
from core.pipeline.in_words import EXPLAINED, speaks
from core.records import Concern, CycleReport, PlainWords
from core.store.words import read_words
from core.views.number import Number, percent, plain

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$:])")
_STATES = {
    "approved": "The trade was approved",
    "shrunk": "The trade was made smaller",
    "vetoed": "The trade was vetoed",
    "not validated": "The trade could not be validated",
    "not asked": "Nobody was asked",
}
TOPICS = {
    "context": "Do confidence, agreement of the sources and quality of the data carry a trade?",
    "macro": "Are the market's regime and volatility fit for it?",
    "trend": "Do recent returns go its way?",
    "reward": "Is the reward worth the risk after costs?",
    "correlation": "Do open positions hold the same risk?",
    "anomaly": "Is anything odd in the numbers? 1: nothing is.",
    "news": "Do sentiment and events speak for it?",
}
"""Topic → what is asked about it."""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """The validation of one decision."""

    title: str
    words: str
    state: str
    numbers: tuple[Number, ...]
    """Empty when nobody was asked."""
    concerns: tuple[Concern, ...]
    lines: tuple[tuple[str, str, str], ...]
    """Topic, what is asked about it, and the answer with its score; safe as Markdown."""
    contaminated: bool


def second_look(report: CycleReport) -> SecondLook | None:
    """What a language model said of the proposed trade; None where nothing was decided."""
    if report.decision is None:
        return None
    found = report.decision.validation
    if found is None:
        words = "This decision was made before trades were validated."
        return SecondLook(_STATES["not asked"], words, "not asked", (), (), (), False)
    numbers = [
        Number("Size kept", percent(found.factor, 0), "Share of the proposed size that stays: 0 is a veto, and it is never more than 100 %."),
    ]  # fmt: skip
    if found.concerns:
        worst = min(found.concerns, key=lambda concern: concern.score)
        what = f"{worst.topic} {plain(worst.score)}"
        numbers.append(
            Number(
                "Gravest concern",
                what,
                "The topic with the lowest score; 0 speaks against the trade, 1 for it.",
            )
        )
    return SecondLook(
        title=_STATES.get(found.state, found.state.capitalize()),
        words=markdown(found.words),
        state=found.state,
        numbers=() if found.state == "not asked" else tuple(numbers),
        concerns=found.concerns,
        lines=tuple((item.topic, TOPICS.get(item.topic, ""), _line(item)) for item in found.concerns),
        contaminated=found.contaminated,
    )


def explained_words(bench: Workbench, cycle_id: str) -> PlainWords | None:
    """The stored explanation of a cycle in plain words, or None."""
    return read_words(bench.store, EXPLAINED, cycle_id)


def may_ask(bench: Workbench, words: PlainWords | None) -> bool:
    """Whether there is something to ask for: nothing is written yet, or only by the template though a model is at hand."""
    from core.llm.uses.explanation import EXPLANATION

    return words is None or (not words.by and speaks(bench.llm, EXPLANATION))


def markdown(text: str) -> str:
    """Text of others so that Markdown shows it as it is."""
    return _MARKUP.sub(r"\\\1", text)


def _line(item: Concern) -> str:
    return f"{item.score:.2f} {markdown(item.words) or '–'}"
