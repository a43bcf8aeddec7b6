"""Recent texts of several assets, scored by the language model in shared requests, so that pages and cycles find them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.collect import sample_headlines
from core.instruments import resolve
from core.llm import LanguageModel, Purse, Unit
from core.llm.uses.sentiment import SENTIMENT
from core.pipeline.news import READ
from core.pipeline.run import Workbench, in_words
from core.pipeline.text_answers import ask_about, reads_texts, units_of
from core.records import Estimate, Headline, LlmCall, Problem
from core.sentiment import within_reach
from core.store.news import Wanted, find_headlines

_MOST = 20_000


@dataclass(frozen=True, slots=True)
class TextsScored:
    """What scoring texts of several assets gave."""

    words: str
    """In two or three sentences."""
    texts: int = 0
    """Texts that were meant, each once for every asset."""
    scored: int = 0
    """Of them, how many have the model's score now."""
    calls: tuple[LlmCall, ...] = ()
    problems: tuple[Problem, ...] = ()


def score_texts(
    bench: Workbench,
    symbols: Sequence[str],
    tell: Callable[[float, str], None],
    purse: Purse,
    days: float | None = None,
    at: datetime | None = None,
) -> TextsScored:
    """Score what was published about these assets lately, as far as it is not on record; texts share requests.

    Args:
        days: how far back; None: as far as a cycle reads.
        at: moment in the embedded sample, whose items are meant then; None: what is stored, until now.

    Raises:
        UnknownSymbol: one of the symbols cannot be read.
        JobCancelled: the user asked to stop; what was answered before is kept.
    """
    model = bench.llm
    why = unable(model)
    if why or model is None:
        return TextsScored(why)
    units = recent_units(bench, symbols, days, at)
    if not units:
        return TextsScored(f"There is no text about {', '.join(symbols)} to score: fetch news first.")
    tell(0.05, f"{len(units)} texts about {', '.join(symbols)}")
    answers = ask_about(model, units, purse, tell)
    sent = sum(call.attempts for call in answers.calls)
    tokens = sum(call.tokens_in + call.tokens_out for call in answers.calls)
    words = (
        f"{len(answers.scores)} of {len(units)} texts about {', '.join(symbols)} are scored by {model.name}; "
        f"{sent} {'request' if sent == 1 else 'requests'}, {tokens:,} tokens. {in_words(answers.problems)}"
    ).strip()
    return TextsScored(words, len(units), len(answers.scores), answers.calls, answers.problems)


def scoring_cost(
    bench: Workbench, symbols: Sequence[str], days: float | None = None, at: datetime | None = None
) -> Estimate | None:
    """What `score_texts` would cost; None where it would do nothing. Nobody is asked."""
    model = bench.llm
    if model is None or unable(model):
        return None
    return model.estimate(SENTIMENT, tuple(recent_units(bench, symbols, days, at).values()))


def unable(model: LanguageModel | None) -> str:
    """Why no text can be scored, and what to do; empty when one can."""
    if model is None:
        return "No language model is configured: choose one in the settings (llm.preset)."
    if not reads_texts(model):
        return "The language model is not asked for sentiment: add it to llm.uses in the settings."
    return model.fault


def recent_units(
    bench: Workbench, symbols: Sequence[str], days: float | None, at: datetime | None
) -> dict[str, Unit]:
    """The question about the first item of each recent story of each asset."""
    settings = bench.settings
    reach = settings.collect.headline_days if days is None else days
    units: dict[str, Unit] = {}
    for instrument in dict.fromkeys(resolve(symbol) for symbol in symbols):
        until = at or bench.clock()
        if at is not None:
            known: Sequence[Headline] = sample_headlines(instrument, at)
        else:
            wanted = Wanted(
                symbol=instrument.symbol, since=until - timedelta(days=reach), until=until, sample=False, kinds=READ
            )  # fmt: skip
            known = find_headlines(bench.store, wanted, _MOST)
        told = within_reach(known, until, reach, bench.lexicon, settings.news.similarity)
        newest_first = [story.first for story in reversed(told)]
        for key, unit in units_of(newest_first, instrument, settings.llm).items():
            units[f"{instrument.symbol} {key}"] = unit
    return units
