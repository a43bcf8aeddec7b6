"""Jobs as a page follows them."""

from core.errors import UnknownId
from core.pipeline import STAGES, Workbench
from core.store.jobs import JobRow, list_jobs, read_job

STAGE_NAMES = tuple(name for name, _ in STAGES)
"""The stages of a cycle in their order."""


def last_job(bench: Workbench, kind: str, wanted: str | None, symbol: str) -> JobRow | None:
    """The job asked for by id when it is of this kind and asset, else the newest one that is."""
    if wanted:
        try:
            job = read_job(bench.store, wanted)
        except UnknownId:
            job = None
        if job is not None and job.kind == kind and job.arguments.get("symbol") == symbol:
            return job
    jobs = (
        job
        for job in list_jobs(bench.store, 200)
        if job.kind == kind and job.arguments.get("symbol") == symbol
    )
    return next(jobs, None)
