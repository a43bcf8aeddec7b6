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
from core.api.sparing import Spared
from core.records import Role

if TYPE_CHECKING:
    from core.runtime import Runtime

DESCRIPTION = """What the pages show, for programs.

While no token exists, this computer may ask everything and nobody else anything. Once
`python -m core token create NAME --role viewer|operator` made the first one, every request needs one:
`Authorization: Bearer gbx_…`. A viewer reads, an operator acts. Errors are problem details (RFC 9457).
"""


def create_api(runtime: Callable[[], "Runtime"], clock: Callable[[], datetime]) -> FastAPI:
    """The REST application over an engine; the documentation page works without a network.

    Args:
        runtime: the open engine; raises StoreError while there is none.
    """
    rest: FastAPI = FastAPIOffline(title="Glassbox", description=DESCRIPTION, version="1", redoc_url=None)
    rest.add_middleware(RequestIds)
    tell_problems(rest)
    rest.state.spared = Spared()
    door = Door(runtime, clock)

    def viewer(request: Request) -> Caller:
        caller = door.caller(request)
        request.state.caller, request.state.runtime = caller, runtime()
        return caller

    def operator(request: Request, caller: Caller = Depends(viewer)) -> Caller:
        if caller.role is not Role.OPERATOR:
            raise HTTPException(403, f"The token {caller.name} may read only: an operator's token is needed.")
        return caller

    rest.include_router(supervising.routes(runtime))
    told: dict[int | str, dict[str, Any]] = {
        status: {"model": ProblemDetails, "content": {MEDIA_TYPE: {}}, "description": words}
        for status, words in ((401, "No valid token"), (403, "Not allowed"), (404, "Not found"), (409, "Not possible now"),
                              (422, "Not valid"), (429, "Too often"), (503, "The engine is not open"))
    }  # fmt: skip
    reading: list[APIRouter] = [
        cycles.reading,
        jobs.reading,
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
