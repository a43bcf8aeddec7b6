"""The inbox as a table."""

import pandas as pd

from core.pipeline import Workbench
from core.store.alerts import read_inbox


def inbox_frame(bench: Workbench, limit: int = 200) -> pd.DataFrame:
    """Alerts, newest first: New, Severity, What, Subject, Words, Happened, Noticed, Sent."""
    return pd.DataFrame(
        [
            {
                "New": not item.read, "Severity": item.alert.severity.value, "What": item.alert.kind.value,
                "Subject": item.alert.subject, "Words": item.alert.words, "Happened": item.alert.at,
                "Noticed": item.noticed_at, "Sent": item.told_at if not item.read or item.told_at != item.noticed_at else None,
            }
            for item in read_inbox(bench.store, limit)
        ],
        columns=["New", "Severity", "What", "Subject", "Words", "Happened", "Noticed", "Sent"],
    )  # fmt: skip


def inbox_words(bench: Workbench) -> str:
    """Who is told, in one sentence; never an address."""
    settings = bench.settings.alerts
    if bench.settings.keys.alerts is None:
        return (
            "Alerts are kept here and sent to nobody: set GLASSBOX_KEYS__ALERTS or keys.alerts in .streamlit/secrets.toml to "
            "one or more Apprise addresses (Telegram, e-mail, Slack …)."
        )
    count = len(bench.settings.keys.alerts.get_secret_value().split())
    return (
        f"Live alerts from «{settings.least.value}» on go to {count} {'address' if count == 1 else 'addresses'}, "
        f"at most {settings.per_hour} messages an hour; what happens in the sample's world stays here."
    )
