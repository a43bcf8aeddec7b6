"""When the steps come: APScheduler in a thread of the server, a trigger for each step."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from core.autopilot.pilot import Autopilot
from core.autopilot.stepping import interval_of
from core.errors import GlassboxError
from core.records import Step
from core.settings import AutopilotSettings

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)
logging.getLogger("apscheduler").setLevel(logging.ERROR)  # turns that are left out are as intended
NIGHTLY = "nightly"


class Schedule:
    """Lets the autopilot take its turns. A turn that comes while the last one is under way is left out, not piled up."""

    def __init__(self, pilot: Autopilot, nightly: Callable[[], object]) -> None:
        """`nightly`: what is done at 00:00 UTC."""
        self._pilot = pilot
        self._nightly = nightly
        self._lock = threading.Lock()
        self._scheduler: BackgroundScheduler | None = None

    def nights(self) -> None:
        """Begin with the nights alone: they come in every server, whether the autopilot is on or off."""
        with self._lock:
            self._begun()

    def run(self, settings: AutopilotSettings) -> None:
        """Begin the steps, or go on with other intervals; the first turn of every step comes at once when it begins."""
        from apscheduler.triggers.interval import IntervalTrigger

        with self._lock:
            scheduler = self._begun()
            for number, step in enumerate(Step):
                every = IntervalTrigger(
                    seconds=int(interval_of(step, settings).total_seconds()), timezone="UTC"
                )
                if scheduler.get_job(step.value) is None:
                    scheduler.add_job(self._turn, every, (step,), id=step.value, next_run_time=_soon(number))
                else:
                    scheduler.reschedule_job(step.value, trigger=every)

    def next_turns(self) -> dict[str, datetime]:
        """Step, or nightly → when it comes next; empty while it does not run."""
        with self._lock:
            jobs = self._scheduler.get_jobs() if self._scheduler else []
            return {job.id: job.next_run_time for job in jobs if job.next_run_time is not None}

    @property
    def turning(self) -> bool:
        """Whether steps take their turns."""
        return bool(self.next_turns().keys() - {NIGHTLY})

    def close(self) -> None:
        """Take no further turn; one under way ends first."""
        with self._lock:
            scheduler, self._scheduler = self._scheduler, None
        if scheduler is not None:
            scheduler.shutdown(wait=True)

    def _begun(self) -> "BackgroundScheduler":
        from apscheduler.schedulers.background import BackgroundScheduler
        from apscheduler.triggers.cron import CronTrigger

        if self._scheduler is None:
            self._scheduler = BackgroundScheduler(
                timezone="UTC",
                job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            )
            self._scheduler.add_job(self._night, CronTrigger(hour=0, minute=0, timezone="UTC"), id=NIGHTLY)
            self._scheduler.start()
        return self._scheduler

    def _turn(self, step: Step) -> None:
        try:
            self._pilot.turn(step)
        except GlassboxError as err:
            log.error("autopilot: %s could not be started: %s", step.value, err)

    def _night(self) -> None:
        try:
            self._nightly()
        except GlassboxError as err:
            log.error("autopilot: the night's work could not be started: %s", err)


def _soon(number: int) -> datetime:
    """A second after the other, in the order of a round: now for collecting, trading last."""
    return datetime.now(UTC) + timedelta(seconds=number)
