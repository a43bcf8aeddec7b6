"""What a course tells, line by line: each is written out before the next thing is done."""

import json
import os
from pathlib import Path
from typing import Any


class Log:
    """Lines of course.jsonl, each written out before the next thing is done."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def tell(self, **said: Any) -> None:
        """Append one line."""
        os.write(self._file, (json.dumps(said) + "\n").encode())

    def close(self) -> None:
        os.close(self._file)


def read_log(home: Path) -> list[dict[str, Any]]:
    """The whole lines of course.jsonl; one that a kill cut off is left out."""
    path = home / "course.jsonl"
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return [json.loads(line) for line in lines]


def acknowledged_turns(home: Path) -> int:
    """How many turns of the course are done."""
    path = home / "course.jsonl"
    return path.read_bytes().count(b'{"turn"') if path.exists() else 0
