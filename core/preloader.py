"""Looks each minute whether this is a quiet moment, and then lets texts be scored that are about to be asked for."""

import logging
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from core.errors import GlassboxError

if TYPE_CHECKING:
    from core.runtime import Runtime

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two looks."""
AGAIN = timedelta(minutes=30)
"""Between two turns: news do not come faster."""
KIND = "preload"
"""Of the job."""


class Preloader:
    """Submits the job; what it may spend and on which assets is decided there."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._last: datetime | None = None

    def run(self, stop: threading.Event, every: float = EVERY) -> None:
        """Look again and again until `stop` is set; trouble with the database is logged, and the next look tries again."""
        while not stop.wait(every):
            try:
                self.look()
            except GlassboxError as err:
                log.warning("Preloading: %s", err)

    def look(self) -> str | None:
        """The id of the job, when one was worth submitting."""
        from core.llm.preload import is_quiet
        from core.pipeline.preloading import last_call, wanted
        from core.store.visits import last_visit

        bench, jobs = self._runtime.bench, self._runtime.jobs
        if bench.llm is None or not bench.settings.llm.preload or "sentiment" not in bench.llm.uses:
            return None
        now = bench.clock()
        if self._last is not None and now - self._last < AGAIN:
            return None
        if not is_quiet(last_visit(bench.store), len(jobs.active()), last_call(bench), now):
            return None
        if not wanted(bench, now):
            return None
        self._last = now
        return jobs.submit(KIND, {}, key=KIND)
