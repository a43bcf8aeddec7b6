"""Looks every so often, keeps what is new, and sends it."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from core.alerts.noticing import notice
from core.alerts.sending import AppriseSender, Sends, addresses_of
from core.errors import GlassboxError
from core.pipeline import Workbench
from core.records import Alert, AlertKind, InboxItem, Severity
from core.store.alerts import known_keys, mark_failed, mark_told, save_alerts, told_since, waiting_alerts

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
TOGETHER = 5
"""More than so many at once become one message."""


def look(bench: Workbench, sender: Sends | None) -> int:
    """Keep what is new and send what is loud enough; returns how many alerts were new.

    The first look ever only takes stock: what happened before anybody listened is old news.
    """
    known, found, now = known_keys(bench.store), notice(bench), bench.clock()
    fresh = [alert for alert in found if alert.key not in known]
    if not known:
        bench.store.write(save_alerts([*fresh, *_begun(bench)], now, silent=True))
        return 0
    if fresh:
        bench.store.write(save_alerts(fresh, now))
    if sender is not None:
        deliver(bench, sender)
    return len(fresh)


def deliver(bench: Workbench, sender: Sends) -> None:
    """Send what waits, within the limit of an hour; a flood becomes one message."""
    settings, now = bench.settings.alerts, bench.clock()
    waiting = waiting_alerts(bench.store, settings.least, MOST_ATTEMPTS)
    left = settings.per_hour - told_since(bench.store, now - timedelta(hours=1))
    if not waiting or left <= 0:
        return
    groups = [[item] for item in waiting] if len(waiting) <= min(TOGETHER, left) else [list(waiting)]
    for group in groups:
        keys = [item.alert.key for item in group]
        if sender.send(_loudest(group), _title(group), _body(group)):
            bench.store.write(mark_told(keys, now))
        else:
            log.warning("%d alerts could not be delivered to everybody", len(keys))
            bench.store.write(mark_failed(keys))


class Watcher:
    """Looks again and again beside the server's work."""

    def __init__(self, bench: Callable[[], Workbench]) -> None:
        self._bench = bench

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set; trouble is logged, and the next look tries again."""
        while not stop.wait(self._bench().settings.alerts.look_seconds):
            try:
                look(self._bench(), sender_of(self._bench()))
            except GlassboxError as err:
                log.warning("Alerts: %s", err)


def sender_of(bench: Workbench) -> Sends | None:
    """Who delivers, by the settings; None where no address is set.

    Raises:
        SettingsError: an address that cannot be understood.
    """
    secret = bench.settings.keys.alerts
    return AppriseSender(addresses_of(secret.get_secret_value())) if secret else None


def _begun(bench: Workbench) -> Sequence[Alert]:
    """An entry that says since when somebody listens; it keeps the next look from being the first."""
    now = bench.clock()
    words = "The inbox begins here; what happened before is not told."
    return (Alert("begun", AlertKind.RESET, Severity.INFO, now, "inbox", words, False),)


def _loudest(group: Sequence[InboxItem]) -> Severity:
    return max((item.alert.severity for item in group), key=lambda severity: severity.rank)


def _title(group: Sequence[InboxItem]) -> str:
    first = group[0].alert
    return f"Glassbox: {first.kind}" if len(group) == 1 else f"Glassbox: {len(group)} alerts"


def _body(group: Sequence[InboxItem]) -> str:
    if len(group) == 1:
        return group[0].alert.words
    told = [f"{item.alert.kind}: {item.alert.words}" for item in group[:10]]
    more = [f"and {len(group) - 10} more in the inbox."] if len(group) > 10 else []
    return "\n".join([*told, *more])
