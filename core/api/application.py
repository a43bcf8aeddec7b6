"""The REST application, put together."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi_offline import FastAPIOffline

from core.api.access import Caller, Door
from core.api.problems import MEDIA_TYPE, ProblemDetails, tell_problems
from core.api.request_id import RequestIds
from core.api.routes import (
    alerts,
    audit,
    books,
    commands,
    cycles,
    jobs,
    metrics,
    pipeline,
    reports,
    risk,
    supervising,
)
from core.api.shared_answers import SharedAnswers
from core.api.sparing import Sparing
from core.records import Role

if TYPE_CHECKING:
    from core.runtime import Runtime

DESCRIPTION = """What the pages show, for programs.

While no token exists, this computer may ask everything and nobody else anything. Once
`python -m core token create NAME --role viewer|operator` made the first one, every request needs one:
`Authorization: Bearer gbx_…`. A viewer reads, an operator acts. Errors are problem details (RFC 9457).
"""

_NO_TELEMETRY = {"tracing": False, "metrics": False, "logs": False}
"""/metrics and the log tell how it goes; each request would look for an exporter that nobody set up."""


def create_api(runtime: Callable[[], "Runtime"], clock: Callable[[], datetime]) -> FastAPI:
    """The REST application over an engine; the documentation page works without a network.

    Args:
        runtime: the open engine; raises StoreError while there is none.
    """
    rest: FastAPI = FastAPIOffline(
        title="Glassbox", description=DESCRIPTION, version="1", redoc_url=None, telemetry=_NO_TELEMETRY
    )
    rest.add_middleware(RequestIds)
    tell_problems(rest)
    door = Door(runtime, clock)
    rest.state.door, rest.state.shared, rest.state.view = door, SharedAnswers(), Sparing()

    async def viewer(request: Request) -> Caller:
        return await door.enter(request)

    async def operator(request: Request, caller: Caller = Depends(viewer)) -> Caller:
        if caller.role is not Role.OPERATOR:
            raise HTTPException(403, f"The token {caller.name} may read only: an operator's token is needed.")
        return caller

    rest.include_router(supervising.routes(door.engine))
    told: dict[int | str, dict[str, Any]] = {
        status: {"model": ProblemDetails, "content": {MEDIA_TYPE: {}}, "description": words}
        for status, words in ((401, "No valid token"), (403, "Not allowed"), (404, "Not found"), (409, "Not possible now"),
                              (422, "Not valid"), (429, "Too often"), (503, "The engine is not open"))
    }  # fmt: skip
    reading: list[APIRouter] = [
        cycles.reading,
        jobs.reading,
        jobs.watching,
        books.reading,
        audit.reading,
        metrics.reading,
        pipeline.reading,
        reports.reading,
        risk.reading,
        alerts.reading,
    ]
    for router in reading:
        rest.include_router(router, dependencies=[Depends(viewer)], responses=told)
    for router in (
        cycles.acting,
        jobs.acting,
        pipeline.acting,
        risk.acting,
        alerts.acting,
        commands.routes(),
    ):
        rest.include_router(router, dependencies=[Depends(operator)], responses=told)

    return rest
