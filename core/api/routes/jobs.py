"""Long work: submit, list, look at, cancel."""

from typing import Annotated

from fastapi import APIRouter, Path

from core.api.access import own_files
from core.api.routes.engine import Asking, Engine
from core.api.schemas import JobAsked, JobOut, Limit, Offset, Page
from core.api.shared_answers import ActingRoute, SharedRoute
from core.records import Deed
from core.store.audit import save_deed
from core.store.jobs import JobRow, count_jobs, list_jobs

reading = APIRouter(tags=["jobs"], route_class=SharedRoute)
watching = APIRouter(tags=["jobs"])
"""What lives in memory and moves without a word being written."""
acting = APIRouter(tags=["jobs"], route_class=ActingRoute)
JobId = Annotated[str, Path(max_length=80)]


@reading.get("/jobs")
def get_jobs(engine: Engine, limit: Limit = 50, offset: Offset = 0) -> Page[JobOut]:
    """Jobs, newest first."""
    rows = list_jobs(engine.store, limit + offset)[offset:]
    return Page(
        items=[job_out(row) for row in rows], total=count_jobs(engine.store), limit=limit, offset=offset
    )


@watching.get("/jobs/{job_id}")
def get_job(job_id: JobId, engine: Engine) -> JobOut:
    """A job as it stands now."""
    return job_out(engine.jobs.read(job_id))


@acting.post("/jobs", status_code=202)
def submit_job(asked: JobAsked, engine: Engine, caller: Asking) -> JobOut:
    """Queue work, as a page or a command would; the running job when one of the same key has not ended."""
    folder = asked.arguments.get("folder", "") if asked.kind == "backup" else ""
    own_files(caller, *asked.arguments.values(), f"file:{folder}" if folder else "")
    job_id = engine.jobs.submit(asked.kind, asked.arguments, asked.key)
    deed = Deed(caller.name, caller.origin, "force", f"job {asked.kind}", "", job_id)
    engine.store.write(save_deed(deed, engine.bench.clock()))
    return job_out(engine.jobs.read(job_id))


@acting.post("/jobs/{job_id}/cancel", status_code=202)
def cancel_job(job_id: JobId, engine: Engine, caller: Asking) -> JobOut:
    """Ask a job to stop at its next step; one that has ended stays as it is."""
    engine.jobs.read(job_id)  # an unknown one is told
    engine.jobs.cancel(job_id)
    deed = Deed(caller.name, caller.origin, "stop", f"job {job_id}")
    engine.store.write(save_deed(deed, engine.bench.clock()))
    return job_out(engine.jobs.read(job_id))


def job_out(row: JobRow) -> JobOut:
    """A job as it is told."""
    return JobOut(
        id=row.id, kind=row.kind, arguments=row.arguments, state=row.state.value, progress=row.progress,
        message=row.message, log=list(row.log), result_id=row.result_id, error=row.error,
        submitted_at=row.submitted_at, started_at=row.started_at, finished_at=row.finished_at,
    )  # fmt: skip
