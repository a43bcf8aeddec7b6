"""Events become alerts once, alerts become messages within limits, messages reach real loopback addresses."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from core.alerts.noticing import notice
from core.alerts.sending import AppriseSender, addresses_of
from core.alerts.watching import MOST_ATTEMPTS, look, sender_of
from core.errors import SettingsError
from core.execute import new_book
from core.pipeline import Workbench
from core.records import (
    Alert,
    AlertKind,
    EquityPoint,
    ExitReason,
    Fill,
    Order,
    OrderStatus,
    OrderType,
    Severity,
    Side,
    Trade,
)
from core.runtime import Runtime
from core.settings import load_settings
from core.store.alerts import mark_all_read, read_inbox, save_alerts
from core.store.books import create_book, save_book
from core.views.alerts import inbox_frame, inbox_words
from tests import quick

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Kept:
    """Keeps what it is given to send; unreachable on demand."""

    def __init__(self) -> None:
        self.sent: list[tuple[Severity, str, str]] = []
        self.reachable = True

    def send(self, severity: Severity, title: str, words: str) -> bool:
        if self.reachable:
            self.sent.append((severity, title, words))
        return self.reachable


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bench(home: Path, clock: Clock) -> Iterator[Workbench]:
    (home / "settings.toml").write_text(quick.TOML)
    opened = Runtime(load_settings(alerts={"per_hour": 6}), clock)
    look(opened.bench, None)  # takes stock
    yield opened.bench
    opened.close()


def trade(
    bench: Workbench, world: str = "live", pnl: float = -50.0, reason: ExitReason = ExitReason.STOP_LOSS
) -> None:
    """A book of a world that bought and sold again."""
    book = replace(new_book(f"{world}-1", world, 10_000.0), clock=NOW)
    fill = Fill("o1", "BTC-USD", Side.BUY, 0.1, 100.0, 99.9, 0.1, NOW, "entry")
    done = Trade("BTC-USD", 0.1, NOW, 100.0, NOW + timedelta(hours=1), 98.0, 0.2, pnl, -0.02, reason, "o1")
    bench.store.write(create_book(book, NOW), save_book(book, (), (fill,), (done,), (EquityPoint(NOW, 10_000.0, 10_000.0),)))  # fmt: skip


def kinds(bench: Workbench) -> list[str]:
    return [item.alert.kind.value for item in read_inbox(bench.store) if item.alert.key != "begun"]


def test_the_first_look_takes_stock_and_tells_nobody(home: Path, clock: Clock) -> None:
    opened = Runtime(load_settings(**quick.OVERRIDES), clock)
    try:
        trade(opened.bench)
        post = Kept()
        assert look(opened.bench, post) == 0 and look(opened.bench, post) == 0
        assert post.sent == [] and all(item.read for item in read_inbox(opened.store))
    finally:
        opened.close()


def test_what_happens_is_told_once(bench: Workbench, clock: Clock) -> None:
    post = Kept()
    trade(bench)
    assert look(bench, post) == 2
    assert sorted(kinds(bench)) == ["stop hit", "trade opened"]
    assert [(severity, title) for severity, title, _ in post.sent] == [
        (Severity.WARNING, "Glassbox: stop hit")
    ]
    assert "BTC-USD closed at 98 by stop loss: -50.00" in post.sent[0][2]
    clock.now += timedelta(hours=2)
    assert look(bench, post) == 0 and len(post.sent) == 1


def test_the_sample_and_shadows_disturb_nobody(bench: Workbench) -> None:
    post = Kept()
    trade(bench, "sample-crypto-2019")
    trade(bench, "live#no-llm")
    assert look(bench, post) == 2  # the sample's stay in the inbox, those of a shadow are none
    assert post.sent == []


def test_a_failed_job_and_an_equity_jump_are_noticed(home: Path, bench: Workbench) -> None:
    from core.store.jobs import JobRow, JobState, save_job

    row = JobRow("j1", "fetch", "", {}, JobState.FAILED, 0.5, "Failed", (), None, "no network", NOW, NOW, NOW)
    book = replace(new_book("live-9", "live", 10_000.0), clock=NOW)
    marks = (EquityPoint(NOW - timedelta(hours=1), 10_000.0, 0.0), EquityPoint(NOW, 9_000.0, 0.0))
    bench.store.write(save_job(row), create_book(book, NOW), save_book(book, (), (), (), marks))
    assert look(bench, None) >= 2
    assert {"job failed", "anomaly"} <= set(kinds(bench))
    words = " ".join(item.alert.words for item in read_inbox(bench.store))
    assert "fetch failed: no network" in words and "jumped by -10.00%" in words


def test_a_halt_is_critical(bench: Workbench) -> None:
    from core.pipeline.risk_state import halt

    trade(bench)
    halt(bench, "live-1", "ann", "enough for today")
    look(bench, None)
    told = next(item.alert for item in read_inbox(bench.store) if item.alert.kind is AlertKind.HALTED)
    assert told.severity is Severity.CRITICAL and "enough for today" in told.words


def many(count: int) -> list[Alert]:
    return [
        Alert(f"k{number}", AlertKind.SOURCE_DOWN, Severity.WARNING, NOW, "x", f"number {number}")
        for number in range(count)
    ]


def test_a_flood_is_one_message_and_an_hour_has_its_limit(bench: Workbench, clock: Clock) -> None:
    post = Kept()
    bench.store.write(save_alerts(many(30), NOW))
    look(bench, post)
    assert (
        len(post.sent) == 1 and post.sent[0][1] == "Glassbox: 30 alerts" and "and 20 more" in post.sent[0][2]
    )
    for number in range(8):
        one = replace(many(1)[0], key=f"later-{number}")
        bench.store.write(save_alerts([one], clock()))
        look(bench, post)
    assert len(post.sent) == 6
    clock.now += timedelta(hours=1, seconds=1)
    look(bench, post)
    assert len(post.sent) == 9  # what waited: three at once are told one by one


def test_what_cannot_be_delivered_is_tried_again_but_not_for_ever(bench: Workbench) -> None:
    post = Kept()
    post.reachable = False
    bench.store.write(save_alerts(many(1), NOW))
    for _ in range(MOST_ATTEMPTS + 3):
        look(bench, post)
    item = next(item for item in read_inbox(bench.store) if item.alert.key == "k0")
    assert item.attempts == MOST_ATTEMPTS and item.told_at is None
    post.reachable = True
    look(bench, post)
    assert post.sent == []


def test_messages_reach_a_real_address_and_only_whom_they_concern(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/loud", method="POST").respond_with_data("ok")
    httpserver.expect_request("/all", method="POST").respond_with_data("ok")
    base = f"json://127.0.0.1:{httpserver.port}"
    sender = AppriseSender(addresses_of(f"critical={base}/loud\n{base}/all"))
    assert sender.send(Severity.WARNING, "t", "only one hears this")
    assert sender.send(Severity.CRITICAL, "t", "both hear this")
    paths = [request.path for request, _ in httpserver.log]
    assert sorted(path.rstrip("/") for path in paths) == ["/all", "/all", "/loud"]
    assert httpserver.log[0][0].json["message"] == "only one hears this"
    httpserver.clear()
    httpserver.expect_request("/all", method="POST").respond_with_data("no", status=500)
    assert not AppriseSender(addresses_of(f"{base}/all")).send(Severity.INFO, "t", "nobody answers well")


def test_a_wrong_address_is_named_by_its_number_alone(home: Path) -> None:
    with pytest.raises(SettingsError, match="Address 2 of") as raised:
        addresses_of("json://127.0.0.1 nonsense-with-a-secret")
    assert "secret" not in str(raised.value)


def test_the_page_never_shows_an_address(bench: Workbench) -> None:
    assert "sent to nobody" in inbox_words(bench) and sender_of(bench) is None
    settings = load_settings(**quick.OVERRIDES, keys={"alerts": "json://user:hush@127.0.0.1"})
    other = replace(bench, settings=settings)
    assert (
        "1 address" in inbox_words(other)
        and "hush" not in inbox_words(other)
        and sender_of(other) is not None
    )
    bench.store.write(save_alerts(many(2), NOW))
    assert inbox_frame(bench)["New"].sum() == 2
    bench.store.write(mark_all_read())
    assert not inbox_frame(bench)["New"].any()


def test_nothing_is_noticed_in_an_empty_store(bench: Workbench) -> None:
    assert notice(bench) == ()


def order(book: str, side: Side, stop: float | None = 0.02) -> Order:
    return Order(
        "o1",
        "c1",
        "BTC-USD",
        side,
        OrderType.MARKET,
        0.1,
        stop,
        0.04,
        False,
        OrderStatus.FILLED,
        NOW,
        "up",
        0.1,
        100.0,
    )


@pytest.mark.parametrize(
    ("side", "entry", "reference", "left", "odd"),
    [
        (Side.BUY, 100.05, 100.0, 98.0, []),
        (
            Side.BUY,
            100.5,
            100.0,
            98.49,
            ["filled at 100.5 (entry), 0.50% worse than 100; the cost model expects 0.05%"],
        ),
        (Side.SELL, 99.5, 100.0, 101.49, ["filled at 99.5 (entry), 0.50% worse than 100"]),
        (Side.BUY, 99.5, 100.0, 97.51, []),  # better than the model is no trouble
        (Side.BUY, 100.0, 100.0, 95.0, ["The stop of BTC-USD at 98 was left at 95, 3.16% beyond it"]),
        (Side.SELL, 100.0, 100.0, 105.0, ["The stop of BTC-USD at 102 was left at 105, 2.86% beyond it"]),
        (Side.BUY, 100.0, 100.0, 101.0, []),  # the stop had been moved into gain
    ],
)
def test_a_fill_far_from_the_cost_model_is_an_anomaly(
    bench: Workbench, side: Side, entry: float, reference: float, left: float, odd: list[str]
) -> None:
    book = replace(new_book("live-1", "live", 10_000.0), clock=NOW)
    fill = Fill("o1", "BTC-USD", side, 0.1, entry, reference, 0.1, NOW, "entry")
    sign = 1 if side is Side.BUY else -1
    done = Trade(
        "BTC-USD",
        sign * 0.1,
        NOW,
        entry,
        NOW + timedelta(hours=1),
        left,
        0.2,
        -1.0,
        -0.02,
        ExitReason.STOP_LOSS,
        "o1",
    )
    bench.store.write(create_book(book, NOW), save_book(book, (order("live-1", side),), (fill,), (done,), ()))
    look(bench, post := Kept())
    words = [item.alert.words for item in read_inbox(bench.store) if item.alert.kind is AlertKind.ANOMALY]
    assert len(words) == len(odd) and all(part in word for part, word in zip(odd, words, strict=True))
    look(bench, post)
    assert len([item for item in read_inbox(bench.store) if item.alert.kind is AlertKind.ANOMALY]) == len(odd)
