"""The night's work, as the autopilot's page shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.pipeline import Workbench
from core.records import Night
from core.store.autopilot import last_night
from core.store.jobs import JobRow, jobs_of

KINDS = {
    "backup": ("Back-up", "Copies the database while it works; 7 daily and 4 weekly copies are kept."),
    "report": (
        "Daily report",
        "Tells per asset what happened, what is held and what may come; of days on which cycles ran.",
    ),
    "improve": (
        "Daily optimisation",
        "Looks for drift; where there is some, a challenger is searched and tried. Only while the autopilot is on.",
    ),
}
"""Kind of job → name and meaning."""
_RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class NightWork:
    """One piece of the night's work."""

    name: str
    meaning: str
    on: bool
    """By the settings."""
    last: JobRow | None
    """The newest job of this kind."""

    @property
    def words(self) -> str:
        """When it last ran, how long it took and what it said."""
        if self.last is None:
            return "Not yet."
        told = self.last.error or (self.last.log[-1] if self.last.log else self.last.message)
        seconds = _seconds(self.last)
        took = "" if seconds is None else f", {seconds:,.0f} s"
        return f"{self.last.submitted_at:%Y-%m-%d %H:%M} UTC{took}: {told}"


@dataclass(frozen=True, slots=True)
class NightView:
    """When the next night comes and what the last ones brought."""

    next_at: datetime | None
    """None where no server runs."""
    last: Night | None
    works: tuple[NightWork, ...]
    words: str


def night_view(bench: Workbench, turns: Mapping[str, datetime]) -> NightView:
    """The night's work as it stands; `turns`: see core.autopilot.schedule."""
    settings, last = bench.settings.autopilot, last_night(bench.store)
    switched = {
        "backup": settings.nightly_backup,
        "report": settings.daily_report,
        "improve": settings.daily_optimisation,
    }
    jobs = jobs_of(bench.store, tuple(KINDS), bench.clock() - _RECENT)
    works = tuple(
        NightWork(name, meaning, switched[kind], next((job for job in jobs if job.kind == kind), None))
        for kind, (name, meaning) in KINDS.items()
    )
    return NightView(turns.get("nightly"), last, works, _words(last))


def _words(last: Night | None) -> str:
    if last is None:
        return "No night yet: the first comes at 00:00 UTC, or when the server is next started."
    late = last.begun_at.hour * 60 + last.begun_at.minute
    how = f", begun {last.begun_at:%H:%M} UTC because nobody was awake at midnight" if late > 5 else ""
    return f"Last night: {last.day:%Y-%m-%d} 00:00 UTC{how}."


def _seconds(job: JobRow | None) -> float | None:
    if job is None or job.finished_at is None:
        return None
    return (job.finished_at - (job.started_at or job.submitted_at)).total_seconds()
