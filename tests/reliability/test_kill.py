"""The course killed with SIGKILL at random moments and started again: nothing is lost, nothing happens twice."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.collect import LIVE
from core.execute import new_book, submit
from core.records import CycleRequest, Mode, Order, OrderStatus, OrderType, Side, Timeframe
from core.store import Store
from core.store.books import create_book, save_book
from core.store.cycles import last_moment, open_cycle
from core.store.jobs import interrupt_unfinished
from tests.reliability.conftest import HOURS, Lived, seen, undisturbed
from tests.reliability.lives import Kill, killed_often, left_running
from tests.reliability.plan import START, Plan, prepare
from tests.reliability.world import Exchange

DAYS = Plan(assets=4, hours=48.0, collect=7200, predict=43_200, signals=7200, trade=1800, commits=True)
LONG = "GLASSBOX_LONG" in os.environ
NOON = datetime(2024, 3, 4, 12, tzinfo=UTC)


def killed(home: Path, plan: Plan, turns: int, kills: int, timeout: float) -> tuple[Lived, list[Kill]]:
    """Live through a course, killed so many times."""
    prepare(home, plan)
    exchange = Exchange(START, plan.hours / 24, plan.assets, plan.seed)
    try:
        found = killed_often(home, exchange.url, turns, kills, 11, timeout)
    finally:
        exchange.close()
    return seen(home), found


def test_hours_with_a_few_kills_end_like_undisturbed_ones(calm_hours: Lived, tmp_path: Path) -> None:
    lived, kills = killed(tmp_path / "killed", HOURS, len(calm_hours.turns), 3, 900)
    assert len(kills) == 3
    assert lost(lived, kills, calm_hours) == []


@pytest.mark.skipif(not LONG, reason="a hundred kills take about 15 minutes: GLASSBOX_LONG=1 runs them")
@pytest.mark.timeout(5 * 3600)
def test_two_days_with_a_hundred_kills_end_like_undisturbed_ones(tmp_path: Path) -> None:
    calm = undisturbed(tmp_path / "calm", DAYS, 2 * 3600)
    lived, kills = killed(tmp_path / "killed", DAYS, len(calm.turns), 100, 4 * 3600)
    assert len(kills) == 100
    assert lost(lived, kills, calm) == []


def lost(lived: Lived, kills: list[Kill], calm: Lived) -> list[str]:
    """What is wrong after the kills, or differs from the course that nobody disturbed."""
    wrong = [f"{kill}" for kill in kills if kill.wrong]
    wrong += lived.wrong
    wrong += [f"seems to run: {job}" for job in left_running(lived.home)]
    parts = ("book", "decisions", "digest")
    return wrong + [name for name in parts if getattr(lived.picture, name) != getattr(calm.picture, name)]


def test_a_cycle_that_was_cut_short_after_its_order_is_not_decided_again(store: Store) -> None:
    request = CycleRequest("BTC-USD", Timeframe.M1, "ccxt:binance", None, Mode.PAPER)
    book = new_book("live-1", LIVE, 1000.0)
    order = Order(
        "c2-1", "c2", "BTC-USD", Side.BUY, OrderType.MARKET, 0.01, 0.02, 0.04, False, OrderStatus.ACCEPTED, NOON, "test"
    )  # fmt: skip
    store.write(open_cycle("c1", request, NOON - timedelta(minutes=1)), create_book(book, NOON))
    store.write(interrupt_unfinished(NOON))
    assert last_moment(store, "BTC-USD", "1m", LIVE) is None  # nothing was ordered: decided again
    store.write(open_cycle("c2", request, NOON))
    store.write(save_book(submit(book, order), (order,), (), (), ()))
    store.write(interrupt_unfinished(NOON))
    assert last_moment(store, "BTC-USD", "1m", LIVE) == NOON
    assert last_moment(store, "ETH-USD", "1m", LIVE) is None
    assert last_moment(store, "BTC-USD", "1h", LIVE) is None
