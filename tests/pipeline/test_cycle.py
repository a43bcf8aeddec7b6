from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from core.collect import SampleSource
from core.errors import InputError, JobCancelled, UnknownSymbol, Unreachable
from core.instruments import resolve
from core.pipeline import STAGES, Workbench
from core.records import (
    CycleReport,
    Headline,
    Instrument,
    Mode,
    OrderStatus,
    StageState,
    Timeframe,
    Verdict,
)
from core.store import dump
from core.store.books import active_book, orders_of_cycle, read_equity, read_fills, read_trades
from core.store.cycles import list_cycles, read_cycle, stages_of
from core.store.models import all_models
from core.store.news import save_headlines
from tests.pipeline.conftest import NOON, eager

Cycle = Callable[..., CycleReport]
HOUR = timedelta(hours=1)


def test_every_stage_runs_in_order_and_is_stored(cycle: Cycle, bench: Workbench) -> None:
    heard: list[str] = []
    report = cycle(on=eager(bench), on_stage=lambda stage: heard.append(stage.stage))
    names = [name for name, _ in STAGES]
    assert heard == names == [stage.stage for stage in stages_of(bench.store, report.id)]
    assert all(stage.state in (StageState.OK, StageState.DEGRADED) for stage in report.stages)
    assert read_cycle(bench.store, report.id) == report
    assert (report.as_of, report.world, report.data_source) == (NOON, "sample-crypto-2019", "sample")
    assert len(report.forecasts) == len(report.explanations) == 3
    assert max(item.additivity_error for item in report.explanations) < 1e-4


def test_an_order_fills_at_the_next_open_with_its_costs(cycle: Cycle, bench: Workbench) -> None:
    report = cycle(on=eager(bench))
    assert report.decision is not None and report.order is not None
    assert report.decision.verdict is Verdict.ORDERED
    assert all(check.passed for check in report.decision.checks)
    (fill,) = report.fills
    bar = SampleSource().fetch(resolve("BTC-USD"), Timeframe.H1, NOON, NOON + HOUR)
    costs = bench.settings.costs
    worse = 1 + (1 if fill.side == "buy" else -1) * (costs.half_spread + costs.slippage)
    assert fill.reference == bar["open"].iloc[0]
    assert fill.price == pytest.approx(fill.reference * worse, rel=1e-12)
    assert fill.fee == pytest.approx(fill.price * fill.quantity * costs.fee, rel=1e-12)
    assert orders_of_cycle(bench.store, report.id) == (report.order,)
    assert report.order.status is OrderStatus.FILLED
    book = active_book(bench.store, "sample-crypto-2019")
    assert book is not None and len(book.positions) == 1
    assert book.positions[0].value <= 0.1 * 10_000 * 1.01


def test_the_same_cycle_on_a_fresh_book_decides_the_same(cycle: Cycle, bench: Workbench) -> None:
    first, second = (cycle(on=eager(bench), mode=Mode.BACKTEST) for _ in range(2))
    for name in ("sentiment", "forecasts", "explanations", "fused", "decision", "quality"):
        kind = type(getattr(first, name))
        assert dump(kind, getattr(first, name)) == dump(kind, getattr(second, name)), name


def test_nothing_newer_than_the_moment_is_seen(cycle: Cycle, bench: Workbench, home: Path) -> None:
    """Two files, alike until the moment; after it one holds absurd bars. And a headline from the future."""
    past = SampleSource().fetch(resolve("BTC-USD"), Timeframe.H1, NOON - 900 * HOUR, NOON)
    later = SampleSource().fetch(resolve("BTC-USD"), Timeframe.H1, NOON, NOON + 50 * HOUR)
    paths = {}
    for name, tail in (("honest", later), ("planted", later * 7)):
        paths[name] = home / f"{name}.csv"
        pd.concat([past, tail]).to_csv(paths[name])
    honest = cycle(source=f"file:{paths['honest']}", mode=Mode.BACKTEST)
    wire = [
        Headline(
            "then", "wire", "Bitcoin surges to a record high", "", ("BTC-USD",), NOON - HOUR, NOON - HOUR
        ),
        Headline(
            "future", "wire", "Bitcoin crashes and exchanges are hacked", "", ("BTC-USD",), NOON + HOUR, NOON
        ),
    ]
    bench.store.write(save_headlines(wire[1:]))
    planted = cycle(source=f"file:{paths['planted']}", mode=Mode.BACKTEST)
    assert honest.fused == planted.fused
    assert honest.sentiment is not None and honest.sentiment.items == ()
    assert planted.sentiment is not None and planted.sentiment.items == ()
    assert [f.p_up for f in honest.forecasts] == [f.p_up for f in planted.forecasts]
    bench.store.write(save_headlines(wire[:1]))
    read = cycle(source=f"file:{paths['planted']}", mode=Mode.BACKTEST).sentiment
    assert read is not None and [item.headline_id for item in read.items] == ["then"]


def test_a_book_lives_on_and_its_sums_hold(cycle: Cycle, bench: Workbench) -> None:
    bold = eager(bench)
    for step in range(8):
        cycle(NOON + 12 * step * HOUR, on=bold)
    book = active_book(bench.store, "sample-crypto-2019")
    assert book is not None and book.clock == NOON + 84 * HOUR
    fills, trades = read_fills(bench.store, book.id), read_trades(bench.store, book.id)
    assert len(trades) >= 1
    sign = fills["side"].map({"buy": 1, "sell": -1})
    spent = (sign * fills["quantity"] * fills["price"] + fills["fee"]).sum()
    assert book.cash == pytest.approx(10_000 - spent, abs=0.05)  # borrow of shorts is the rest
    held = sum(p.quantity for p in book.positions)
    assert held == pytest.approx((sign * fills["quantity"]).sum(), abs=1e-12)
    equity = read_equity(bench.store, book.id)
    paid = fills[fills["time"] >= book.clock]  # after the last mark, at the open that follows it
    cost = (paid["fee"] + paid["quantity"] * (paid["price"] - paid["reference"]).abs()).sum()
    assert equity.iloc[-1] - cost == pytest.approx(book.equity, abs=2.0)
    assert equity.index.is_monotonic_increasing and equity.index.is_unique


def test_the_book_never_lives_backwards(cycle: Cycle, bench: Workbench) -> None:
    cycle(NOON)
    report = cycle(NOON - 24 * HOUR)
    assert report.failed
    assert "cannot go back" in report.stages[-1].summary
    book = active_book(bench.store, "sample-crypto-2019")
    assert book is not None and book.clock == NOON


def test_backtest_mode_leaves_the_paper_book_alone(cycle: Cycle, bench: Workbench) -> None:
    report = cycle(on=eager(bench), mode=Mode.BACKTEST)
    assert report.order is not None and report.order.status is OrderStatus.FILLED
    assert active_book(bench.store, "sample-crypto-2019") is None
    assert orders_of_cycle(bench.store, report.id) == ()


def test_models_are_reused_until_stale_and_then_trained_again(cycle: Cycle, bench: Workbench) -> None:
    cycle(NOON)
    cycle(NOON + HOUR)
    assert len(all_models(bench.store)) == 3
    stale = NOON + (bench.settings.predict.retrain_bars + 1) * HOUR
    report = cycle(stale)
    assert len(all_models(bench.store)) == 6
    assert all(forecast.trained_until <= stale for forecast in report.forecasts)


def test_a_foreign_model_file_is_not_opened_but_replaced(cycle: Cycle, bench: Workbench) -> None:
    cycle(NOON)
    for row in all_models(bench.store):
        row.path.write_bytes(b"cos\nsystem\n(S'touch /tmp/owned'\ntR.")
    fresh = replace(bench, shelf=type(bench.shelf)())
    report = cycle(NOON + HOUR, on=fresh)
    told = [problem.what for stage in report.stages for problem in stage.problems]
    assert sum("is not the one that was written here" in what for what in told) == 3
    assert len(report.forecasts) == 3


class Broken:
    """A source that fails in a chosen way."""

    name = "broken"
    limits = ()

    def __init__(self, fault: Exception) -> None:
        self.fault = fault

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> object:
        return replace(SampleSource().offer(instrument, timeframe), world="live", clock=None, local=False)

    def fetch(self, *_: object) -> object:
        raise self.fault


def test_a_failing_source_falls_back_and_says_so(cycle: Cycle, bench: Workbench) -> None:
    sources = (Broken(Unreachable("no answer within 6 s")), SampleSource())
    report = cycle(None, on=replace(bench, sources=lambda name: sources))  # type: ignore[arg-type]
    assert not report.failed and report.data_source == "sample"
    assert report.stages[0].state is StageState.DEGRADED
    assert any("No answer within 6 s" in problem.what for problem in report.stages[0].problems)
    assert report.as_of == datetime(2019, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Unreachable("the line is dead"), "the line is dead"),
        (ZeroDivisionError("by zero"), "Unexpected ZeroDivisionError"),
    ],
)
def test_a_bad_stage_ends_in_a_report(cycle: Cycle, bench: Workbench, fault: Exception, said: str) -> None:
    report = cycle(on=replace(bench, sources=lambda name: (Broken(fault),)))  # type: ignore[arg-type]
    assert report.failed and [stage.stage for stage in report.stages] == ["collect"]
    assert said in report.stages[0].summary
    assert report.decision is None
    assert list_cycles(bench.store)["verdict"].tolist() == ["failed"]


def test_cancelling_keeps_what_was_committed(cycle: Cycle, bench: Workbench) -> None:
    def stop(share: float, message: str) -> None:
        if message.startswith("signals"):
            raise JobCancelled("stop")

    with pytest.raises(JobCancelled):
        cycle(on_progress=stop)
    assert [stage.stage for stage in stages_of(bench.store, "c0")][-1] == "explain"
    assert len(all_models(bench.store)) == 3


@pytest.mark.parametrize(
    ("symbol", "as_of", "error", "said"),
    [
        ("B T C", NOON, UnknownSymbol, "cannot be read"),
        ("BTC-USD", NOON.replace(tzinfo=None), InputError, "no time zone"),
    ],
)
def test_bad_requests_start_nothing(
    cycle: Cycle, bench: Workbench, symbol: str, as_of: datetime, error: type, said: str
) -> None:
    with pytest.raises(error, match=said):
        cycle(as_of, symbol)
    assert list_cycles(bench.store).empty


@pytest.mark.parametrize(
    ("symbol", "as_of", "said"),
    [
        ("BTC-USD", datetime(2030, 1, 1, tzinfo=UTC), "has not come yet"),
        ("BTC-USD", datetime(2020, 1, 1, tzinfo=UTC), "ends at 2019-09-30"),
        ("BTC-USD", datetime(2017, 10, 2, tzinfo=UTC), "at least 60 are needed"),
        ("ZZZZ", NOON, "No source has 1h bars of ZZZZ"),
    ],
)
def test_impossible_moments_and_assets_are_told(
    cycle: Cycle, symbol: str, as_of: datetime, said: str
) -> None:
    report = cycle(as_of, symbol)
    assert report.failed
    assert said in report.stages[-1].summary
