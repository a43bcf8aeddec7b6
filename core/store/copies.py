"""Names of back-up files, and which of them are kept."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

DAILY, WEEKLY = 7, 4
"""Copies that are kept: the newest of each of the last days, and of each of the weeks before."""
STALE = 3600.0
"""Seconds without a write after which an unfinished copy counts as left behind: one under way is written all the time."""
_NAME = re.compile(r"^glassbox-(\d{8}T\d{6})Z\.duckdb$")
_PARTIAL = re.compile(r"^(glassbox-\d{8}T\d{6}Z\.duckdb\.part)(\.wal)?$")
_STAMP = "%Y%m%dT%H%M%S"


def name_at(moment: datetime) -> str:
    """File name of a copy that is made at a moment."""
    return f"glassbox-{moment.astimezone(UTC).strftime(_STAMP)}Z.duckdb"


def copies(folder: Path) -> tuple[Path, ...]:
    """Back-up files of a folder, newest first."""
    found = [path for path in folder.glob("glassbox-*.duckdb") if _NAME.match(path.name)]
    return tuple(sorted(found, key=lambda path: path.name, reverse=True))


def made_at(path: Path) -> datetime | None:
    """When a back-up was made, by its name; None where that is no name of ours."""
    named = _NAME.match(path.name)
    return datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC) if named else None


def forget_copies(folder: Path, daily: int = DAILY, weekly: int = WEEKLY) -> tuple[Path, ...]:
    """Remove what is neither the newest copy of one of the last days nor of one of the weeks before; returns those.

    What a back-up left unfinished when its process was killed goes too.
    """
    forget_unfinished(folder)
    days: dict[str, Path] = {}
    weeks: dict[tuple[int, int], Path] = {}
    for path in copies(folder):  # newest first, so the first of a day is its newest
        moment = made_at(path)
        if moment is None:
            continue
        days.setdefault(f"{moment:%Y%m%d}", path)
        weeks.setdefault(moment.isocalendar()[:2], path)
    recent = list(days.values())[:daily]
    oldest = made_at(recent[-1]) if recent else None
    older = [path for path in weeks.values() if oldest and (made_at(path) or oldest) < oldest]
    kept = {*recent, *older[:weekly]}
    gone = tuple(path for path in copies(folder) if path not in kept)
    for path in gone:
        path.unlink()
    return gone


def forget_unfinished(folder: Path) -> None:
    """Remove copies that were begun and never ended; one that was written to lately may still be under way."""
    begun: dict[str, list[Path]] = {}
    for path in folder.glob("glassbox-*.duckdb.part*"):
        if named := _PARTIAL.match(path.name):
            begun.setdefault(named[1], []).append(path)
    for files in begun.values():
        if time.time() - max(map(_written_at, files)) > STALE:  # the file system's clock is the machine's
            for path in files:
                path.unlink(missing_ok=True)


def _written_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # its back-up has just ended
        return time.time()
