"""What happens when the server starts and stops. Light to import: the server is up while the engine still opens."""

import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.runtime import Runtime

log = logging.getLogger(__name__)
SWITCH = 0.0005
"""Seconds after which a thread that works lets another one have the interpreter; by default 5 ms, ten of which a request
would wait for when pages and cycles work at the same time."""


@dataclass(frozen=True, slots=True)
class Bound:
    """Where the server listens."""

    address: str
    """Of this machine; empty: all of them."""
    port: int
    secure: bool
    """Whether it speaks TLS itself."""


def lifespan(bound: Callable[[], Bound]) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """What the server does around its work.

    Args:
        bound: where it listens; asked when the engine is open, because a busy port makes it choose the next one.
    """

    @asynccontextmanager
    async def around(app: object) -> AsyncIterator[None]:
        """Open the engine beside the server's own start, and close it at the end; a page that comes early waits."""
        sys.setswitchinterval(SWITCH)
        stop = threading.Event()
        opening = threading.Thread(target=_open, args=(stop, bound), name="engine", daemon=True)
        opening.start()
        yield
        stop.set()
        opening.join()
        _close()

    return around


def _close() -> None:
    from core.client.whereabouts import home_folder, take_back
    from core.llm.local import close_shared_server
    from core.runtime import close_shared_runtime

    take_back(home_folder(os.environ), os.getpid())  # no command comes this way any more
    close_shared_server()  # first: a job that waits for an answer of it ends at once
    close_shared_runtime()


def _open(stop: threading.Event, bound: Callable[[], Bound]) -> None:
    """Load what the first page needs, then prepare what is about to be asked for until the server stops.

    What hinders the opening is logged here and told by every page; nothing is prepared then.
    """
    from core.errors import GlassboxError
    from core.runtime import shared_runtime

    runtime = None
    try:
        runtime = shared_runtime()
    except GlassboxError as err:
        log.error("%s", err)
    import core.views  # noqa: F401 (so that the first page does not wait for it)
    from core.alerts.watching import Watcher
    from core.logs import start_logging
    from core.preloader import Preloader

    if runtime is not None:
        start_logging(runtime.settings)
        runtime.resume()
        announce(runtime, bound())
        watcher = Watcher(lambda: runtime.bench)
        threading.Thread(target=watcher.run, args=(stop,), name="alerts", daemon=True).start()
        Preloader(runtime).run(stop)


def announce(runtime: "Runtime", bound: Bound) -> None:
    """Say where the server is asked, and by whom it lets itself be asked."""
    from core.client.whereabouts import leave, whereabouts
    from core.logs import ON_CONSOLE
    from core.store.tokens import read_tokens

    where = whereabouts(bound.address, bound.port, bound.secure, os.getpid(), datetime.now(UTC))
    leave(runtime.settings.home, where)
    if read_tokens(runtime.store):
        log.info("REST answers at %s/api to whoever has a token", where.url)
    else:
        log.info(
            "REST answers at %s/api to this computer only, because no token exists: make one with "
            "`python -m core token create NAME --role viewer`",
            where.url,
            extra=ON_CONSOLE,
        )
