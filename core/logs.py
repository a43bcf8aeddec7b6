"""The log: one JSON object a line in a file that rotates, readable lines on the console, and no secret in either."""

import json
import logging
import sys
import threading
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from core.hiding import HIDDEN, HideSecrets, secrets_of
from core.settings import Settings

__all__ = ["HIDDEN", "JOB", "ON_CONSOLE", "hide_these", "log_file", "start_logging"]

MEGABYTES, FILES = 5, 5
"""A file is put aside at so many, and so many are kept."""
JOB: ContextVar[str] = ContextVar("job", default="")
"""Id of the job that this thread does, which is the id of its cycle too; in every line that it logs."""
ON_CONSOLE = {"on_console": True}
"""`extra` of a line that the console shows whatever its level: no trouble, but whoever starts the program should see it."""
_NAME = "glassbox"


def start_logging(settings: Settings, console: int = logging.WARNING) -> Path:
    """Send everything that the program logs to a file of the home folder and to the console; returns the file.

    Done again (other settings, other keys), it replaces what it set up before.

    Args:
        console: least level of the console, which shows lines marked ON_CONSOLE too; the file takes INFO and above.
    """
    path = log_file(settings.home)
    path.parent.mkdir(parents=True, exist_ok=True)
    hide = HideSecrets(secrets_of(settings))
    file = RotatingFileHandler(
        path, maxBytes=MEGABYTES * 1_000_000, backupCount=FILES, encoding="utf-8", delay=True
    )
    file.setLevel(logging.INFO)
    file.setFormatter(JsonLines(hide))
    screen = logging.StreamHandler(sys.stderr)
    screen.addFilter(lambda record: record.levelno >= console or hasattr(record, "on_console"))
    screen.setFormatter(Readable(hide))
    root = logging.getLogger()
    for handler in [one for one in root.handlers if one.get_name() == _NAME]:
        root.removeHandler(handler)
        handler.close()
    for handler in (file, screen):
        handler.set_name(_NAME)
        root.addHandler(handler)
    logging.getLogger("core").setLevel(logging.INFO)
    _hide_everywhere(hide)
    return path


def log_file(home: Path) -> Path:
    """The file that is written to now; older ones end in .1, .2 …"""
    return home / "data" / "logs" / "glassbox.jsonl"


def hide_these(settings: Settings) -> None:
    """Let the log hide the secrets of changed settings too."""
    hide = HideSecrets(secrets_of(settings))
    ours = [one for one in logging.getLogger().handlers if isinstance(one.formatter, JsonLines | Readable)]
    for handler in ours:
        assert isinstance(handler.formatter, JsonLines | Readable)
        handler.formatter.hide = hide
    if ours:
        _hide_everywhere(hide)


def _hide_everywhere(hide: HideSecrets) -> None:
    """Other libraries have handlers of their own, the server's among them: records are made without secrets, and what
    ends a thread becomes a record too."""

    def make(*told: Any, **more: Any) -> logging.LogRecord:
        record = logging.LogRecord(*told, **more)
        try:
            record.msg, record.args = hide(record.getMessage()), ()
        except (TypeError, ValueError):  # a wrong format: logging itself says so
            return record
        if record.exc_info:
            record.exc_text = hide("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return record

    def ended(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            name = args.thread.name if args.thread else "a thread"
            told = (args.exc_type, args.exc_value, args.exc_traceback)
            logging.getLogger(__name__).critical("%s ended by a fault", name, exc_info=told)

    logging.setLogRecordFactory(make)
    threading.excepthook = ended


class JsonLines(logging.Formatter):
    """One JSON object: time, level, logger, message, job, request, thread, error."""

    def __init__(self, hide: HideSecrets) -> None:
        super().__init__()
        self.hide = hide

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "message": self.hide(record.getMessage()),
            "job": JOB.get(), "request": request_id(), "thread": record.threadName,
        }  # fmt: skip
        if record.exc_info:
            told["error"] = self.hide(self.formatException(record.exc_info))
        return json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)


class Readable(logging.Formatter):
    """Level, logger and message on a line."""

    def __init__(self, hide: HideSecrets) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self.hide = hide

    def format(self, record: logging.LogRecord) -> str:
        """The record as it is shown."""
        return self.hide(super().format(record))


def request_id() -> str:
    """Id of the REST request that is being answered; empty outside of one. Loads nothing that is not loaded."""
    module = sys.modules.get("core.api.request_id")
    return "" if module is None else str(module.current_request_id())
