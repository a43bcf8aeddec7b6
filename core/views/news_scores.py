"""What sentiment makes of an asset's items now, from the lexicon and the language model's record; nobody is asked."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pandas as pd

from core.collect import sample_headlines
from core.llm.knowledge import contaminated
from core.pipeline import Workbench
from core.pipeline.news import READ
from core.pipeline.text_answers import on_record, reads_texts, units_of
from core.pipeline.text_scoring import scoring_cost, unable
from core.records import Estimate, Headline, Instrument, Sentiment
from core.sentiment import ModelScore, aggregate
from core.store.news import Wanted, find_headlines
from core.views.news_items import agreeing
from core.views.number import Number, percent

_MOST = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class MoodNow:
    """Sentiment as a cycle would find it now."""

    sentiment: Sentiment
    numbers: tuple[Number, ...]
    agreement: pd.DataFrame
    """Items that model and lexicon both scored: see core.views.news_items."""
    estimate: Estimate | None
    """What scoring the listed texts would cost; None where no model can."""
    unable: str
    """Why no text can be scored by a model, and what to do; empty when one can."""
    model: str
    """Name of the language model; empty without one."""
    at: datetime | None
    """The sample's clock; None for live items."""
    days: float


def recorded_scores(
    bench: Workbench, instrument: Instrument, items: tuple[Headline, ...]
) -> dict[str, ModelScore]:
    """The language model's recorded scores of these items."""
    model = bench.llm
    if model is None or not reads_texts(model):
        return {}
    return on_record(model, units_of(items, instrument, bench.settings.llm))


def mood_now(bench: Workbench, instrument: Instrument, now: datetime, sample: bool, days: int) -> MoodNow:
    """Sentiment towards one asset at `now`.

    Args:
        days: how far back the button that scores texts would reach.
    """
    settings = bench.settings
    reach = settings.collect.headline_days
    items = _read_by_a_cycle(bench, instrument, now, sample, reach)
    scores = recorded_scores(bench, instrument, items)
    found, _ = aggregate(
        instrument.symbol,
        items,
        now,
        bench.lexicon,
        settings.sentiment,
        reach,
        scores,
        settings.news.similarity,
    )
    said = {item.scorer for item in found.items if item.scorer and item.weight}
    found = replace(
        found, contaminated=any(contaminated(name, now, bench.clock(), settings.llm) for name in said)
    )
    at = now if sample else None
    return MoodNow(
        sentiment=found,
        numbers=_numbers(found, reach),
        agreement=agreeing(found.items),
        estimate=scoring_cost(bench, [instrument.symbol], days, at),
        unable=unable(bench.llm),
        model=bench.llm.name if bench.llm else "",
        at=at,
        days=reach,
    )


def _read_by_a_cycle(
    bench: Workbench, instrument: Instrument, now: datetime, sample: bool, reach: float
) -> tuple[Headline, ...]:
    since = now - timedelta(days=reach)
    if sample:
        return tuple(h for h in sample_headlines(instrument, now) if since <= h.published_at <= now)
    wanted = Wanted(symbol=instrument.symbol, since=since, until=now, sample=False, kinds=READ)
    return find_headlines(bench.store, wanted, _MOST)


def _numbers(found: Sentiment, reach: float) -> tuple[Number, ...]:
    by_model = sum(bool(item.scorer) for item in found.items)
    of_all = f"{len(found.items)} stories and posts of the last {reach:g} days"
    agree = percent(found.agreement, 0)
    return (
        Number("Sentiment", _score(found.score), f"What a cycle would read now, −1 bad to 1 good: the mean of news and posts, or the one there is. From {of_all}; newer, wider told, more relevant and more certain ones weigh more, and no item more than its cap."),
        Number("News", _score(found.news), "Weighted mean of the news alone; «missing» when nothing was published that counts."),
        Number("Posts", _score(found.social), "Weighted mean of social posts alone; «missing» when there is none that counts. Reddit is switched on in the settings (news.sources)."),
        Number("Scored by", "lexicon" if not by_model else f"model: {by_model} of {len(found.items)}", f"{found.scorer}. What no language model has scored keeps the lexicon's score."),
        Number("Model and lexicon agree", agree, "Share of the items that both scored, by weight, on whose sign they agree; good, neutral (within ±0.05) or bad."),
    )  # fmt: skip


def _score(score: float | None) -> str:
    return "missing" if score is None else f"{score:+.2f}".replace("-", "−")
