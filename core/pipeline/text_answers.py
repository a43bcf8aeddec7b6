"""Texts as questions to a language model, and its answers as the aggregate of sentiment takes them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from core.instruments import listing_of
from core.llm import LanguageModel, Purse, Unit
from core.llm.uses.sentiment import SENTIMENT, TextSentiment, text_unit
from core.records import Headline, Instrument, LlmCall, NewsKind, Problem
from core.sentiment import ModelScore, is_dangerous, untrusted
from core.settings import LlmSettings


@dataclass(frozen=True, slots=True)
class TextAnswers:
    """What a model said of some texts, and what it took."""

    scores: Mapping[str, ModelScore]
    """By the id of the item; those that stayed unanswered are not there."""
    calls: tuple[LlmCall, ...] = ()
    problems: tuple[Problem, ...] = ()


def reads_texts(model: LanguageModel | None) -> bool:
    """Whether there is a model and it is asked for sentiment."""
    return model is not None and SENTIMENT.kind.value in model.uses


def units_of(headlines: Iterable[Headline], instrument: Instrument, settings: LlmSettings) -> dict[str, Unit]:
    """The question about each item by its id; ratings and texts that look made for a model are not asked about."""
    lifetime = timedelta(days=settings.keep_days_text)
    listing = listing_of(instrument)
    name = listing.name if listing else ""
    return {
        item.id: text_unit(instrument.symbol, name, untrusted(item.title).text, lifetime)
        for item in headlines
        if item.kind is not NewsKind.RATING and not is_dangerous(item) and untrusted(item.title).text
    }


def ask_about(
    model: LanguageModel,
    units: Mapping[str, Unit],
    purse: Purse,
    tell: Callable[[float, str], None] = lambda share, words: None,
) -> TextAnswers:
    """Ask for what is not on record, in as few requests as the batches allow.

    Raises:
        JobCancelled: the user asked to stop.
    """
    asked = model.ask(SENTIMENT, tuple(units.values()), purse, tell=tell)
    return TextAnswers(_scores(units, asked.answers, asked.model), asked.calls, asked.problems)


def on_record(model: LanguageModel, units: Mapping[str, Unit]) -> dict[str, ModelScore]:
    """What the model said of these texts, of any age; nobody is asked and nothing is written."""
    asked = model.replaying().ask(SENTIMENT, tuple(units.values()), Purse(model.settings))
    return _scores(units, asked.answers, asked.model)


def _scores(
    units: Mapping[str, Unit], answers: Iterable[TextSentiment | None], model: str
) -> dict[str, ModelScore]:
    return {
        key: ModelScore(
            said.score,
            said.confidence,
            said.relevance,
            said.event,
            said.horizon,
            said.reason,
            model,
        )
        for key, said in zip(units, answers, strict=True)
        if said is not None
    }
