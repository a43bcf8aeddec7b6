"""Where the server of a home folder listens: a small file, written when it is ready and removed when it ends."""

import json
import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from core.errors import InputError
from core.settings.loading import ROOT

VARIABLE = "GLASSBOX_SERVER"
KNOCK = "X-Glassbox-Knock"
"""Header that names a file which only one who may write in the home folder can have made."""
KNOCK_LIVES = 60.0
"""Seconds."""
_NAME = re.compile(r"[A-Za-z0-9_-]{43}")
_EVERYWHERE = {"", "0.0.0.0", "::"}


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """A server that may be asked."""

    url: str
    """Without a slash at the end, e.g. http://127.0.0.1:8501."""
    pid: int | None
    """Of its process; None when the environment named the server."""
    started_at: str = ""
    """ISO moment in UTC."""

    @property
    def words(self) -> str:
        """For a sentence."""
        return f"the server at {self.url}" + (f" (process {self.pid})" if self.pid else "")


def home_folder(environment: Mapping[str, str]) -> Path:
    """The folder that commands work in, as `load_settings` finds it; settings that cannot be read do not matter here."""
    return Path(environment.get("GLASSBOX_HOME") or ROOT)


def whereabouts(address: str, port: int, secure: bool, pid: int, at: datetime) -> Whereabouts:
    """Of a server that is bound to an address; one that is bound to all of them is asked on this machine's own."""
    host = "127.0.0.1" if address in _EVERYWHERE else address
    host = f"[{host}]" if ":" in host else host
    return Whereabouts(f"{'https' if secure else 'http'}://{host}:{port}", pid, at.isoformat())


def leave(home: Path, where: Whereabouts) -> None:
    """Write the file in one step."""
    path = _path(home)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(asdict(where)), "utf-8")
    partial.replace(path)


def take_back(home: Path, pid: int) -> None:
    """Remove the file, if it is still that process's."""
    where = _read(_path(home))
    if where is not None and where.pid == pid:
        _path(home).unlink(missing_ok=True)


def find(home: Path, environment: Mapping[str, str]) -> Whereabouts | None:
    """The server that commands go through: the one that the environment names, else that of the home folder.

    A file whose process is gone was left by a crash and counts for nothing.

    Raises:
        InputError: the environment names something that is no address.
    """
    named = environment.get(VARIABLE, "").strip().rstrip("/")
    if named:
        if not re.fullmatch(r"https?://[^/\s?#@]+", named):
            raise InputError(f"{VARIABLE}={named!r} is no address: write it like http://127.0.0.1:8501.")
        return Whereabouts(named, None)
    where = _read(_path(home))
    return where if where is not None and where.pid is not None and _alive(where.pid) else None


def knock(home: Path) -> str:
    """Show to the server of a home folder that one may write in it; returns the name to send.

    Whoever may write there could as well stop the server and open the database, so no more is given away than was
    open already; and no secret has to lie on the disk.
    """
    folder = _knocks(home)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():  # knocks that nobody heard
        if time.time() - old.stat().st_mtime > KNOCK_LIVES:
            old.unlink(missing_ok=True)
    name = secrets.token_urlsafe(32)
    (folder / name).touch(mode=0o600)
    return name


def heard(home: Path, name: str, now: float) -> bool:
    """Whether somebody knocked by that name a moment ago; it counts once.

    Args:
        now: seconds since the epoch, by the clock of the file system.
    """
    if not _NAME.fullmatch(name):
        return False
    path = _knocks(home) / name
    try:
        made = path.lstat().st_mtime
        path.unlink()
    except OSError:
        return False
    return abs(now - made) <= KNOCK_LIVES


def _path(home: Path) -> Path:
    return home / "data" / "server.json"


def _knocks(home: Path) -> Path:
    return home / "data" / "knocks"


def _read(path: Path) -> Whereabouts | None:
    try:
        told = json.loads(path.read_text("utf-8"))
        return Whereabouts(str(told["url"]), int(told["pid"]), str(told["started_at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # no file, or one that no server wrote


def _alive(pid: int) -> bool:
    if (
        os.name == "nt"
    ):  # signal 0 would end the process there; a dead one does not answer, which is seen next
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
