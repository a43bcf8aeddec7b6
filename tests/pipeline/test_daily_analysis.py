"""The report of a day: every number by hand, nothing from later, worlds in the past, and who writes the summary."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import InputError
from core.llm import Purse
from core.llm.asking import language_model
from core.llm.quoting import unknown_numbers
from core.pipeline import Workbench
from core.pipeline.daily_analysis import daily_report, write_report
from core.pipeline.day_span import span_of
from core.pipeline.day_told import report_facts
from core.records import CycleReport, DailyReport, SystemState
from core.store.llm import LlmMemory
from core.store.reports import list_reports, read_report
from tests.llm.server import FakeLlm, fake_llm
from tests.pipeline.conftest import NOON, eager
from tests.pipeline.test_in_words import says
from tests.report.told_day import DAY, HOSTILE, NOW, START, STOP, afterwards, at, traded_day


@pytest.fixture
def later(bench: Workbench) -> Workbench:
    """The morning after the day."""
    return replace(bench, clock=lambda: NOW)


def told(bench: Workbench, day: date = DAY) -> DailyReport:
    return daily_report(bench, day, Purse(bench.settings.llm))


def bare(report: DailyReport) -> DailyReport:
    """Without the times at which it was written."""
    return replace(report, written_at=NOW, told=replace(report.told, written_at=NOW))


def test_every_number_of_a_day_written_by_hand(later: Workbench) -> None:
    traded_day(later)
    report = told(later)
    coin, other = report.assets
    assert (coin.symbol, coin.source, coin.world, coin.until) == ("BTC-USD", "yfinance", "live", STOP)
    market = coin.market
    assert market is not None and (market.bars, market.first, market.last) == (24, START, STOP)
    assert (market.open, market.high, market.low, market.close, market.before) == (100, 125, 99, 124, 100)
    assert market.change == pytest.approx(0.24) and market.range == pytest.approx(0.26)
    assert market.usual_range == pytest.approx(0.02) and (market.volume, market.usual_volume) == (48, 24)

    measured = {item.name: item.value for item in coin.technicals}
    assert measured["sma_20"] == pytest.approx(114.5)  # of 105 … 124
    assert measured["sma_50"] == pytest.approx((26 * 100 + sum(range(101, 125))) / 50)
    assert measured["rsi_14"] == 100.0, "it only rose"
    assert coin.bars is not None and coin.bars.close[-24:] == tuple(float(101 + hour) for hour in range(24))
    assert coin.bars.fast[-1] == pytest.approx(114.5) and coin.bars.opens_at[-1] == at(23)
    assert [(item.name, item.value, item.unit) for item in coin.fundamentals] == [
        ("market value", 124_000.0, "USD"), ("circulating supply", 1_000.0, "coins"),
    ]  # fmt: skip

    (decision,) = coin.decisions
    assert (decision.cycle_id, decision.verdict, decision.profit) == ("d1", "ordered", None)
    assert decision.became == "Filled 2 at 100, fee 0.20. Still held when the day ended."
    assert [(trade.pnl, trade.exit_time) for trade in coin.trades] == [(12.5, at(2))]
    assert coin.held is not None and (coin.held.quantity, coin.held.entry_price, coin.held.profit) == (
        2,
        100,
        48,
    )
    assert coin.mood is not None and (coin.mood.score, coin.mood.drivers[0].title) == (0.5, "Coin rises")

    (book,) = report.books
    lived = book.lived
    assert (lived.equity_start, lived.equity_end, lived.fills, lived.trades) == (10_000, 10_060, 2, 1)
    assert (lived.profit, lived.change) == (12.5, 60)
    assert book.exposure == pytest.approx(248 / 10_060)
    assert book.peak == 10_100 and book.drawdown == pytest.approx(40 / 10_100)
    checks = {check.name: check for check in book.checks}
    assert checks["total_exposure"].value == pytest.approx(100 * 248 / 10_060)
    assert checks["drawdown"].value == pytest.approx(100 * 40 / 10_100) and book.state is SystemState.ACTIVE

    assert [(item.source, item.calls, item.failed, item.last_success) for item in report.sources] == [
        ("yfinance", 2, 1, at(1))
    ]  # fmt: skip
    assert (other.symbol, other.market, other.decisions) == ("ETH-USD", None, ())
    assert any("No bar of it was stored" in note for note in other.notes)


def test_what_comes_later_changes_nothing(later: Workbench) -> None:
    traded_day(later)
    before = told(later)
    afterwards(later)
    assert bare(told(later)) == bare(before)


def test_a_report_is_kept_once_a_day_and_newer_ones_take_its_place(later: Workbench) -> None:
    traded_day(later)
    purse = Purse(later.settings.llm)
    first = write_report(later, DAY, purse)
    assert read_report(later.store, DAY) == first
    again = write_report(replace(later, clock=lambda: NOW + timedelta(hours=1)), DAY, purse)
    assert read_report(later.store, DAY) == again != first
    write_report(later, date(2024, 3, 4), purse)
    lines, total = list_reports(later.store, 1)
    assert total == 2 and (lines[0].day, lines[0].assets) == (DAY, ("BTC-USD", "ETH-USD"))
    with pytest.raises(InputError, match="2024-03-07 has not begun"):
        write_report(later, date(2024, 3, 7), purse)


def test_a_day_on_which_nothing_was_on_says_so(later: Workbench) -> None:
    report = told(later, date(2024, 1, 1))
    assert (report.assets, report.books, report.sources) == ((), (), ())
    assert report.told.words == "On 2024-01-01 no cycle was run, so nothing was decided."


def test_the_sample_is_told_by_its_own_clock(later: Workbench, cycle: Callable[..., CycleReport]) -> None:
    today = replace(eager(later), clock=lambda: at(12))
    cycle(on=today)
    cycle(NOON.replace(hour=18), on=today)
    report = told(later)
    (coin,) = report.assets
    clock = NOON.replace(hour=18)
    assert (coin.world, coin.start, coin.until) == ("sample-crypto-2019", NOON.replace(hour=0), clock)
    assert coin.market is not None and coin.market.last <= clock
    assert coin.forecast is not None and coin.forecast.as_of == clock
    assert any("clock of this data stands in the past" in note for note in coin.notes)
    (book,) = report.books
    assert (book.lived.world, book.until) == ("sample-crypto-2019", clock)
    cycle(NOON.replace(hour=23), on=replace(eager(later), clock=lambda: NOW))
    assert bare(told(later)) == bare(report), "the clock of the sample went on the day after"


def test_a_clock_at_midnight_stands_at_the_end_of_the_day_before() -> None:
    midnight = datetime(2019, 6, 27, tzinfo=UTC)
    span = span_of(DAY, "sample-crypto-2019", [midnight - timedelta(days=2, hours=1), midnight])
    assert (span.start, span.until, span.past) == (midnight - timedelta(days=1), midnight, True)
    assert span.lived_from == midnight - timedelta(days=3)
    live = span_of(DAY, "live", [])
    assert (live.start, live.until, live.past) == (START, STOP, False)


@pytest.fixture
def fake() -> Iterator[FakeLlm]:
    with fake_llm(says("Nothing of note. All is well.")) as server:
        yield server


def test_a_model_writes_the_summary_unless_a_number_is_not_in_the_facts(
    later: Workbench, fake: FakeLlm
) -> None:
    traded_day(later, HOSTILE)
    plain = told(later)
    facts = report_facts(plain.facts, plain.assets, plain.books, plain.sources)
    assert plain.told.words.startswith(
        "The market: BTC-USD +24.00 % to 124. BTC-USD moved in a far wider range"
    )
    assert unknown_numbers(plain.told.words, json.dumps(facts | {"about": DAY.isoformat()})) == ()

    chosen = {
        "preset": "custom",
        "base_url": fake.base_url,
        "model": "fake-model",
        "uses": ("summary",),
        "retries": 0,
    }
    settings = later.settings.model_copy(update={"llm": later.settings.llm.model_validate(chosen)})
    speaking = replace(
        later, settings=settings, llm=language_model(settings, LlmMemory(later.store), later.clock)
    )
    fake.script = says("BTC-USD rose to 123456. All is well.")
    void = told(speaking)
    assert void.told.by == "" and "did not keep to the facts" in void.told.note
    assert void.told.words == plain.told.words

    fake.script = says("BTC-USD rose by 24 % to 124. The book ended at 10060.")
    asked = len(fake.heard)
    spoken = told(speaking)
    assert (spoken.told.by, spoken.told.words) == (
        "fake-model", "BTC-USD rose by 24 % to 124. The book ended at 10060.",
    )  # fmt: skip
    assert told(speaking).told.words == spoken.told.words and len(fake.heard) == asked + 1
    assert "evil" not in json.dumps(fake.heard), "what others wrote never reaches the model"
