"""What happens when the server starts and stops. Light to import: the server is up while the engine still opens."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

log = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Open the engine beside the server's own start, and close it at the end; a page that comes early waits for it."""
    stop = threading.Event()
    opening = threading.Thread(target=_open, args=(stop,), name="engine", daemon=True)
    opening.start()
    yield
    stop.set()
    opening.join()
    from core.llm.local import close_shared_server
    from core.runtime import close_shared_runtime

    close_shared_server()  # first: a job that waits for an answer of it ends at once
    close_shared_runtime()


def _open(stop: threading.Event) -> None:
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
        watcher = Watcher(lambda: runtime.bench)
        threading.Thread(target=watcher.run, args=(stop,), name="alerts", daemon=True).start()
        Preloader(runtime).run(stop)
