"""Providers of bars and news: do they answer, how fast, and how often may they still be asked."""

from datetime import timedelta

import pandas as pd

from core.collect import BarSource, NewsSource
from core.pipeline import Workbench
from core.store.calls import call_summary, read_calls

_COLUMNS = (
    "source", "serves", "state", "last_success", "last_failure", "last_reason", "p50", "p95", "calls", "failed", "left",
)  # fmt: skip


def provider_table(bench: Workbench) -> pd.DataFrame:
    """A row per provider that is switched on: source, serves (bars, news …), state in words, last_success,
    last_failure, last_reason, p50 and p95 (seconds), calls and failed of the last two weeks, left (of each limit).
    """
    past = call_summary(bench.store).set_index("source")
    rows = [_row(bench, past, source.name, source, "bars") for source in bench.sources("auto")]
    return pd.concat([_table(rows), news_providers(bench)], ignore_index=True)


def news_providers(bench: Workbench) -> pd.DataFrame:
    """The rows of provider_table that are of text and mood."""
    past = call_summary(bench.store).set_index("source")
    return _table([_row(bench, past, f"news {s.name}", s, s.kind.value) for s in bench.news])


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    for name in ("last_success", "last_failure"):
        table[name] = pd.to_datetime(table[name], utc=True)
    return table


def _row(
    bench: Workbench, past: pd.DataFrame, name: str, source: BarSource | NewsSource, serves: str
) -> dict[str, object]:
    seen = {str(k): v for k, v in past.loc[name].items()} if name in past.index else {}
    resting = bench.gate.resting(name)
    if not source.limits:
        state = "on this machine"
    elif resting:
        state = f"resting: {resting}"
    elif not seen:
        state = "not asked yet"
    else:
        state = "answers" if _newest_is_good(seen) else "failed last time"
    left = ", ".join(
        f"{item.left} of {item.limit.calls} in {_window(item.limit.seconds)}"
        for item in bench.gate.allowance(name, source.limits)
    )
    return {column: seen.get(column) for column in _COLUMNS} | {
        "source": name, "serves": serves, "state": state, "left": left or "no limit",
        "calls": seen.get("calls", 0), "failed": seen.get("failed", 0),
    }  # fmt: skip


def _newest_is_good(seen: dict[str, object]) -> bool:
    good, bad = pd.Timestamp(seen["last_success"]), pd.Timestamp(seen["last_failure"])  # type: ignore[arg-type]
    return pd.isna(bad) or (not pd.isna(good) and good > bad)


def _window(seconds: float) -> str:
    for length, unit in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            count = seconds / length
            return unit if count == 1 else f"{count:g} {unit}s"
    return f"{seconds:g} seconds"


def recent_calls(bench: Workbench, back: timedelta = timedelta(days=1)) -> pd.DataFrame:
    """Calls of the last day: source, at, seconds, outcome, rows, reason; oldest first."""
    calls = read_calls(bench.store, bench.clock() - back)
    frame = pd.DataFrame(
        [(c.source, c.at, c.seconds, c.outcome, c.rows, c.reason) for c in calls],
        columns=["source", "at", "seconds", "outcome", "rows", "reason"],
    )
    return frame.assign(at=pd.to_datetime(frame["at"], utc=True))
