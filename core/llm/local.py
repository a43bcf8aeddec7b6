"""A language model on this machine: a GGUF file of the user's, served on the loopback by a process of its own."""

import importlib.util
import os
import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import LlmMisconfigured, LlmUnreachable
from core.llm.local_process import Child, no_start, size_of
from core.llm.message import Check

CONTEXT = 8192
"""Tokens of one request and its answer together, at most; more take more memory."""
PATIENCE = 300.0
"""Seconds that a model may take to load; a large one comes slowly from a slow disk."""

Tell = Callable[[str], None]


class LocalServer:
    """Serves one GGUF file through xllamacpp. Safe to share between threads.

    Nothing starts before the first `start()`. The process listens on 127.0.0.1 only, and ends with `close()`, with this
    process, and also when this process dies without saying so.
    """

    def __init__(
        self, gguf: Path, context: int = CONTEXT, threads: int = 0, patience: float = PATIENCE
    ) -> None:
        """`context` in tokens; `threads` 0: half of this machine's processors; `patience` in seconds."""
        self.gguf = gguf.expanduser()
        self._context = context
        self._threads = threads or _half_of_the_processors()
        self._patience = patience
        self._turn = threading.Lock()
        self._child: Child | None = None
        self._port = 0
        self._retired = ""

    @property
    def model(self) -> str:
        """What the server calls its model: the file's name without ending."""
        return self.gguf.stem

    @property
    def running(self) -> bool:
        """True when the model answers."""
        child = self._child
        return child is not None and child.alive and bool(child.url)

    @property
    def process_id(self) -> int | None:
        """Of the process that serves, while it runs."""
        child = self._child
        return child.process.pid if child is not None and child.alive else None

    def start(self, tell: Tell = lambda words: None, check: Check = lambda: None) -> str:
        """The address for an OpenAI client (http://127.0.0.1:PORT/v1), once the model answers.

        Call it before every request: it costs nothing while the process runs, and starts it again, on the same port
        where that is still free, when it was closed or has died. `tell` hears what is waited for; `check` is called
        five times a second.

        Raises:
            LlmMisconfigured: the file or the library is missing, or the model cannot be loaded.
            LlmUnreachable: it takes longer than `patience`, was closed meanwhile or was retired.
            JobCancelled: by `check`; the model goes on loading for whoever asks next.
        """
        with _turn(self._turn, check):
            child = self._child
            if self._retired:
                raise LlmUnreachable(self._retired)
            if child is None or not child.alive:
                _check_file(self.gguf)
                _check_library()
                child = self._child = self._spawn(self._port)
            return self._ready(child, tell, check) + "/v1"

    def close(self) -> None:
        """End the process, if it runs; a later `start` brings it back."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def retire(self, why: str) -> None:
        """End the process for good: a later `start` raises LlmUnreachable with this sentence."""
        self._retired = why
        self.close()

    def _spawn(self, port: int) -> Child:
        return Child(
            {
                "gguf": str(self.gguf.resolve()),
                "name": self.model,
                "port": port,
                "context": self._context,
                "threads": self._threads,
            }
        )

    def _ready(self, child: Child, tell: Tell, check: Check) -> str:
        while not child.url:
            check()
            if self._retired:
                self.close()
                raise LlmUnreachable(self._retired)
            waited = time.monotonic() - child.started
            if not child.alive:
                if self._child is not child:
                    raise LlmUnreachable(f"The model {self.model} was stopped while it was loading.")
                if self._port:  # taken by someone else since
                    self._port = 0
                    child = self._child = self._spawn(0)
                    continue
                self._child = None
                child.end()
                raise no_start(self.gguf, child)
            if waited > self._patience:
                self.close()
                raise LlmUnreachable(
                    f"The model {self.gguf} did not load within {self._patience:.0f} seconds: choose a smaller file in "
                    "llm.gguf, or close other programs."
                )
            tell(f"Loading {self.model} ({size_of(self.gguf)}), {waited:.0f} s")
            child.wait(0.2)
        self._port = int(child.url.rpartition(":")[2])
        return child.url


def shared_server(gguf: Path, context: int = CONTEXT) -> LocalServer:
    """The one local server of this process; asking for another file retires the one that ran before."""
    kept = _kept()
    with kept["lock"]:
        server: LocalServer | None = kept.get("server")
        if server is None or server.gguf != gguf.expanduser() or server._context != context:
            former, server = server, LocalServer(gguf, context)
            kept["server"] = server
            if former is not None:
                former.retire(
                    f"The model {former.model} was closed because the settings name another: start the work again."
                )
        return server


def close_shared_server() -> None:
    """End the local server of this process, if there is one; work under way cannot bring it back."""
    kept = _kept()
    with kept["lock"]:
        server: LocalServer | None = kept.pop("server", None)
    if server is not None:
        server.retire("The local model was closed with the app.")


def _kept() -> dict[str, Any]:
    """On a module of its own: Streamlit re-imports edited modules while threads of the old ones run on."""
    name = "_glassbox_local_model"
    kept = sys.modules.setdefault(name, types.ModuleType(name)).__dict__
    kept.setdefault("lock", threading.Lock())
    return kept


@contextmanager
def _turn(lock: threading.Lock, check: Check) -> Iterator[None]:
    """The lock, with a look at `check` while waiting for it."""
    while not lock.acquire(timeout=0.2):
        check()
    try:
        yield
    finally:
        lock.release()


def _half_of_the_processors() -> int:
    """The app works beside the model, and threads that wait for one that was put off are many times slower than fewer."""
    mine = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, mine // 2)


def _check_file(gguf: Path) -> None:
    hint = "name a GGUF file of a chat model in the setting llm.gguf"
    if not gguf.is_file():
        what = "is a folder" if gguf.is_dir() else "does not exist"
        raise LlmMisconfigured(f"The model file {gguf} {what}: {hint}.")
    try:
        with gguf.open("rb") as file:
            magic = file.read(4)
    except OSError as err:
        raise LlmMisconfigured(f"The model file {gguf} cannot be read ({err.strerror}): {hint}.") from err
    if magic != b"GGUF":
        raise LlmMisconfigured(
            f"The file {gguf} is no GGUF (it does not begin with these letters): {hint}; other formats must be "
            "converted first."
        )


def _check_library() -> None:
    if importlib.util.find_spec("xllamacpp") is None:
        raise LlmMisconfigured(
            "To serve a model on this machine xllamacpp is needed: pip install -r requirements-local-llm.txt, or choose "
            "another llm.preset."
        )
