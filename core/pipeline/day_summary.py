"""The summary of a day: its facts, and a few sentences by a language model or by the program's own template."""

from datetime import date

from core.errors import InputError
from core.llm import Purse
from core.llm.uses.prose import prose_unit
from core.llm.uses.summary import SUMMARY
from core.pipeline.day_facts import day_facts, told_facts
from core.pipeline.day_prose import day_prose
from core.pipeline.in_words import speak
from core.pipeline.run import Tell, Workbench
from core.records import DaySummary, PlainWords
from core.store.words import save_words

SUMMARISED = "summary"


def day_summary(
    bench: Workbench, day: date, purse: Purse, tell: Tell = lambda share, words: None
) -> DaySummary:
    """What happened on a day (UTC), in numbers and in words; the words are kept as the newest of that day.

    As long as the facts stay as they are, a language model is asked once: its answer is on record.
    """
    facts = day_facts(bench.store, day)
    told = told_facts(facts)
    about = day.isoformat()
    spoken = speak(bench.llm, SUMMARY, prose_unit("", about, told), purse, tell)
    words = PlainWords(
        SUMMARISED, about, spoken.words or day_prose(about, told), spoken.by, spoken.note, bench.clock()
    )
    bench.store.write(save_words(words))
    return DaySummary(facts, words)


def read_day(text: str) -> date:
    """A day as YYYY-MM-DD.

    Raises:
        InputError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as err:
        raise InputError(f"{text[:24]!r} is no day: write it like 2024-03-05.") from err
