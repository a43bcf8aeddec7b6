"""One asset on one day, from the store as it was known when the day ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from core.features import WARMUP
from core.instruments import resolve
from core.patterns.levels import USUAL
from core.pipeline.at_hand import known_bars
from core.pipeline.day_decisions import decisions_of, no_trades_of
from core.pipeline.day_fundamentals import day_fundamentals, unread
from core.pipeline.day_market import USUAL_DAYS, day_levels, day_market, drawn_bars, technicals
from core.pipeline.day_span import DaySpan
from core.pipeline.run import Workbench
from core.records import (
    AssetDay,
    CycleReport,
    DataQuality,
    DayForecast,
    DayHolding,
    DayMood,
    DaySource,
    Instrument,
    MoodDriver,
    Timeframe,
)
from core.store.cycles import read_cycle
from core.store.reports import CycleOfDay, quality_until, trades_ended
from core.tables import closed_bars, empty_bars

MOST_DRIVERS = 5
_FAN_BARS = 121
_HISTORY = WARMUP + USUAL.memory
"""Bars that the indicators and levels rest on."""


@dataclass(frozen=True, slots=True)
class Series:
    """One asset as it is traded: which bars, in which world, on which book."""

    symbol: str
    timeframe: Timeframe
    source: str
    world: str
    book_id: str


def asset_day(
    bench: Workbench,
    series: Series,
    cycles: Sequence[CycleOfDay],
    span: DaySpan,
    held: DayHolding | None,
    sources: Sequence[DaySource],
) -> AssetDay:
    """Everything that is told of one asset.

    Args:
        cycles: of this series, that began on the day, oldest first.
        held: when the day ended.
        sources: that were asked that day.
    """
    instrument = resolve(series.symbol)
    bars = bars_known(bench, instrument, series.timeframe, series.source, span)
    last = _last_report(bench, cycles)
    market = day_market(bars, series.timeframe, span.start)
    quality = _quality(bench, series, span, last)
    trades = trades_ended(bench.store, series.book_id, span.lived_from, span.events) if series.book_id else ()
    close = float(bars["close"].iloc[-1]) if len(bars) else None
    fundamentals = day_fundamentals(bench.store, instrument, span, close)
    lacking = unread(instrument, fundamentals, sources, span)
    return AssetDay(
        symbol=series.symbol,
        timeframe=series.timeframe.value,
        source=series.source,
        world=series.world,
        book_id=series.book_id,
        start=span.start,
        until=span.until,
        market=market,
        bars=drawn_bars(bars, series.timeframe, span.start),
        technicals=technicals(bars),
        fundamentals=fundamentals,
        levels=day_levels(bars),
        regime=last.regime if last else None,
        mood=_mood(last),
        forecast=_forecast(last, bars, series.timeframe),
        decisions=decisions_of(bench.store, cycles, span),
        no_trades=no_trades_of(cycles),
        trades=tuple(trade for trade in trades if trade.symbol == series.symbol),
        held=held,
        trust=quality.score if quality else None,
        doubts=tuple(check.meaning for check in quality.checks if check.penalty > 0) if quality else (),
        notes=(*_notes(series, span, len(bars), market is not None, cycles), *([lacking] if lacking else [])),
    )


def bars_known(
    bench: Workbench, instrument: Instrument, timeframe: Timeframe, source: str, span: DaySpan
) -> pd.DataFrame:
    """Bars that had closed by the end of the span and were stored by then, as far back as anything told needs."""
    if not source:
        return empty_bars()
    # markets that close at night and over weekends need a wider window
    back = max(timedelta(days=USUAL_DAYS + 11), 4 * _HISTORY * timeframe.delta)
    bars = known_bars(
        bench, instrument, timeframe, source, span.start - back, span.until, known_at=span.bars_known
    )
    return closed_bars(bars, timeframe, span.until)


def _last_report(bench: Workbench, cycles: Sequence[CycleOfDay]) -> CycleReport | None:
    """The last cycle of the day that came to a decision."""
    ended = [cycle for cycle in cycles if cycle.verdict != "failed"]
    if not ended:
        return None
    return read_cycle(bench.store, max(ended, key=lambda cycle: (cycle.as_of, cycle.started_at)).id)


def _quality(bench: Workbench, series: Series, span: DaySpan, last: CycleReport | None) -> DataQuality | None:
    if last is not None and last.quality is not None:
        return last.quality
    return quality_until(bench.store, series.symbol, series.timeframe.value, series.source, span.until)


def _mood(last: CycleReport | None) -> DayMood | None:
    if last is None or last.sentiment is None:
        return None
    told = last.sentiment
    moved = sorted(told.items, key=lambda item: -abs(item.score) * item.weight)[:MOST_DRIVERS]
    drivers = tuple(
        MoodDriver(item.title, item.source, item.published_at, item.score, item.weight)
        for item in moved
        if item.score and item.weight
    )
    return DayMood(told.score, told.news, told.social, len(told.items), told.as_of, drivers)


def _forecast(last: CycleReport | None, bars: pd.DataFrame, timeframe: Timeframe) -> DayForecast | None:
    if last is None or not last.forecasts:
        return None
    seen = closed_bars(bars, timeframe, last.as_of).iloc[-_FAN_BARS:]
    if seen.empty:
        return None
    return DayForecast(
        last.id, last.as_of, float(seen["close"].iloc[-1]), tuple(sorted(last.forecasts, key=lambda item: item.bars)),
        tuple(time.to_pydatetime() for time in seen.index), tuple(seen["close"].tolist()),
    )  # fmt: skip


def _notes(
    series: Series, span: DaySpan, bars: int, traded: bool, cycles: Sequence[CycleOfDay]
) -> list[str]:  # fmt: skip
    notes = []
    if span.past:
        notes.append(
            f"The clock of this data stands in the past: told is {span.start:%Y-%m-%d} up to {span.until:%H:%M} UTC, the last "
            "moment that a cycle of the day decided on."
        )
    if not bars:
        notes.append(
            "No bar of it was stored by the end of the day: switch the autopilot on, or run a cycle, and the next report has it."
        )
    elif not traded:
        notes.append(
            "No bar of this day was known when it ended: the market was closed, or its source gave nothing."
        )
    if not cycles:
        notes.append(
            "No cycle of it ran that day, so there is no regime, sentiment, forecast or decision of the day."
        )
    return notes
