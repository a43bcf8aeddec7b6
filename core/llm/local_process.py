"""The process that serves a GGUF file, as its parent sees it: how it starts, what it says, why it ended."""

import atexit
import json
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

from core.errors import LlmError, LlmMisconfigured, LlmUnreachable

KILLED = -9
"""Exit code of a process that the system ended (SIGKILL), as it does when memory runs out."""
CHILD = Path(__file__).with_name("local_child.py")


class Child:
    """The process and what it said."""

    def __init__(self, wanted: dict[str, str | int]) -> None:
        # -P: its folder holds modules of ours, which must not come before the standard library's
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(CHILD), json.dumps(wanted)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, errors="replace", start_new_session=True,
        )  # fmt: skip
        self.started = time.monotonic()
        self.url = ""
        self.last_words: deque[str] = deque(maxlen=20)
        self._news = threading.Event()
        self._readers = [
            threading.Thread(target=read, name="local model", daemon=True)
            for read in (self._hear, self._drain)
        ]
        for reader in self._readers:
            reader.start()
        atexit.register(self.end)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def wait(self, seconds: float) -> None:
        """Until it is ready or gone, at most so long."""
        self._news.wait(seconds)

    def end(self) -> None:
        """Ask it to go, and make it go when it does not."""
        atexit.unregister(self.end)
        assert self.process.stdin is not None
        self.process.stdin.close()
        for force in (None, self.process.terminate, self.process.kill):
            if force is not None:
                force()
            try:
                self.process.wait(3.0)
                break
            except subprocess.TimeoutExpired:
                continue
        for reader in self._readers:
            reader.join(1.0)

    def _hear(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                if line.startswith('{"url"'):
                    self.url = json.loads(line)["url"]
                    self._news.set()
        self.process.wait()
        self._news.set()

    def _drain(self) -> None:
        """A full pipe would stop the server."""
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self.last_words.append(line.strip())


def no_start(gguf: Path, child: Child) -> LlmError:
    """Why a process that has ended never answered."""
    code, said = child.process.returncode, "\n".join(child.last_words).lower()
    if code == KILLED or "failed to allocate" in said or "bad_alloc" in said:
        return LlmMisconfigured(
            f"There is not enough memory for the model {gguf} ({size_of(gguf)}): choose a smaller file in llm.gguf, or "
            "close other programs."
        )
    if "bind" in said:
        return LlmUnreachable(
            "The local model found no port on 127.0.0.1: see whether a firewall or a sandbox forbids listening there."
        )
    mark = "error loading model: "
    why = next((line.partition(mark)[2] for line in child.last_words if mark in line), f"exit code {code}")
    return LlmMisconfigured(
        f"The model {gguf} could not be loaded ({why}): the file may be damaged or of a kind that the installed "
        "xllamacpp does not know; load it again, or choose another in llm.gguf."
    )


def size_of(gguf: Path) -> str:
    """Of the file, in words."""
    size = gguf.stat().st_size
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
