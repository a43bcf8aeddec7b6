"""What the store says has happened, as alerts. A key names the event, so looking twice finds it once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.alerts.improving import notice_improvements
from core.alerts.slippage import notice_slippage
from core.collect import LIVE
from core.pipeline import Workbench
from core.pipeline.risk_context import midnight
from core.records import Alert, AlertKind, RiskEvent, RiskEventKind, Severity, Step
from core.store import happenings as seen
from core.store import load
from core.store.autopilot import read_steps
from core.store.books import active_book, equity_at

NEAR = 0.8
"""Share of the daily loss allowed from which it is told."""
STALE_AFTER = 3
"""Failed collections of an asset in a row."""
_WEEK = timedelta(days=7)
_BUSY = 4.0
"""Times the usual number of orders an hour …"""
_FEWEST = 6
"""… and at least so many, before it is called odd."""


def notice(bench: Workbench) -> tuple[Alert, ...]:
    """Everything worth telling that the store knows of, old and new."""
    now = bench.clock()
    return (
        *_trades(bench), *_risk(bench), *_daily_loss(bench, now), *_sources(bench, now), *_models(bench), *_jobs(bench),
        *_anomalies(bench, now), *notice_slippage(bench, now - _WEEK), *notice_improvements(bench),
    )  # fmt: skip


def _trades(bench: Workbench) -> Iterable[Alert]:
    for world, order, symbol, side, quantity, price, time in seen.newest_fills(bench.store):
        words = f"{'Bought' if side == 'buy' else 'Sold'} {quantity:.6g} {symbol} at {price:,.6g}."
        yield Alert(
            f"opened:{order}:{time.timestamp():.0f}",
            AlertKind.OPENED,
            Severity.INFO,
            time,
            symbol,
            words,
            world == LIVE,
        )
    for world, order, symbol, pnl, gain, reason, price, time in seen.newest_trades(bench.store):
        stopped = reason in ("stop_loss", "trailing_stop")
        kind = AlertKind.STOPPED if stopped else AlertKind.CLOSED
        words = f"{symbol} closed at {price:,.6g} by {reason.replace('_', ' ')}: {pnl:+,.2f} ({gain:+.2%})."
        severity = Severity.WARNING if stopped else Severity.INFO
        yield Alert(
            f"closed:{order}:{time.timestamp():.0f}", kind, severity, time, symbol, words, world == LIVE
        )


def _risk(bench: Workbench) -> Iterable[Alert]:
    kinds = {
        RiskEventKind.TRIP: (AlertKind.BREAKER, Severity.CRITICAL),
        RiskEventKind.HALT: (AlertKind.HALTED, Severity.CRITICAL),
        RiskEventKind.RESET: (AlertKind.RESET, Severity.INFO),
    }
    for world, record in seen.newest_risk_records(bench.store):
        event = load(RiskEvent, record)
        kind, severity = kinds[event.kind]
        key = f"risk:{event.book_id}:{event.kind}:{event.made_at.timestamp():.6f}"
        yield Alert(key, kind, severity, event.at, world, f"{event.who}: {event.reason}", world == LIVE)


def _daily_loss(bench: Workbench, now: datetime) -> Iterable[Alert]:
    book = active_book(bench.store, LIVE)
    start = equity_at(bench.store, book.id, midnight(now)) if book else None
    if book is None or not start or start <= 0:
        return
    loss, limit = 1.0 - book.equity / start, bench.settings.risk.max_daily_loss
    if loss >= NEAR * limit:
        words = f"The book has lost {loss:.2%} since 00:00 UTC; from {limit:.2%} on nothing new is opened."
        yield Alert(
            f"daily:{book.id}:{now:%Y%m%d}", AlertKind.DAILY_LOSS, Severity.CRITICAL, now, LIVE, words
        )


def _sources(bench: Workbench, now: datetime) -> Iterable[Alert]:
    for source, until, reason, asked in seen.resting_sources(bench.store, now):
        words = f"{source} does not answer and rests until {until:%H:%M} UTC: {reason}"
        yield Alert(
            f"source:{source}:{asked:%Y%m%d%H}", AlertKind.SOURCE_DOWN, Severity.WARNING, asked, source, words
        )
    for run in read_steps(bench.store):
        if run.step is Step.COLLECT and run.failures >= STALE_AFTER:
            words = f"{run.subject}: {run.failures} collections in a row failed, so its bars grow stale: {run.words}"
            key = f"stale:{run.subject}:{run.started_at:%Y%m%d%H}"
            yield Alert(key, AlertKind.STALE, Severity.WARNING, run.started_at, run.subject, words)


def _models(bench: Workbench) -> Iterable[Alert]:
    for model, checked, words in seen.newest_drift(bench.store):
        yield Alert(
            f"drift:{model}:{checked.timestamp():.0f}",
            AlertKind.DRIFT,
            Severity.WARNING,
            checked,
            model,
            words,
        )
    for model, symbol, timeframe, horizon, trained in seen.champions(bench.store):
        words = f"{model} is the champion of {symbol} {timeframe}, {horizon} horizon, from now on."
        yield Alert(f"champion:{model}", AlertKind.PROMOTED, Severity.INFO, trained, symbol, words)


def _jobs(bench: Workbench) -> Iterable[Alert]:
    for job, kind, error, ended in seen.failed_jobs(bench.store):
        yield Alert(
            f"job:{job}",
            AlertKind.JOB_FAILED,
            Severity.WARNING,
            ended,
            kind,
            f"{kind} failed: {error or 'no reason given'}",
        )


def _anomalies(bench: Workbench, now: datetime) -> Iterable[Alert]:
    for world, time, before, equity in seen.equity_jumps(
        bench.store, bench.settings.alerts.jump, now - _WEEK
    ):
        words = f"Equity jumped by {equity / before - 1:+.2%} between two marks, from {before:,.2f} to {equity:,.2f}."
        yield Alert(
            f"jump:{world}:{time.timestamp():.0f}",
            AlertKind.ANOMALY,
            Severity.WARNING,
            time,
            world,
            words,
            world == LIVE,
        )
    hours = seen.orders_by_hour(bench.store, now - _WEEK)
    usual = sum(count for _, count in hours) / (_WEEK.total_seconds() / 3600)
    for hour, count in hours:
        others = usual - count / (_WEEK.total_seconds() / 3600)
        if count >= _FEWEST and count > _BUSY * max(others, 1.0):
            words = f"{count} orders in the hour from {hour:%H:%M} UTC; {others:.1f} an hour are usual."
            yield Alert(f"rate:{hour:%Y%m%d%H}", AlertKind.ANOMALY, Severity.WARNING, hour, "orders", words)
