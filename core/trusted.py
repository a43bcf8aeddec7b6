"""Files that this installation wrote and may therefore read again: written whole, opened only by their checksum.

A joblib file is a pickle: loading one from other hands runs their code.
"""

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from core.errors import UntrustedModel

T = TypeVar("T")


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the target, force it to disk, then rename over it; the file appears complete or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def trusted(path: Path, sha256: str, what: str = "model") -> bytes:
    """The bytes of a file, once they are known to be ours.

    Args:
        what: model or agent, for the sentence of an error.

    Raises:
        UntrustedModel: the file cannot be read or is not the one whose checksum was noted.
    """
    try:
        data = path.read_bytes()
    except OSError as err:
        raise UntrustedModel(
            f"{what.capitalize()} file {path.name} cannot be read: {err.strerror or err}. Train the {what} again."
        ) from err
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UntrustedModel(
            f"{what.capitalize()} file {path.name} is not the one that was written here (its SHA-256 differs), so it was "
            f"not opened. Remove it and train the {what} again."
        )
    return data


MOST = 128
"""How many a shelf keeps: the champions and challengers of some twenty assets at three horizons."""


class Shelf(Generic[T]):
    """What was read from trusted files, in memory by checksum: each file is read and verified once while it is in use.

    What was not used for longest goes first: a process that trains its models anew for weeks may not keep them all.
    """

    def __init__(self, load: Callable[[Path, str], T]) -> None:
        """`load`: from a path and its checksum; raises UntrustedModel."""
        self._load = load
        self._lock = threading.Lock()
        self._kept: dict[str, T] = {}

    def take(self, path: Path, sha256: str) -> T:
        """What a file holds whose checksum is on record.

        Raises:
            UntrustedModel: the file is gone or is not the one that was recorded.
        """
        with self._lock:
            found = self._kept[sha256] if sha256 in self._kept else self._load(path, sha256)
            self._keep(sha256, found)
            return found

    def put(self, sha256: str, made: T) -> None:
        """Keep what was just trained."""
        with self._lock:
            self._keep(sha256, made)

    def _keep(self, sha256: str, found: T) -> None:
        """As the last used; the lock is held."""
        self._kept.pop(sha256, None)
        self._kept[sha256] = found
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
