"""REST, mounted under /api in the server's process."""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI


async def api(scope: Any, receive: Any, send: Any) -> None:
    """The REST application as ASGI; FastAPI is loaded by the first request, not by the start of the server."""
    await _shared()(scope, receive, send)


@cache
def _shared() -> "FastAPI":
    from core.api.application import create_api
    from core.runtime import shared_runtime, system_clock

    return create_api(shared_runtime, system_clock)
