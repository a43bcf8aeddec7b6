"""The analysis of one day: every asset and book, told from the store as it was known when the day ended."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from core.collect import LIVE
from core.errors import DataUnavailable, InputError
from core.instruments import resolve
from core.llm import Purse
from core.llm.uses.prose import prose_unit
from core.llm.uses.summary import SUMMARY
from core.pipeline.asset_day import Series, asset_day
from core.pipeline.at_hand import stored_source
from core.pipeline.day_books import day_book
from core.pipeline.day_facts import day_facts
from core.pipeline.day_span import SETTLING, bounds, span_of
from core.pipeline.day_summary import SUMMARISED
from core.pipeline.day_told import report_facts, report_prose
from core.pipeline.gathering import gather
from core.pipeline.in_words import speak
from core.pipeline.run import Tell, Workbench
from core.records import DailyReport, DayBook, DayHolding, PlainWords, Timeframe
from core.store.bars import last_bars
from core.store.reports import (
    CycleOfDay,
    books_alive,
    calls_of_day,
    cycles_of_day,
    save_report,
    switches_of,
)

Cycles = tuple[CycleOfDay, ...]


def write_report(
    bench: Workbench,
    day: date,
    purse: Purse,
    tell: Tell = lambda share, words: None,
    check: Callable[[], None] = lambda: None,
) -> DailyReport:
    """Analyse a day and keep the report; it takes the place of an earlier one of that day.

    Args:
        check: raises JobCancelled when the user asked to stop.

    Raises:
        InputError: the day has not begun.
    """
    refuse_future(bench, day)
    report = daily_report(bench, day, purse, tell, check)
    bench.store.write(save_report(report))
    tell(1.0, report.told.words)
    return report


def refuse_future(bench: Workbench, day: date) -> None:
    """Raises InputError for a day that has not begun."""
    today = bench.clock().date()
    if day > today:
        raise InputError(f"{day} has not begun: choose {today} or an earlier day.")


def daily_report(
    bench: Workbench,
    day: date,
    purse: Purse,
    tell: Tell = lambda share, words: None,
    check: Callable[[], None] = lambda: None,
) -> DailyReport:
    """The report, without keeping it; later rows of the store change nothing in it."""
    start, stop = bounds(day)
    cycles = cycles_of_day(bench.store, start, stop)
    groups = _series(bench, day, cycles)
    _settle(bench, day, [series for series, _ in groups], tell, check)
    books = _books(bench, day, cycles)
    sources = calls_of_day(bench.store, start, stop)
    assets = []
    for number, (series, mine) in enumerate(groups):
        check()
        tell(0.1 + 0.7 * number / len(groups), f"looking at {series.symbol}")
        span = span_of(day, series.world, _moments(mine))
        assets.append(asset_day(bench, series, mine, span, _held(books, series), sources))
    facts = replace(day_facts(bench.store, day), books=tuple(book.lived for book in books))
    told = report_facts(facts, tuple(assets), books, sources)
    check()
    tell(0.85, "writing the summary")
    about = day.isoformat()
    spoken = speak(bench.llm, SUMMARY, prose_unit("", about, told), purse, tell)
    words = PlainWords(
        SUMMARISED, about, spoken.words or report_prose(about, told), spoken.by, spoken.note, bench.clock()
    )
    return DailyReport(day, bench.clock(), facts, tuple(assets), books, sources, words)


def _series(bench: Workbench, day: date, cycles: Cycles) -> list[tuple[Series, Cycles]]:
    """What is told, with its cycles: the autopilot's assets first, then those that a cycle ran on."""
    found: dict[Series, list[CycleOfDay]] = {}
    for cycle in cycles:
        if cycle.book_id:
            key = Series(cycle.symbol, Timeframe(cycle.timeframe), cycle.source, cycle.world, cycle.book_id)
            found.setdefault(key, []).append(cycle)
    for cycle in cycles:
        if not cycle.book_id:  # it failed before it had a book
            found.setdefault(_like(found, cycle), []).append(cycle)
    watched = [key for key in _watched(bench, day) if not _told(found, key)]
    ordered = sorted(found, key=lambda key: (key.world != LIVE, key.symbol, key.timeframe.seconds))
    told = [(key, tuple(sorted(found[key], key=lambda cycle: cycle.started_at))) for key in ordered]
    return [*told, *((key, ()) for key in watched)]


def _like(found: dict[Series, list[CycleOfDay]], cycle: CycleOfDay) -> Series:
    """The series that a cycle which failed early was meant for."""
    alike = [key for key in found if (key.symbol, key.timeframe.value) == (cycle.symbol, cycle.timeframe)]
    named = [key for key in alike if key.world == cycle.world]
    if alike:
        return (named or alike)[0]
    return Series(
        cycle.symbol, Timeframe(cycle.timeframe), cycle.source if cycle.world else "", cycle.world or LIVE, ""
    )


def _told(found: dict[Series, list[CycleOfDay]], wanted: Series) -> bool:
    return any((key.symbol, key.timeframe) == (wanted.symbol, wanted.timeframe) for key in found)


def _watched(bench: Workbench, day: date) -> list[Series]:
    """The assets that the autopilot traded that day, on the live book of the day's end."""
    start, stop = bounds(day)
    books = books_alive(bench.store, LIVE, stop)
    told: dict[Series, None] = {}
    for state in switches_of(bench.store, start, stop):
        for symbol in state.assets if state.running else ():
            frame = Timeframe(state.timeframe)
            source = stored_source(bench, resolve(symbol), frame, state.source)
            told[Series(resolve(symbol).symbol, frame, source, LIVE, books[0] if books else "")] = None
    return list(told)


def _settle(
    bench: Workbench, day: date, series: Sequence[Series], tell: Tell, check: Callable[[], None]
) -> None:
    """Ask for the last bars of a day that has just ended; a source that fails hinders nothing, the report has what is there."""
    _, stop = bounds(day)
    if not stop <= bench.clock() < stop + SETTLING:
        return
    for item in series:
        check()
        if item.world != LIVE or not item.source or _complete(bench, item, day):
            continue
        tell(0.05, f"asking for the last bars of {item.symbol}")
        try:
            found = gather(bench, resolve(item.symbol), item.timeframe, item.source, None)
            bench.store.write(*found.writes)
        except DataUnavailable:
            continue  # the health page and the report's own list of sources show it


def _complete(bench: Workbench, series: Series, day: date) -> bool:
    _, stop = bounds(day)
    last = last_bars(bench.store, series.symbol, series.timeframe, series.source, 1)
    return len(last) > 0 and last.index[-1].to_pydatetime() + series.timeframe.delta >= stop


def _books(bench: Workbench, day: date, cycles: Cycles) -> tuple[DayBook, ...]:
    """The books that cycles of the day traded, and the live one, which goes on without them."""
    mine: dict[tuple[str, str], list[CycleOfDay]] = {}
    for cycle in cycles:
        if cycle.book_id:
            mine.setdefault((cycle.world, cycle.book_id), []).append(cycle)
    _, stop = bounds(day)
    for book_id in books_alive(bench.store, LIVE, stop):
        mine.setdefault((LIVE, book_id), [])
    return tuple(
        day_book(
            bench, book_id, span_of(day, world, _moments(of_book)), [cycle.id for cycle in of_book]
        )
        for (world, book_id), of_book in sorted(mine.items(), key=lambda item: (item[0][0] != LIVE, item[0]))
    )  # fmt: skip


def _held(books: Sequence[DayBook], series: Series) -> DayHolding | None:
    """What the series' book held of its asset."""
    for book in books:
        if book.lived.book_id == series.book_id:
            return next((item for item in book.held if item.symbol == series.symbol), None)
    return None


def _moments(cycles: Sequence[CycleOfDay]) -> list[datetime]:
    """At which they decided; those of failed ones where no other is."""
    return [cycle.as_of for cycle in cycles if cycle.verdict != "failed"] or [cycle.as_of for cycle in cycles]
