"""REST, mounted under /api in the server's process."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI


async def api(scope: Any, receive: Any, send: Any) -> None:
    """The REST application as ASGI; FastAPI is loaded by the first request, not by the start of the server."""
    await create_api()(scope, receive, send)


@cache
def create_api() -> "FastAPI":
    """The REST application: for now the two questions that a supervisor asks."""
    from fastapi import FastAPI
    from fastapi.responses import JSONResponse

    from core.errors import GlassboxError

    rest = FastAPI(title="Glassbox", docs_url=None, redoc_url=None)

    @rest.get("/health")
    def health() -> dict[str, str]:
        """The server answers."""
        return {"status": "ok"}

    @rest.get("/ready")
    def ready() -> JSONResponse:
        """The database is open, so work can be done; 503 with the reason otherwise."""
        from core.runtime import shared_runtime

        try:
            shared_runtime()
        except GlassboxError as err:
            return JSONResponse({"status": "unavailable", "reason": str(err)}, status_code=503)
        return JSONResponse({"status": "ready"})

    return rest
