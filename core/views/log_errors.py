"""What went wrong lately, counted by kind: from the log file, and from jobs that failed."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd

from core.logs import log_file
from core.pipeline import Workbench
from core.store.happenings import failed_jobs

_COLUMNS = ("level", "where", "count", "last", "words")
_BAD = ("critical", "error", "warning")


def errors_since(bench: Workbench, since: datetime) -> pd.DataFrame:
    """A row per kind of trouble, most often first: level, where (part of the program, or the kind of job), count, last
    (UTC), words of the last one."""
    rows = [*_logged(bench.settings.home, since), *_jobs(bench, since)]
    if not rows:
        return pd.DataFrame(columns=list(_COLUMNS))
    told = pd.DataFrame(rows, columns=["level", "where", "last", "words"]).sort_values("last", kind="stable")
    counted = told.groupby(["level", "where"], as_index=False).agg(
        count=("last", "size"), last=("last", "last"), words=("words", "last")
    )
    counted["rank"] = counted["level"].map(_BAD.index)
    ordered = counted.sort_values(
        ["rank", "count", "where"], ascending=[True, False, True], ignore_index=True
    )
    return ordered[list(_COLUMNS)]


def _logged(home: Path, since: datetime) -> Iterator[tuple[str, str, pd.Timestamp, str]]:
    """Lines of the log from warnings upwards; files that were last written before `since` are not opened."""
    start = since.isoformat(timespec="milliseconds")
    for path in sorted(log_file(home).parent.glob("glassbox.jsonl*")):
        if path.stat().st_mtime < since.timestamp():
            continue
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if '"level": "info"' in line or line[10:40] < start[:30]:
                    continue
                try:
                    read = json.loads(line)
                except ValueError:  # a line that was cut by the end of a process
                    continue
                if read.get("level") in _BAD and read["time"] >= start:
                    yield (
                        read["level"],
                        read.get("logger", ""),
                        pd.Timestamp(read["time"]),
                        read.get("message", ""),
                    )


def _jobs(bench: Workbench, since: datetime) -> Iterator[tuple[str, str, pd.Timestamp, str]]:
    for _, kind, error, ended in failed_jobs(bench.store):
        if ended >= since:
            yield "error", f"job {kind}", pd.Timestamp(ended), error or "no reason given"
