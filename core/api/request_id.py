"""Every request has an id: the caller's own, or one that is made here; it is in the answer and in the log."""

import logging
import re
import time
import uuid
from contextvars import ContextVar
from typing import Any

_ID: ContextVar[str] = ContextVar("request_id", default="")
_READABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
HEADER = b"x-request-id"
log = logging.getLogger(__name__)
_ASKED_OFTEN = {"/health", "/ready", "/metrics"}
"""By supervisors, every few seconds: they would fill the log."""


def current_request_id() -> str:
    """The id of the request that is being answered; empty outside of one."""
    return _ID.get()


class RequestIds:
    """ASGI middleware."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Name the request, and tell the name in the answer's header."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(HEADER, b"").decode("latin-1")
        own = given if _READABLE.fullmatch(given) else uuid.uuid4().hex[:16]
        _ID.set(own)
        begun, status = time.perf_counter(), 500

        async def tell(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                kept = [pair for pair in message["headers"] if pair[0].lower() != HEADER]
                message = {**message, "headers": [*kept, (HEADER, own.encode())]}
            await send(message)

        path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
        try:
            await self._app(scope, receive, tell)
        finally:
            if status >= 400 or path not in _ASKED_OFTEN:
                took = 1000 * (time.perf_counter() - begun)
                log.info("%s %s: %d in %.0f ms", scope["method"], path[:200], status, took)
