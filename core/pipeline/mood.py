"""Sentiment: the lexicon reads every text, a language model those that it is given, and the aggregate weighs them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from core.llm import LanguageModel, Purse
from core.llm.knowledge import contaminated
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.pipeline.text_answers import TextAnswers, ask_about, reads_texts, units_of
from core.records import Headline, Instrument, Mode, NewsKind, Sentiment
from core.sentiment import aggregate, within_reach
from core.store import dump

_NOBODY = TextAnswers({})


@dataclass(frozen=True, slots=True)
class Mood:
    """Sentiment at a moment, and what the language model had to do with it."""

    sentiment: Sentiment
    answers: TextAnswers


def judge_mood(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Sentiment of what was published before the moment; what has no date has no place in a backtest."""
    known = run.headlines
    if run.request.mode is Mode.BACKTEST:
        known = tuple(item for item in known if item.dated)
    purse = run.purse or Purse(bench.settings.llm, run.id)
    mood = mood_of(bench, run.instrument, known, run.as_of, run.started_at, purse, tell)
    sentiment, answers = mood.sentiment, mood.answers
    return Outcome(
        run=replace(run, sentiment=sentiment, calls=(*run.calls, *answers.calls)),
        summary=in_words(sentiment, bench.llm, bench.settings.collect.headline_days),
        source=sentiment.scorer,
        problems=answers.problems,
        output=dump(Sentiment, sentiment),
    )


def mood_of(
    bench: Workbench,
    instrument: Instrument,
    headlines: Sequence[Headline],
    as_of: datetime,
    asked_at: datetime,
    purse: Purse,
    tell: Callable[[float, str], None] = lambda share, words: None,
) -> Mood:
    """Sentiment of these items at a moment; the language model is asked where there is one for it.

    Args:
        asked_at: now; a model whose knowledge ends at an unknown time may remember what followed `as_of`.

    Raises:
        JobCancelled: the user asked to stop.
    """
    settings, model = bench.settings, bench.llm
    days, similarity = settings.collect.headline_days, settings.news.similarity
    answers = _NOBODY
    if model is not None and reads_texts(model):
        told = within_reach(headlines, as_of, days, bench.lexicon, similarity)
        newest_first = [
            story.first for story in reversed(told)
        ]  # should the budget end, the old ones stay unread
        answers = ask_about(model, units_of(newest_first, instrument, settings.llm), purse, tell)
    sentiment, problems = aggregate(
        instrument.symbol,
        headlines,
        as_of,
        bench.lexicon,
        settings.sentiment,
        days,
        answers.scores,
        similarity,
    )
    said = {item.scorer for item in sentiment.items if item.scorer and item.weight}
    stale = any(contaminated(name, as_of, asked_at, settings.llm) for name in said)
    return Mood(
        replace(sentiment, contaminated=stale),
        replace(answers, problems=(*answers.problems, *problems)),
    )


def in_words(sentiment: Sentiment, model: LanguageModel | None, days: float) -> str:
    """The result in two or three sentences: score, who scored, and how far model and lexicon agree."""
    if not sentiment.items:
        return f"Nothing was published in the last {days:g} days: sentiment does not speak."
    posts = sum(item.kind is NewsKind.SOCIAL for item in sentiment.items)
    told = len(sentiment.items) - posts
    what = f"{told} {'story' if told == 1 else 'stories'} and {posts} {'post' if posts == 1 else 'posts'}"
    if sentiment.score is None:
        return f"{what}, none of which counts: sentiment does not speak. {_who(sentiment, model)}"
    parts = (("news", sentiment.news), ("posts", sentiment.social))
    each = ", ".join(f"{name} {'missing' if score is None else f'{score:+.2f}'}" for name, score in parts)
    return f"{what}: sentiment {sentiment.score:+.2f} (−1 bad, 1 good; {each}). {_who(sentiment, model)}"


def _who(sentiment: Sentiment, model: LanguageModel | None) -> str:
    """Who scored."""
    if model is None:
        return "Scored by the lexicon: no language model is configured."
    if not reads_texts(model):
        return "Scored by the lexicon: the language model is not asked for sentiment."
    scored = sum(bool(item.scorer) for item in sentiment.items)
    if not scored:
        return f"Scored by the lexicon: {model.name or 'the language model'} gave no answer."
    rest = ", the others by the lexicon" if scored < len(sentiment.items) else ""
    words = f"{scored} of {len(sentiment.items)} scored by {model.name}{rest}"
    if sentiment.agreement is not None:
        words += f"; both agree on the sign of {sentiment.agreement:.0%} by weight"
    return f"{words}."
