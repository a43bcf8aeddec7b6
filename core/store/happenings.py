"""What has happened lately that somebody may want to hear of, as rows."""

from datetime import datetime
from typing import Any

from core.store.connection import Store

NEWEST = 200
"""Rows of each kind that one look reads."""


def newest_fills(store: Store) -> list[tuple[Any, ...]]:
    """Entries of real books, newest first: world, order_id, symbol, side, quantity, price, time."""
    return _rows(
        store,
        "SELECT b.world, f.order_id, f.symbol, f.side, f.quantity, f.price, f.time FROM fills f JOIN books b ON b.id = f.book_id"
        " WHERE f.reason = 'entry' AND NOT contains(b.world, '#') ORDER BY f.time DESC, f.order_id LIMIT ?",
        [NEWEST],
    )


def newest_trades(store: Store) -> list[tuple[Any, ...]]:
    """Closed trades of real books, newest first: world, entry_order_id, symbol, pnl, return_, exit_reason, exit_price, exit_time."""
    return _rows(
        store,
        "SELECT b.world, t.entry_order_id, t.symbol, t.pnl, t.return_, t.exit_reason, t.exit_price, t.exit_time FROM trades t"
        " JOIN books b ON b.id = t.book_id WHERE NOT contains(b.world, '#') ORDER BY t.exit_time DESC, t.entry_order_id LIMIT ?",
        [NEWEST],
    )


def newest_risk_records(store: Store) -> list[tuple[Any, ...]]:
    """The risk log of real books, newest first: world, record."""
    return _rows(
        store,
        "SELECT b.world, r.record FROM risk_events r JOIN books b ON b.id = r.book_id WHERE NOT contains(b.world, '#')"
        " ORDER BY r.made_at DESC LIMIT ?",
        [NEWEST],
    )


def failed_jobs(store: Store) -> list[tuple[Any, ...]]:
    """Jobs that failed, newest first: id, kind, error, finished_at."""
    return _rows(
        store,
        "SELECT id, kind, error, coalesce(finished_at, submitted_at) FROM jobs WHERE state = 'failed' AND NOT bad_input"
        " ORDER BY submitted_at DESC, id LIMIT ?",
        [NEWEST],
    )


def newest_drift(store: Store) -> list[tuple[Any, ...]]:
    """Checks that found drift, newest first: model_id, checked_at, words."""
    return _rows(
        store,
        "SELECT model_id, checked_at, json_extract_string(record, '$.words') FROM drift_checks WHERE drifted"
        " ORDER BY checked_at DESC, model_id LIMIT ?",
        [NEWEST],
    )


def champions(store: Store) -> list[tuple[Any, ...]]:
    """Present champions that succeeded another model: id, symbol, timeframe, horizon, trained_at."""
    return _rows(
        store,
        "SELECT id, symbol, timeframe, horizon, trained_at FROM models WHERE status = 'champion' AND parent IS NOT NULL"
        " ORDER BY trained_at DESC, id LIMIT ?",
        [NEWEST],
    )


def resting_sources(store: Store, now: datetime) -> list[tuple[Any, ...]]:
    """Sources that rest after failures: source, rest_until, reason, asked_at."""
    return _rows(
        store,
        "SELECT source, max(rest_until), arg_max(reason, asked_at), max(asked_at) FROM source_calls WHERE rest_until > ?"
        " AND outcome <> 'ok' GROUP BY source ORDER BY source",
        [now],
    )


def equity_jumps(store: Store, jump: float, since: datetime) -> list[tuple[Any, ...]]:
    """Marks of real books that lie further than `jump` from the one before: world, time, before, equity."""
    return _rows(
        store,
        "SELECT world, time, before, equity FROM (SELECT b.world, e.time, e.equity,"
        " lag(e.equity) OVER (PARTITION BY e.book_id ORDER BY e.time) AS before FROM equity e JOIN books b ON b.id = e.book_id"
        " WHERE NOT contains(b.world, '#') AND e.time >= ?) WHERE before > 0 AND abs(equity / before - 1) > ?"
        " ORDER BY time DESC LIMIT ?",
        [since, jump, NEWEST],
    )


def orders_by_hour(store: Store, since: datetime) -> list[tuple[Any, ...]]:
    """Cycles that sent an order, hour by hour of their start, oldest first: hour, count."""
    return _rows(
        store,
        "SELECT date_trunc('hour', started_at) AS hour, count(*) FROM cycles WHERE verdict = 'ordered' AND started_at >= ?"
        " GROUP BY hour ORDER BY hour",
        [since],
    )


def filled_away(store: Store, far: float, since: datetime) -> list[tuple[Any, ...]]:
    """Fills of real books that paid more than the share `far` of the price before costs, newest first: world, order_id,
    symbol, reason, price, reference, paid (share), time."""
    return _rows(
        store,
        "SELECT * FROM (SELECT b.world, f.order_id, f.symbol, f.reason, f.price, f.reference,"
        " (f.price / f.reference - 1) * CASE f.side WHEN 'buy' THEN 1 ELSE -1 END AS paid, f.time"
        " FROM fills f JOIN books b ON b.id = f.book_id"
        " WHERE NOT contains(b.world, '#') AND f.reference > 0 AND f.time >= ?) WHERE paid > ? ORDER BY time DESC LIMIT ?",
        [since, far, NEWEST],
    )


def stopped_away(store: Store, far: float, since: datetime) -> list[tuple[Any, ...]]:
    """Stops of real books that were left more than the share `far` beyond their level, newest first: world,
    entry_order_id, symbol, exit_price, level, beyond (share), exit_time. A stop that was moved nearer counts as where it
    began, so it is never told too early."""
    return _rows(
        store,
        "SELECT world, entry_order_id, symbol, exit_price, level, sign * (level / exit_price - 1) AS beyond, exit_time FROM ("
        " SELECT b.world, t.entry_order_id, t.symbol, t.exit_price, t.exit_time,"
        " CASE o.side WHEN 'buy' THEN 1 ELSE -1 END AS sign,"
        " t.entry_price * (1 - sign * CAST(json_extract_string(o.record, '$.stop') AS DOUBLE)) AS level"
        " FROM trades t JOIN books b ON b.id = t.book_id JOIN orders o ON o.id = t.entry_order_id AND o.book_id = t.book_id"
        " WHERE NOT contains(b.world, '#') AND t.exit_reason = 'stop_loss' AND t.exit_price > 0 AND t.exit_time >= ?"
        " AND json_extract_string(o.record, '$.stop') IS NOT NULL)"
        " WHERE beyond > ? ORDER BY exit_time DESC LIMIT ?",
        [since, far, NEWEST],
    )


def _rows(store: Store, query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with store.cursor() as cursor:
        return list(cursor.execute(query, values).fetchall())
