"""Names of back-up files, and which of them are kept."""

import re
from datetime import UTC, datetime
from pathlib import Path

DAILY, WEEKLY = 7, 4
"""Copies that are kept: the newest of each of the last days, and of each of the weeks before."""
_NAME = re.compile(r"^glassbox-(\d{8}T\d{6})Z\.duckdb$")
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
    """Remove what is neither the newest copy of one of the last days nor of one of the weeks before; returns those."""
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
