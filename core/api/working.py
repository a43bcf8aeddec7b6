"""Commands of the command line that the server does for a terminal, each in a thread of its own."""

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from core.api.schemas_commands import CommandEnd, CommandOut, FileOut
from core.commands.command import Answer, Served, served
from core.errors import GlassboxError, InputError, UnknownId
from core.hiding import HideSecrets, secrets_of
from core.runtime import Runtime
from core.settings import load_settings

log = logging.getLogger(__name__)
MOST = 8
"""Commands at the same time; each may wait for jobs, which wait for their threads anyway."""
KEPT = 600.0
"""Seconds that an answer waits for whoever asked."""


@dataclass(slots=True, eq=False)
class Running:
    """One command."""

    who: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    lines: list[str] = field(default_factory=list)
    end: CommandEnd | None = None
    ended_at: float = 0.0
    _news: threading.Condition = field(default_factory=threading.Condition)

    def tell(self, line: str) -> None:
        """A line of progress."""
        with self._news:
            self.lines.append(line)
            self._news.notify_all()

    def finish(self, end: CommandEnd) -> None:
        """It ended."""
        with self._news:
            self.end, self.ended_at = end, time.monotonic()
            self._news.notify_all()

    def told(self, after: int, wait: float) -> CommandOut:
        """What came after so many lines; waits a while when nothing has come yet."""
        with self._news:
            self._news.wait_for(lambda: self.end is not None or len(self.lines) > after, wait)
            fresh = self.lines[after:]
            return CommandOut(id=self.id, lines=fresh, after=after + len(fresh), end=self.end)


class Working:
    """All commands that the server does at the moment; one for each application."""

    def __init__(self) -> None:
        self._running: dict[str, Running] = {}
        self._lock = threading.Lock()

    def begin(
        self, who: str, origin: str, engine: Runtime, work: Callable[[], Answer], secret: bool = False
    ) -> Running:
        """Start one.

        Args:
            secret: its answer may hold a secret that was made for whoever asks; of all others they are taken out.

        Raises:
            GlassboxError: too many are under way.
        """
        with self._lock:
            old = time.monotonic() - KEPT
            self._running = {k: r for k, r in self._running.items() if r.end is None or r.ended_at > old}
            if sum(one.end is None for one in self._running.values()) >= MOST:
                raise GlassboxError(
                    f"The server does {MOST} commands already: try again when one of them has ended."
                )
            running = Running(who)
            self._running[running.id] = running
        threading.Thread(
            target=_work, args=(running, origin, engine, work, secret), name="command", daemon=True
        ).start()
        return running

    def told(self, command_id: str, who: str, after: int, wait: float) -> CommandOut:
        """How one goes, for whoever began it; its end is told once.

        Raises:
            UnknownId: nobody of that name began it, or its end was told already.
        """
        running = self._running.get(command_id)
        if running is None or running.who != who:
            raise UnknownId(f"There is no command {command_id!r} under way.")
        told = running.told(after, wait)
        if told.end is not None:
            with self._lock:
                self._running.pop(command_id, None)
        return told


def _work(running: Running, origin: str, engine: Runtime, work: Callable[[], Answer], secret: bool) -> None:
    before = _settings_file(engine)
    hide = str if secret else HideSecrets(secrets_of(engine.settings))
    try:
        with served(Served(engine, running.who, origin, lambda line: running.tell(hide(line)))):
            answer = work()
        if _settings_file(engine) != before:  # a profile, a password: new work starts with them
            engine.apply(load_settings(home=engine.settings.home))
        end = CommandEnd(
            code=0 if answer.done else 1, text=hide(answer.text), refusal="",
            data=hide(json.dumps(answer.data, ensure_ascii=False, default=str)),
            files=[FileOut(path=str(file.path), text=hide(file.text)) for file in answer.files],
        )  # fmt: skip
    except GlassboxError as err:
        end = _refusal(hide(str(err)), err, 2 if isinstance(err, InputError) else 1)
    except Exception as err:  # a thread is an edge: the fault is logged and told
        log.exception("a command of %s failed", running.who)
        end = _refusal(f"Unexpected {type(err).__name__}; the server's log has the details.", err, 1)
    running.finish(end)


def _refusal(words: str, err: Exception, code: int) -> CommandEnd:
    data = json.dumps({"error": words, "kind": type(err).__name__}, ensure_ascii=False)
    return CommandEnd(code=code, text="", data=data, refusal=words, files=[])


def _settings_file(engine: Runtime) -> bytes:
    path = engine.settings.home / "settings.toml"
    return path.read_bytes() if path.exists() else b""
