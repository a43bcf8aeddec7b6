"""The two questions of a supervisor; they need no token and tell nothing but an answer."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from core.errors import GlassboxError

if TYPE_CHECKING:
    from core.runtime import Runtime


def routes(engine: Callable[[], Awaitable["Runtime"]]) -> APIRouter:
    """Health and readiness of an engine."""
    router = APIRouter(tags=["supervising"])

    @router.get("/health")
    async def health() -> dict[str, str]:
        """The server answers."""
        return {"status": "ok"}

    @router.get("/ready", responses={503: {"description": "The database is not open."}})
    async def ready() -> JSONResponse:
        """The database is open, so work can be done; 503 with the reason otherwise."""
        try:
            await engine()
        except GlassboxError as err:
            return JSONResponse({"status": "unavailable", "reason": str(err)}, status_code=503)
        return JSONResponse({"status": "ready"})

    return router
