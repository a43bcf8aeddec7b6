"""How much of the protocol a server understands: learnt from what it refuses, remembered for the next request."""

import json
import re
import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from core.llm.message import Request
from core.llm.wire.failure import Failure
from core.llm.wire.strict_schema import strict


class Mode(StrEnum):
    """How a schema is asked for, best first."""

    SCHEMA = "json_schema"
    """The server lets the model write nothing else."""
    OBJECT = "json_object"
    """The server lets it write JSON; which, stands in the instructions."""
    TEXT = "text"
    """All stands in the instructions."""


_LADDER = tuple(Mode)
_OF_FORMAT = re.compile(r"response_format|json_schema|json_object|structured output|grammar", re.I)
_REFUSALS = (400, 404, 415, 422, 500, 501)
"""Statuses with which servers refuse a parameter that they do not know."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is sent."""

    mode: Mode = Mode.SCHEMA
    limit: str = "max_tokens"
    """Newer models of OpenAI want max_completion_tokens."""
    temperature: bool = True
    """False: the model allows its own only."""
    seed: bool = True

    def body(self, request: Request) -> dict[str, Any]:
        """Arguments of the call, without the model."""
        messages = [{"role": message.role, "content": message.content} for message in request.messages]
        sent: dict[str, Any] = {"messages": messages, self.limit: request.max_tokens}
        if self.temperature:
            sent["temperature"] = request.temperature
        if self.seed:
            sent["seed"] = request.seed
        if self.mode is Mode.SCHEMA:
            wanted = {"name": request.name, "schema": strict(request.schema), "strict": True}
            sent["response_format"] = {"type": "json_schema", "json_schema": wanted}
            return sent
        if self.mode is Mode.OBJECT:
            sent["response_format"] = {"type": "json_object"}
        _instruct(messages, request.schema)
        return sent


@dataclass(frozen=True, slots=True)
class Step:
    """Another dialect to try, and whether the server itself asked for it."""

    dialect: Dialect
    lasting: bool
    """True when the server named what it does not know; False when we only guess from the status."""


def step_after(dialect: Dialect, failure: Failure, proven: bool) -> Step | None:
    """What to try after a refusal; None where another dialect would not help.

    A refusal that names a parameter drops that parameter. One that names nothing is taken for one of the schema only
    as long as the mode has never worked (`proven`): llama-cpp-python's server answers json_schema with a bare 500.
    """
    words = failure.words
    if failure.status not in _REFUSALS or failure.explained:
        return None
    if failure.status in (400, 422):
        if dialect.limit == "max_tokens" and "max_completion_tokens" in words:
            return Step(replace(dialect, limit="max_completion_tokens"), lasting=True)
        if dialect.temperature and "temperature" in words:
            return Step(replace(dialect, temperature=False), lasting=True)
        if dialect.seed and re.search(r"\bseed\b", words):
            return Step(replace(dialect, seed=False), lasting=True)
    if dialect.mode is Mode.TEXT:
        return None
    lower = replace(dialect, mode=_LADDER[_LADDER.index(dialect.mode) + 1])
    if _OF_FORMAT.search(words):
        return Step(lower, lasting=True)
    guess = failure.status in (400, 422, 500, 501) and not proven
    return Step(lower, lasting=False) if guess else None


class Spoken:
    """The dialect that an endpoint was found to understand. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._dialect = Dialect()
        self._proven: Mode | None = None
        self._doubts = 0

    @property
    def dialect(self) -> Dialect:
        """What the next request begins with."""
        return self._dialect

    @property
    def proven(self) -> Mode | None:
        """The mode of the last good answer."""
        return self._proven

    def understood(self, dialect: Dialect, guessed: Failure | None) -> None:
        """A good answer came in this dialect; `guessed`: the unexplained refusal that led to it, if one did.

        A mode that is refused with a fault of the server (5xx) and no word is given up only when that happens twice:
        the first time may have been chance.
        """
        with self._lock:
            if guessed is not None and guessed.status >= 500:
                self._doubts += 1
                if self._doubts < 2:
                    return
            self._dialect, self._proven = dialect, dialect.mode


def _instruct(messages: list[dict[str, str]], schema: dict[str, Any]) -> None:
    """Put the schema at the end of the instructions."""
    wanted = (
        "Answer with one JSON object and nothing else: no explanation, no code fence. It must fit this JSON schema:\n"
        + json.dumps(schema, ensure_ascii=False)
    )
    if messages and messages[0]["role"] == "system":
        messages[0]["content"] += f"\n\n{wanted}"
    else:
        messages.insert(0, {"role": "system", "content": wanted})
