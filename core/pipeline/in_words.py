"""A stored cycle told in plain words, by a language model or by the program's own template.

It is told after the decision, from what the passport holds; nothing that decides reads it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.features import FEATURES
from core.llm import LanguageModel, Purse, Unit, Use
from core.llm.uses.explanation import EXPLANATION
from core.llm.uses.prose import Prose, prose_unit
from core.pipeline.passport_facts import passport_facts
from core.pipeline.passport_prose import passport_prose
from core.pipeline.run import Tell, Workbench
from core.records import CycleReport, PlainWords
from core.store.cycles import read_cycle
from core.store.flips import read_flip
from core.store.words import read_words, save_words

NO_MODEL = "No language model is configured."
EXPLAINED = "explanation"


@dataclass(frozen=True, slots=True)
class Spoken:
    """Words of a language model; empty with a note where there are none."""

    words: str
    by: str
    note: str


def explain_cycle(
    bench: Workbench, cycle_id: str, tell: Tell, check: Callable[[], None] = lambda: None
) -> PlainWords:
    """Why a cycle decided as it did, in a few sentences; asked for once and kept.

    What the template wrote is replaced as soon as a language model can be asked.

    Args:
        check: raises JobCancelled when the user asked to stop.

    Raises:
        UnknownId: no such cycle, or it never ended.
    """
    report = read_cycle(bench.store, cycle_id)
    kept = read_words(bench.store, EXPLAINED, cycle_id)
    if kept is not None and (kept.by or not speaks(bench.llm, EXPLANATION)):
        return kept
    facts = passport_facts(report, feature_names(), read_flip(bench.store, cycle_id))
    unit = prose_unit(report.request.symbol, _about(report), facts)
    spoken = speak(bench.llm, EXPLANATION, unit, Purse(bench.settings.llm, cycle_id, check), tell)
    words = PlainWords(
        EXPLAINED, cycle_id, spoken.words or passport_prose(facts), spoken.by, spoken.note, bench.clock()
    )
    bench.store.write(save_words(words))
    return words


def _about(report: CycleReport) -> str:
    return f"{report.request.symbol} {report.request.timeframe.value}"


def feature_names() -> dict[str, str]:
    """What every feature is called in words."""
    return {name: feature.words for name, feature in FEATURES.items()}


def speaks(model: LanguageModel | None, use: Use[Any]) -> bool:
    """Whether a language model can be asked for this."""
    return model is not None and use.kind.value in model.uses


def speak(model: LanguageModel | None, use: Use[Prose], unit: Unit, purse: Purse, tell: Tell) -> Spoken:
    """A language model's words about a set of facts, or why there are none."""
    if model is None:
        return Spoken("", "", NO_MODEL)
    if not speaks(model, use):
        return Spoken(
            "", "", f"The language model is not asked for this: {use.kind.value} is off in the settings."
        )
    tell(0.1, f"asking {model.name or 'the language model'} to put it in words")
    asked = model.ask(use, (unit,), purse)
    said = asked.answers[0]
    if said is not None:
        return Spoken(said.words, asked.model, "")
    why = asked.problems[0].what if asked.problems else "It gave no answer."
    return Spoken("", "", f"The language model's answer could not be had or did not keep to the facts: {why}")
