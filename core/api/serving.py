"""REST in a process without pages: the same application at the same paths, served by uvicorn beside the work."""

import errno
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from core.addresses import is_loopback
from core.api.application import create_api
from core.client.whereabouts import take_back
from core.errors import GlassboxError, InputError
from core.lifespan import SWITCH, Bound, announce
from core.runtime import system_clock

if TYPE_CHECKING:
    from core.runtime import Runtime

HERE, PORT = "127.0.0.1", 8501
_TRIED = 100
"""Ports from the app's own on, of which the first free one is taken."""
_LAST_ANSWERS = 5
"""Seconds that requests under way have to end when the server goes down."""
_QUIET = 1.0
"""Seconds without a request after which nobody waits for an answer: a terminal asks again at once."""


class Traffic:
    """Passes requests on, and knows when the last one ended."""

    def __init__(self, app: Starlette) -> None:
        self._app = app
        self._open = 0
        self._last = 0.0

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """One request, as ASGI has it."""
        self._open += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._open -= 1
            self._last = time.monotonic()

    @property
    def quiet(self) -> bool:
        """Whether nobody waits for an answer."""
        return self._open == 0 and time.monotonic() - self._last > _QUIET


def listening(address: str, port: int | None) -> socket.socket:
    """A socket that listens; bound before the work begins, so that a port that is taken is told first.

    Args:
        port: None takes the app's own, or the next one that is free.

    Raises:
        InputError: there is no such port, or the address is none of this machine.
        GlassboxError: the port is taken, or all that were tried are.
    """
    if port is not None and not 1 <= port <= 65_535:
        raise InputError(f"Port {port} does not exist: choose one from 1 to 65535, or --no-rest.")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    both = address == "::" and socket.has_dualstack_ipv6()  # all addresses, of the older kind too
    for tried in [port] if port is not None else range(PORT, PORT + _TRIED):
        try:
            return socket.create_server((address, tried), family=family, dualstack_ipv6=both)
        except OSError as err:
            if err.errno != errno.EADDRINUSE:
                why = str(err.strerror).partition(" (while")[0]
                raise InputError(
                    f"REST cannot listen on port {tried} of {address} ({why}): choose others with --address and --port."
                ) from err
    if port is not None:
        raise GlassboxError(
            f"Port {port} of {address} is taken: choose another with --port, or name none and the next free one is taken."
        )
    raise GlassboxError(
        f"The ports {PORT} to {PORT + _TRIED - 1} of {address} are all taken: choose one with --port."
    )


@contextmanager
def serving(runtime: "Runtime", bound: socket.socket) -> Iterator[Traffic]:
    """Serve an engine under /api from a thread, and let commands of other terminals find it, until the block ends."""
    sys.setswitchinterval(SWITCH)
    rest = Mount("/api", create_api(lambda: runtime, system_clock))
    traffic = Traffic(Starlette(routes=[rest]))
    server = uvicorn.Server(
        uvicorn.Config(
            traffic, lifespan="off", log_config=None, access_log=False,
            timeout_graceful_shutdown=_LAST_ANSWERS,
        )
    )  # fmt: skip
    thread = threading.Thread(target=server.run, args=([bound],), name="rest")
    thread.start()
    try:
        address, port = bound.getsockname()[:2]
        announce(runtime, Bound(address, port, secure=False))
        yield traffic
    finally:
        take_back(runtime.settings.home, os.getpid())  # no command comes this way any more
        server.should_exit = True
        thread.join()


def allowed(address: str, tokens: bool) -> str:
    """The address to listen on: without a token nobody else may ask, so no other address is opened."""
    return address if tokens or is_loopback(address) else HERE
