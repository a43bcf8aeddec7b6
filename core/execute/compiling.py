"""How this room's code is compiled: cached on disk, under a name that changes whenever compiled code changes.

numba's own cache looks only at the file that a function stands in: a compiled loop would go on calling the fill rules
of yesterday after another file was edited. Everything compiled here is therefore kept in a folder named after the
contents of all files that hold compiled code, and of the layout that they share.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from numba import config, njit

ROOM = Path(__file__).resolve().parent


def kernel(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """Compile a function of this room; `options` go to numba's njit (parallel, inline …)."""
    if function is None:
        return lambda inner: kernel(inner, **options)
    if FOLDER is None:
        return njit(error_model="numpy", **options)(function)
    usual = vars(config)["CACHE_DIR"]
    vars(config)["CACHE_DIR"] = str(FOLDER)
    try:
        return njit(cache=True, error_model="numpy", **options)(function)
    finally:
        vars(config)["CACHE_DIR"] = usual


def room_stamp(room: Path = ROOM) -> str:
    """A name for the present contents of the room's compiled code."""
    digest = hashlib.sha256()
    for path in sorted(room.glob("*.py")):
        source = path.read_bytes()
        if path.name == "layout.py" or b"compiling import kernel" in source or b"def kernel(" in source:
            digest.update(path.name.encode() + source)
    return digest.hexdigest()[:16]


def cache_folder() -> Path | None:
    """Beside the code where that may be written, else among the user's caches; None where neither can be."""
    name = f"kernels-{room_stamp()}"
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    for folder in (ROOM / "__pycache__" / name, caches / "glassbox" / name):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError:
            continue
        return folder
    return None


FOLDER = cache_folder()
