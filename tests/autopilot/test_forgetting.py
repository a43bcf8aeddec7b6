"""Rows of routine jobs are forgotten, everything else is kept; and a day of an autopilot stays cheap."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from core.jobs import LINES, JobContext, Jobs
from core.store import Store
from core.store.jobs import KEPT_NEWEST, JobRow, JobState, count_jobs, forget_jobs, list_jobs, save_job

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def row(kind: str, days: float, state: JobState = JobState.DONE) -> JobRow:
    at = NOW - timedelta(days=days)
    return JobRow(uuid.uuid4().hex, kind, "", {}, state, 1.0, "Done", ("told",), None, None, at, at, at)


def test_old_routine_jobs_go_and_nothing_else(store: Store) -> None:
    old = [row("fetch", 8 + number / 1000) for number in range(KEPT_NEWEST + 30)]
    kept = [
        row("fetch", 1), row("settle", 40), row("backtest", 400), row("agent", 400), row("backup", 90),
        row("cycle", 60, JobState.FAILED), row("fetch", 99, JobState.RUNNING), row("fetch", 99, JobState.QUEUED),
    ]  # fmt: skip
    failed = row("fetch", 20, JobState.FAILED), row("fetch", 31, JobState.FAILED)
    store.write(*(save_job(one) for one in (*old, *kept, *failed)))
    store.write(forget_jobs(NOW))
    left = {job.id for job in list_jobs(store, 1000)}
    assert {job.id for job in kept} <= left
    assert failed[0].id in left and failed[1].id not in left
    newest = sorted(old, key=lambda job: job.submitted_at, reverse=True)
    assert {job.id for job in newest[: KEPT_NEWEST - 1]} <= left  # beside the one of yesterday
    assert not {job.id for job in newest[KEPT_NEWEST:]} & left
    store.write(forget_jobs(NOW))
    assert {job.id for job in list_jobs(store, 1000)} == left


class Counted(Store):
    """A store that counts its transactions."""

    writes = 0

    def write(self, *writes: object) -> None:
        Counted.writes += 1
        super().write(*writes)  # type: ignore[arg-type]


def test_a_short_job_costs_two_commits_however_much_it_tells(
    store: Store, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    counted = Counted(tmp_path / "counted.duckdb")

    def tells(context: JobContext) -> None:
        for number in range(1000):
            context.progress(number / 1000, f"step {number}")

    jobs = Jobs(counted, {"tells": tells}, 1, lambda: NOW)
    monkeypatch.setattr("core.jobs.STORED_EVERY", 3600.0)
    Counted.writes = 0
    job = jobs.wait(jobs.submit("tells", {}, key="one"), 30)
    assert job.state is JobState.DONE and Counted.writes == 2
    assert len(job.log) == LINES and job.log[-1] == "step 999"
    assert jobs.active() == () and count_jobs(counted) == 1
    jobs.close()
    counted.close()


def test_what_a_full_disk_refused_is_stored_with_the_next_end(store: Store) -> None:
    from core.errors import StoreFull

    class Full:
        """A store that is full for a while."""

        full = False

        def write(self, *writes: object) -> None:
            if self.full:
                raise StoreFull("The disk is full.")
            store.write(*writes)  # type: ignore[arg-type]

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

    disk = Full()

    def fills(context: JobContext) -> str:
        disk.full = True
        return "result"

    jobs = Jobs(disk, {"fills": fills, "plain": lambda context: "result"}, 1, lambda: NOW)  # type: ignore[arg-type,dict-item]
    first = jobs.submit("fills", {}, key="a")
    assert jobs.wait(first, 20).state is JobState.DONE  # known, though not stored
    disk.full = False
    again = jobs.submit("plain", {}, key="a")
    jobs.wait(again, 20)
    assert {job.state for job in list_jobs(store)} == {JobState.DONE}
    jobs.close()
