"""Visits: one row an asset and minute."""

from datetime import UTC, datetime, timedelta

from core.records import Visit
from core.store import Store
from core.store.visits import forget_visits, last_visit, read_visits, save_visit

NOON = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def test_of_one_minute_there_is_one_visit(store: Store) -> None:
    assert last_visit(store) is None and read_visits(store, NOON) == ()
    for seconds in (1, 20, 59, 61):
        store.write(save_visit("BTC-USD", NOON + timedelta(seconds=seconds)))
    store.write(save_visit("ETH-USD", NOON + timedelta(seconds=5)))
    later = NOON + timedelta(minutes=1)
    assert read_visits(store, NOON) == (
        Visit("BTC-USD", NOON),
        Visit("ETH-USD", NOON),
        Visit("BTC-USD", later),
    )
    assert read_visits(store, later) == (Visit("BTC-USD", later),)
    assert last_visit(store) == later


def test_what_is_too_old_is_dropped(store: Store) -> None:
    store.write(save_visit("BTC-USD", NOON), save_visit("BTC-USD", NOON + timedelta(days=40)))
    store.write(forget_visits(NOON + timedelta(days=1)))
    assert [visit.at for visit in read_visits(store, NOON)] == [NOON + timedelta(days=40)]
