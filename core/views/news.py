"""News of an asset: items with their score, mood and attention, and where all of it came from."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from core.collect import sample_headlines
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import sample_clock_span, stored_or_sample
from core.records import Headline, Instrument, Reading, Timeframe
from core.store.news import Wanted, find_headlines, news_facets, read_readings
from core.store.search import matches, parse_query
from core.tables import stamp
from core.views.news_items import item_rows
from core.views.news_scores import MoodNow, mood_now, recorded_scores
from core.views.number import Number, percent, plain
from core.views.providers import news_providers

MOOD = "fear and greed"
MOST = 500
"""Items that are drawn and listed."""


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """What the news page shows of one asset."""

    instrument: Instrument
    sample: bool
    items: pd.DataFrame
    """Newest first, one a story: see core.views.news_items."""
    bars: pd.DataFrame
    """Prices over the same time; may be empty."""
    mood: pd.DataFrame
    """time, value, words of Fear & Greed."""
    figures: pd.DataFrame
    """Latest readings of the asset: name, value, words, source, time."""
    trending: pd.DataFrame
    """Coins that are looked for most: rank, symbol, time."""
    numbers: tuple[Number, ...]
    facets: pd.DataFrame
    """What is stored: source, kind, items, first, last, undated, fetched_at."""
    providers: pd.DataFrame
    """Each source of text and mood that is switched on: see core.views.providers."""
    truncated: bool
    """True when more than MOST items fit."""
    now: MoodNow
    """What sentiment makes of the asset's items."""


def news(
    bench: Workbench,
    symbol: str,
    timeframe: Timeframe,
    source: str,
    wanted: Wanted,
    days: int,
    everything: bool,
) -> News:
    """Stored items about an asset, or with `everything` about any, of the last `days` days; no network is asked.

    Raises:
        InputError: the text to look for cannot be read.
    """
    instrument = resolve(symbol)
    span = sample_clock_span(instrument, timeframe)
    sample = source == "sample"
    now = (span[1] if span else bench.clock()) if sample else bench.clock()
    since = now - timedelta(days=days)
    wanted = replace(wanted, symbol="" if everything else symbol, sample=sample, since=since, until=now)
    found = _sample_items(instrument, wanted) if sample else find_headlines(bench.store, wanted, MOST + 1)
    stories = _outlets(bench, wanted, sample)
    mood = mood_now(bench, instrument, now, sample, days)
    shown = found[:MOST]
    items = item_rows(
        bench, instrument, shown, stories, recorded_scores(bench, instrument, shown), mood.sentiment
    )
    held = stored_or_sample(bench, instrument, timeframe, source, 100_000)
    readings = () if sample else read_readings(bench.store, since=now - timedelta(days=max(days, 90)))
    return News(
        instrument=instrument,
        sample=sample,
        items=items,
        bars=held.bars.loc[stamp(since) :] if len(held.bars) else held.bars,
        mood=_frame([r for r in readings if r.name == MOOD]),
        figures=_latest([r for r in readings if r.symbol == symbol]),
        trending=_latest([r for r in readings if r.name == "trending rank"]),
        numbers=_numbers(items, readings),
        facets=news_facets(bench.store),
        providers=news_providers(bench),
        truncated=len(found) > MOST,
        now=mood,
    )


def _sample_items(instrument: Instrument, wanted: Wanted) -> tuple[Headline, ...]:
    """The sample's headlines are not in the store before a cycle has read them; the same words find them."""
    query = parse_query(wanted.text) if wanted.text else None
    assert wanted.since is not None and wanted.until is not None
    return tuple(
        item
        for item in sorted(
            sample_headlines(instrument, wanted.until), key=lambda h: h.published_at, reverse=True
        )
        if wanted.since <= item.published_at <= wanted.until
        and (query is None or matches(query, item.title))
        and (not wanted.kinds or item.kind in wanted.kinds)
    )


def _outlets(bench: Workbench, wanted: Wanted, sample: bool) -> Counter[str]:
    """How many items tell each story."""
    if sample:
        return Counter()
    all_of_them = find_headlines(bench.store, replace(wanted, text="", first_of_story=False), 20_000)
    return Counter(item.cluster or item.id for item in all_of_them)


def _frame(readings: list[Reading]) -> pd.DataFrame:
    frame = pd.DataFrame([(r.time, r.value, r.words) for r in readings], columns=["time", "value", "words"])
    return frame.assign(time=pd.to_datetime(frame["time"], utc=True))


def _latest(readings: list[Reading]) -> pd.DataFrame:
    last = {(r.name, r.symbol): r for r in readings}
    return pd.DataFrame(
        [
            (r.name, r.symbol, r.value or (None if r.words else 0.0), r.words, r.source, r.time)
            for r in last.values()
        ],
        columns=["name", "symbol", "value", "words", "source", "time"],
    )


def _numbers(items: pd.DataFrame, readings: tuple[Reading, ...]) -> tuple[Number, ...]:
    scored = items["score"].dropna()
    loud = scored[scored.abs() >= 0.05]
    mood = [r for r in readings if r.name == MOOD]
    before = mood[-8].value if len(mood) > 7 else None
    retold = int((items["outlets"] - 1).sum())
    return (
        Number("Stories", f"{len(items):,}", f"Different stories; {retold} more items retell them and are not counted twice."),
        Number("Mean score", plain(float(scored.mean())) if len(scored) else "–", "Plain mean of the listed items' scores, −1 bad to 1 good; a cycle weighs them (see Sentiment)."),
        Number("Good news", percent(float((loud > 0).mean()), 0) if len(loud) else "–", f"Share of good items among the {len(loud)} that are good or bad at all."),
        Number("Undated", f"{int((~items['dated'].astype(bool)).sum()):,}", "Items without a date of their own; they count from the moment we first saw them."),
        Number("Fear & Greed", f"{mood[-1].value:.0f}" if mood else "–", f"0 extreme fear, 100 extreme greed; {mood[-1].words if mood else 'none read yet'}. The arrow compares with a week before.", f"{mood[-1].value - before:+.0f}" if before is not None else None),
    )  # fmt: skip
