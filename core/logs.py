"""The log: one JSON object a line in a file that rotates, readable lines on the console, and no secret in either."""

import json
import logging
import sys
from collections.abc import Collection
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pydantic import SecretStr

from core.settings import Keys, Settings

MEGABYTES, FILES = 5, 5
"""A file is put aside at so many, and so many are kept."""
HIDDEN = "[secret]"
JOB: ContextVar[str] = ContextVar("job", default="")
"""Id of the job that this thread does, which is the id of its cycle too; in every line that it logs."""
_SHORTEST = 6
"""Secrets shorter than this would take ordinary words out of the log."""
_NAME = "glassbox"


def start_logging(settings: Settings, console: int = logging.WARNING) -> Path:
    """Send everything that the program logs to a file of the home folder and to the console; returns the file.

    Done again (other settings, other keys), it replaces what it set up before.

    Args:
        console: least level of the console; the file takes INFO and above.
    """
    folder = settings.home / "data" / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "glassbox.jsonl"
    hide = HideSecrets(secrets_of(settings.keys))
    file = RotatingFileHandler(
        path, maxBytes=MEGABYTES * 1_000_000, backupCount=FILES, encoding="utf-8", delay=True
    )
    file.setLevel(logging.INFO)
    file.setFormatter(JsonLines(hide))
    screen = logging.StreamHandler(sys.stderr)
    screen.setLevel(console)
    screen.setFormatter(Readable(hide))
    root = logging.getLogger()
    for handler in [one for one in root.handlers if one.get_name() == _NAME]:
        root.removeHandler(handler)
        handler.close()
    for handler in (file, screen):
        handler.set_name(_NAME)
        root.addHandler(handler)
    logging.getLogger("core").setLevel(logging.INFO)
    return path


def secrets_of(keys: Keys) -> tuple[str, ...]:
    """Every secret that is set, and each part of one that is a list; longest first."""
    found: set[str] = set()
    for name in type(keys).model_fields:
        value = getattr(keys, name)
        if isinstance(value, SecretStr):
            words = value.get_secret_value().split()
            found |= {value.get_secret_value(), *words, *(word.partition("=")[2] for word in words)}
    return tuple(sorted((one for one in found if len(one) >= _SHORTEST), key=len, reverse=True))


class HideSecrets:
    """Takes secrets out of a text, whoever put them there: our own message, a library's, a traceback."""

    def __init__(self, secrets: Collection[str]) -> None:
        self._secrets = tuple(secrets)

    def __call__(self, text: str) -> str:
        """The text with every secret replaced."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


class JsonLines(logging.Formatter):
    """One JSON object: time, level, logger, message, job, request, thread, error."""

    def __init__(self, hide: HideSecrets) -> None:
        super().__init__()
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "message": self._hide(record.getMessage()),
            "job": JOB.get(), "request": request_id(), "thread": record.threadName,
        }  # fmt: skip
        if record.exc_info:
            told["error"] = self._hide(self.formatException(record.exc_info))
        return json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)


class Readable(logging.Formatter):
    """Level, logger and message on a line."""

    def __init__(self, hide: HideSecrets) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self._hide = hide

    def format(self, record: logging.LogRecord) -> str:
        """The record as it is shown."""
        return self._hide(super().format(record))


def request_id() -> str:
    """Id of the REST request that is being answered; empty outside of one. Loads nothing that is not loaded."""
    module = sys.modules.get("core.api.request_id")
    return "" if module is None else str(module.current_request_id())
