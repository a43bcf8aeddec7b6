"""Long work: submit, progress, cancel, history.

A job is a row in the store and a call in a thread pool. Jobs of one key (say, the cycle of one asset) never
run at the same time: submitting a second one returns the first. Leaving a page, reloading or a second tab
changes nothing, because pages only read the row.

Rows of jobs under way are kept in memory too, so that the thousands of jobs of an autopilot's day cost two writes each:
one when it is submitted, one when it ends. Work that takes longer stores its progress about twice a second.
"""

import logging
import threading
import time
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
STORED_EVERY = 0.5
"""Seconds between two writes of a job's progress."""
LINES = 200
"""Of a job's log; of a longer one the newest are kept."""


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
        patient: Collection[str] = (),
        hide: Callable[[str], str] = str,
    ) -> None:
        """Take over the store's jobs: what a former process left unfinished is marked interrupted.

        Args:
            urgent: kinds that have a thread of their own and never wait behind other work.
            patient: long kinds that share threads of their own, so that nothing else waits behind them.
            hide: takes secrets out of what is kept of a failure.
        """
        self._store = store
        self._handlers = dict(handlers)
        self._clock = clock
        self._hide = hide
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="job")
        self._fast = ThreadPoolExecutor(1, thread_name_prefix="urgent")
        self._long = ThreadPoolExecutor(threads, thread_name_prefix="patient")
        self._pools = dict.fromkeys(urgent, self._fast) | dict.fromkeys(patient, self._long)
        self._stops: dict[str, threading.Event] = {}
        self._rows: dict[str, JobRow] = {}
        self._keys: dict[str, str] = {}
        self._unsaved: dict[str, JobRow] = {}
        self._lock = threading.Lock()
        self._ended = threading.Condition()
        self.interrupted = list_jobs(store, limit=1000, active=True)
        """What the last process left unfinished, newest first, as it left it."""
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
            if key in self._keys:
                return self._keys[key]
            job = JobRow(
                uuid.uuid4().hex[:12], kind, key, dict(arguments), JobState.QUEUED, 0.0, "Waiting", (), None, None,
                self._clock(),
            )  # fmt: skip
            self._store.write(save_job(job))
            self._stops[job.id] = threading.Event()
            self._rows[job.id] = job
            if key:
                self._keys[key] = job.id
        try:
            self._pools.get(kind, self._pool).submit(self._run, job)
        except RuntimeError as err:  # the pools are closing
            self._finish(replace(job, state=JobState.INTERRUPTED, error=_CLOSED, finished_at=self._clock()))
            raise InputError(_CLOSED) from err
        return job.id

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop at its next step; a job that has ended stays as it is."""
        stop = self._stops.get(job_id)
        if stop is not None:
            stop.set()

    def read(self, job_id: str) -> JobRow:
        """The job as it stands now."""
        return self._rows.get(job_id) or self._unsaved.get(job_id) or read_job(self._store, job_id)

    def recent(self, limit: int = 50) -> tuple[JobRow, ...]:
        """The newest jobs first."""
        known = self._unsaved | self._rows
        return tuple(known.get(job.id, job) for job in list_jobs(self._store, limit))

    def active(self) -> tuple[JobRow, ...]:
        """The jobs that have not ended, newest first."""
        return tuple(sorted(self._rows.copy().values(), key=lambda job: job.submitted_at, reverse=True))

    def wait(self, job_id: str, timeout: float) -> JobRow:
        """The job when it has ended, or as it stands after `timeout` seconds."""
        with self._ended:
            self._ended.wait_for(lambda: job_id not in self._rows, timeout)
        return self.read(job_id)

    def drain(self, timeout: float = 600.0) -> None:
        """Wait until no job is under way, or for `timeout` seconds."""
        with self._ended:
            self._ended.wait_for(lambda: not self._rows, timeout)

    def close(self) -> None:
        """Ask every job to stop and wait for the running ones."""
        for stop in list(self._stops.values()):
            stop.set()
        for pool in (self._pool, self._fast, self._long):
            pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: JobRow) -> None:
        JOB.set(job.id)
        stop = self._stops[job.id]
        row = self._rows[job.id] = replace(
            job, state=JobState.RUNNING, started_at=self._clock(), message="Started"
        )
        stored = time.monotonic()

        def tell(fraction: float, message: str) -> None:
            nonlocal row, stored
            lines = row.log if row.log[-1:] == (message,) else (*row.log, message)[-LINES:]
            row = replace(row, progress=min(1.0, max(0.0, fraction)), message=message, log=lines)
            self._rows[row.id] = row
            if time.monotonic() - stored >= STORED_EVERY:
                self._store.write(save_job(row))
                stored = time.monotonic()

        try:
            if self._pools.get(job.kind) is self._long:
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
                error=self._hide(str(err)),
                bad_input=isinstance(err, InputError),
            )
        except Exception as err:  # a thread is an edge: the fault is logged and shown
            log.exception("job %s (%s) failed", job.id, job.kind)
            said = self._hide(f"Unexpected {type(err).__name__}: {err}")
            row = replace(row, state=JobState.FAILED, message="Failed", error=said)
        self._finish(replace(row, finished_at=self._clock()))

    def _finish(self, row: JobRow) -> None:
        """Store how a job ended; what a full disk refuses is stored with the next end."""
        with self._lock:
            ends = {**self._unsaved, row.id: row}
            try:
                self._store.write(*(save_job(end) for end in ends.values()))
                self._unsaved = {}
            except GlassboxError:
                log.exception("the end of job %s could not be stored", row.id)
                self._unsaved = ends
            self._stops.pop(row.id, None)
            self._keys.pop(row.key, None)
        with self._ended:
            self._rows.pop(row.id, None)
            self._ended.notify_all()


_CLOSED = "The app is closing: start it again, then run this again."
