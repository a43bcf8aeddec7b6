"""What happens when the server starts and stops. Light to import: the server is up while the engine still opens."""

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

log = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Open the engine beside the server's own start, and close it at the end; a page that comes early waits for it."""
    opening = threading.Thread(target=_open, name="engine", daemon=True)
    opening.start()
    yield
    opening.join()
    from core.runtime import close_shared_runtime

    close_shared_runtime()


def _open() -> None:
    """Load what the first page needs; what hinders the opening is logged here and told by every page."""
    from core.errors import GlassboxError
    from core.runtime import shared_runtime

    try:
        shared_runtime()
    except GlassboxError as err:
        log.error("%s", err)
    import core.views  # noqa: F401 (so that the first page does not wait for it)
