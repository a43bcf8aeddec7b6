"""REST, mounted under /api in the server's process."""

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from core.errors import GlassboxError


def create_api() -> FastAPI:
    """The REST application: for now the two questions that a supervisor asks."""
    api = FastAPI(title="Glassbox", docs_url=None, redoc_url=None)

    @api.get("/health")
    def health() -> dict[str, str]:
        """The server answers."""
        return {"status": "ok"}

    @api.get("/ready")
    def ready() -> JSONResponse:
        """The database is open, so work can be done; 503 with the reason otherwise."""
        from core.runtime import shared_runtime  # not above: the server is up before the engine is loaded

        try:
            shared_runtime()
        except GlassboxError as err:
            return JSONResponse({"status": "unavailable", "reason": str(err)}, status_code=503)
        return JSONResponse({"status": "ready"})

    return api
