"""Each event that the program promises to tell, once, at a real address on this machine."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from core.alerts.watching import look, sender_of
from core.execute import new_book
from core.pipeline import Workbench
from core.pipeline.risk_state import halt
from core.records import (
    Alert,
    AlertKind,
    EquityPoint,
    ExitReason,
    Fill,
    RiskEvent,
    RiskEventKind,
    Severity,
    Side,
    SourceCall,
    Step,
    StepRun,
    SystemState,
    Timeframe,
    Trade,
)
from core.runtime import Runtime
from core.settings import load_settings
from core.store.alerts import save_alerts
from core.store.autopilot import save_step
from core.store.books import create_book, save_book
from core.store.calls import save_call
from core.store.jobs import JobRow, JobState, save_job
from core.store.models import ModelRow, save_model
from core.store.risk import save_risk_event
from tests import quick

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def receiver(httpserver: HTTPServer) -> HTTPServer:
    httpserver.expect_request("/hook", method="POST").respond_with_data("ok")
    return httpserver


@pytest.fixture
def bench(home: Path, receiver: HTTPServer) -> Iterator[Workbench]:
    (home / "settings.toml").write_text(quick.TOML)
    keys = {"alerts": f"json://127.0.0.1:{receiver.port}/hook"}
    opened = Runtime(load_settings(keys=keys, alerts={"least": "info", "per_hour": 50}), lambda: NOW)
    look(opened.bench, None)  # takes stock
    yield opened.bench
    opened.close()


def book(
    bench: Workbench, *marks: float, fills: tuple[Fill, ...] = (), trades: tuple[Trade, ...] = ()
) -> None:
    """A live book whose equity was marked hour by hour from midnight on."""
    points = tuple(
        EquityPoint(NOW - 12 * HOUR + number * HOUR, mark, mark) for number, mark in enumerate(marks)
    )
    cash = marks[-1] if marks else 10_000.0
    made = replace(new_book("live-1", "live", cash), clock=NOW)
    bench.store.write(create_book(made, NOW), save_book(made, (), fills, trades, points))


def opened(bench: Workbench) -> None:
    book(bench, fills=(Fill("o1", "BTC-USD", Side.BUY, 0.1, 100.0, 100.0, 0.1, NOW, "entry"),))


def closed(bench: Workbench, reason: ExitReason = ExitReason.TAKE_PROFIT, left: float = 104.0) -> None:
    done = Trade("BTC-USD", 0.1, NOW - HOUR, 100.0, NOW, left, 0.2, 0.2, 0.04, reason, "o1")
    book(bench, trades=(done,))


def stopped(bench: Workbench) -> None:
    closed(bench, ExitReason.STOP_LOSS, 98.0)


def tripped(bench: Workbench) -> None:
    book(bench)
    bench.store.write(save_risk_event(RiskEvent(
        "live-1", RiskEventKind.TRIP, NOW, NOW, "breaker", "drawdown 16 % is over 15 %", SystemState.ACTIVE,
        SystemState.HALTED, 8_400.0, 10_000.0, 0.16,
    )))  # fmt: skip


def halted(bench: Workbench) -> None:
    book(bench)
    halt(bench, "live-1", "ann", "enough")


def near_the_daily_loss(bench: Workbench) -> None:
    book(bench, 10_000.0, 9_580.0)


def jumped(bench: Workbench) -> None:
    book(bench, 10_000.0, 11_000.0)


def source_down(bench: Workbench) -> None:
    bench.store.write(save_call(SourceCall("yfinance", NOW, 1.0, "Unreachable", 0, "no answer", NOW + HOUR)))


def stale(bench: Workbench) -> None:
    bench.store.write(
        save_step(StepRun(Step.COLLECT, "BTC-USD", NOW, 1.0, False, "no source answers", 3, None))
    )


def drifted(bench: Workbench) -> None:
    with bench.store.transaction() as cursor:
        columns = [row[0] for row in cursor.execute("DESCRIBE drift_checks").fetchall()]
        known = {
            "model_id": "m1",
            "checked_at": NOW,
            "drifted": True,
            "record": '{"words": "rsi has drifted"}',
        }
        used = [name for name in columns if name in known]
        marks = ", ".join("?" for _ in used)
        cursor.execute(
            f"INSERT INTO drift_checks ({', '.join(used)}) VALUES ({marks})", [known[name] for name in used]
        )


def promoted(bench: Workbench) -> None:
    def model(name: str, at: datetime) -> ModelRow:
        return ModelRow(
            name, "BTC-USD", Timeframe.H1, "yfinance", "short", "r", at, at, at, Path(f"{name}.bin"), "0", 0.1
        )

    bench.store.write(save_model(model("first", NOW - HOUR)), save_model(model("second", NOW)))


def job_failed(bench: Workbench) -> None:
    row = JobRow("j1", "fetch", "", {}, JobState.FAILED, 0.5, "Failed", (), None, "no network", NOW, NOW, NOW)
    bench.store.write(save_job(row))


def too_many_orders(bench: Workbench) -> None:
    with bench.store.transaction() as cursor:
        for number in range(9):
            cursor.execute(
                "INSERT INTO cycles (id, symbol, timeframe, source, mode, started_at, verdict) VALUES (?, 'BTC-USD', '1h',"
                " 'yfinance', 'paper', ?, 'ordered')",
                [f"c{number}", NOW + timedelta(minutes=number)],
            )


def slipped(bench: Workbench) -> None:
    book(bench, fills=(Fill("o1", "BTC-USD", Side.BUY, 0.1, 101.0, 100.0, 0.1, NOW, "stop_loss"),))


EVENTS: dict[Callable[[Workbench], None], tuple[AlertKind, str]] = {
    opened: (AlertKind.OPENED, "Bought 0.1 BTC-USD at 100"),
    closed: (AlertKind.CLOSED, "BTC-USD closed at 104 by take profit"),
    stopped: (AlertKind.STOPPED, "by stop loss"),
    tripped: (AlertKind.BREAKER, "breaker: drawdown 16 %"),
    halted: (AlertKind.HALTED, "Halted by ann (enough)"),
    near_the_daily_loss: (AlertKind.DAILY_LOSS, "has lost 4.20% since 00:00 UTC"),
    source_down: (AlertKind.SOURCE_DOWN, "yfinance does not answer and rests until 13:00 UTC"),
    stale: (AlertKind.STALE, "BTC-USD: 3 collections in a row failed"),
    drifted: (AlertKind.DRIFT, "rsi has drifted"),
    promoted: (AlertKind.PROMOTED, "second is the champion of BTC-USD 1h"),
    job_failed: (AlertKind.JOB_FAILED, "fetch failed: no network"),
    jumped: (AlertKind.ANOMALY, "Equity jumped by +10.00%"),
    too_many_orders: (AlertKind.ANOMALY, "9 orders in the hour"),
    slipped: (AlertKind.ANOMALY, "1.00% worse than 100; the cost model expects 0.05%"),
}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_reaches_its_address_once(
    bench: Workbench, receiver: HTTPServer, event: Callable[[Workbench], None]
) -> None:
    kind, words = EVENTS[event]
    event(bench)
    for _ in range(3):  # looking again tells nothing again
        look(bench, sender_of(bench))
    heard = [request.json for request, _ in receiver.log]
    told = [one["title"] for one in heard if words in one["message"]]
    assert told == [f"Glassbox: {kind.value}"], heard


def test_the_limit_of_an_hour_holds_at_the_address(bench: Workbench, receiver: HTTPServer) -> None:
    few = replace(bench, settings=load_settings(
        keys={"alerts": f"json://127.0.0.1:{receiver.port}/hook"}, alerts={"per_hour": 3}
    ))  # fmt: skip
    for number in range(10):
        one = Alert(f"k{number}", AlertKind.SOURCE_DOWN, Severity.WARNING, NOW, "x", f"number {number}")
        few.store.write(save_alerts([one], NOW))
        look(few, sender_of(few))
    assert len(receiver.log) == 3
