"""Long work: submit, progress, cancel, history.

A job is a row in the store and a call in a thread pool. Jobs of one key (say, the cycle of one asset) never
run at the same time: submitting a second one returns the first. Leaving a page, reloading or a second tab
changes nothing, because pages only read the row.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

from core.errors import GlassboxError, InputError, JobCancelled
from core.logs import JOB
from core.store import Store
from core.store.jobs import JobRow, JobState, interrupt_unfinished, list_jobs, read_job, save_job

log = logging.getLogger(__name__)


class JobContext:
    """What a running job is handed: its arguments, and how to tell and ask."""

    def __init__(self, job: JobRow, tell: Callable[[float, str], None], stop: threading.Event) -> None:
        self.id = job.id
        self.arguments = job.arguments
        self.said = ""
        """The last thing that was told of its progress."""
        self._tell = tell
        self._stop = stop

    def progress(self, fraction: float, message: str) -> None:
        """Tell how far the work is (0…1), and stop here when it was cancelled.

        Raises:
            JobCancelled: when the user asked to stop.
        """
        self.said = message
        self._tell(fraction, message)
        self.check()

    def check(self) -> None:
        """Stop here when the job was cancelled.

        Raises:
            JobCancelled: when the user asked to stop.
        """
        if self._stop.is_set():
            raise JobCancelled("Stopped on request; what was committed before is kept.")


Handler = Callable[[JobContext], str | None]
"""Does the work and returns the id of its result."""


class Jobs:
    """The jobs of one process."""

    def __init__(
        self,
        store: Store,
        handlers: Mapping[str, Handler],
        threads: int,
        clock: Callable[[], datetime],
        urgent: Collection[str] = (),
    ) -> None:
        """Take over the store's jobs: what a former process left unfinished is marked interrupted.

        Args:
            urgent: kinds that have a thread of their own and never wait behind long work.
        """
        self._store = store
        self._handlers = dict(handlers)
        self._clock = clock
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="job")
        self._urgent = frozenset(urgent)
        self._fast = ThreadPoolExecutor(1, thread_name_prefix="urgent")
        self._stops: dict[str, threading.Event] = {}
        self._lock = threading.Lock()
        store.write(interrupt_unfinished(clock()))

    def submit(self, kind: str, arguments: Mapping[str, str], key: str = "") -> str:
        """Queue work and return its id; the id of the running job when one of the same key has not ended.

        Raises:
            InputError: no such kind of job.
        """
        if kind not in self._handlers:
            raise InputError(
                f"There is no job of kind {kind!r}: choose one of {', '.join(sorted(self._handlers))}."
            )
        key = f"{kind}:{key}" if key else ""
        with self._lock:
            if key:
                for job in list_jobs(self._store, active=True):
                    if job.key == key:
                        return job.id
            job = JobRow(
                uuid.uuid4().hex[:12], kind, key, dict(arguments), JobState.QUEUED, 0.0, "Waiting", (), None, None,
                self._clock(),
            )  # fmt: skip
            self._store.write(save_job(job))
            self._stops[job.id] = threading.Event()
        (self._fast if kind in self._urgent else self._pool).submit(self._run, job)
        return job.id

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop at its next step; a job that has ended stays as it is."""
        stop = self._stops.get(job_id)
        if stop is not None:
            stop.set()

    def read(self, job_id: str) -> JobRow:
        """The job as it stands now."""
        return read_job(self._store, job_id)

    def recent(self, limit: int = 50) -> tuple[JobRow, ...]:
        """The newest jobs first."""
        return list_jobs(self._store, limit)

    def active(self) -> tuple[JobRow, ...]:
        """The jobs that have not ended."""
        return list_jobs(self._store, active=True)

    def wait(self, job_id: str, timeout: float) -> JobRow:
        """The job when it has ended, or as it stands after `timeout` seconds."""
        waiting = threading.Event()
        left = timeout
        while (job := self.read(job_id)).active and left > 0:
            waiting.wait(0.02)
            left -= 0.02
        return job

    def drain(self, timeout: float = 600.0) -> None:
        """Wait until no job is under way, or for `timeout` seconds."""
        for job in self.active():
            self.wait(job.id, timeout)

    def close(self) -> None:
        """Ask every job to stop and wait for the running ones."""
        for stop in list(self._stops.values()):
            stop.set()
        for pool in (self._pool, self._fast):
            pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: JobRow) -> None:
        JOB.set(job.id)
        stop = self._stops[job.id]
        row = replace(job, state=JobState.RUNNING, started_at=self._clock(), message="Started")

        def tell(fraction: float, message: str) -> None:
            nonlocal row
            row = replace(
                row, progress=min(1.0, max(0.0, fraction)), message=message, log=(*row.log, message)
            )
            self._store.write(save_job(row))

        try:
            self._store.write(save_job(row))
            result = self._handlers[job.kind](JobContext(row, tell, stop))
            row = replace(row, state=JobState.DONE, progress=1.0, message="Done", result_id=result)
        except JobCancelled as err:
            row = replace(row, state=JobState.CANCELLED, message="Cancelled", error=str(err))
        except GlassboxError as err:
            row = replace(
                row,
                state=JobState.FAILED,
                message="Failed",
                error=str(err),
                bad_input=isinstance(err, InputError),
            )
        except Exception as err:  # a thread is an edge: the fault is logged and shown
            log.exception("job %s (%s) failed", job.id, job.kind)
            row = replace(
                row, state=JobState.FAILED, message="Failed", error=f"Unexpected {type(err).__name__}: {err}"
            )
        self._finish(replace(row, finished_at=self._clock()))

    def _finish(self, row: JobRow) -> None:
        try:
            self._store.write(save_job(row))
        except GlassboxError:
            log.exception("the end of job %s could not be stored", row.id)
        self._stops.pop(row.id, None)
