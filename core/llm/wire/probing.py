"""Whether a language model answers: the question behind "Test connection"."""

import time
from dataclasses import dataclass

from pydantic import BaseModel

from core.errors import LlmError
from core.llm.message import Check, Message, Request
from core.llm.wire.wire import Wire


@dataclass(frozen=True, slots=True)
class Probe:
    """What one tiny question gave."""

    ok: bool
    model: str
    """Empty: not known."""
    mode: str
    """json_schema, json_object or text; empty without an answer."""
    seconds: float
    """That it wrote; until the failure where it did not."""
    words: str
    """One sentence for the page."""


class _Sum(BaseModel):
    result: int


def probe(wire: Wire, check: Check = lambda: None) -> Probe:
    """Ask for two and two, through all that a real question goes through.

    Raises:
        JobCancelled: by `check`.
    """
    from core.llm.answering import answered  # it rests on this package

    request = Request(
        (
            Message("system", 'You add two numbers and answer in JSON. Example: 1 + 2 gives {"result": 3}'),
            Message("user", "2 + 2"),
        ),
        _Sum.model_json_schema(), "sum", 200, 0.0, wire.settings.seed,
    )  # fmt: skip
    begun = time.perf_counter()
    try:
        got = answered(wire, request, _Sum, check)
    except LlmError as err:
        mode = err.answers[-1].mode if err.answers else ""
        return Probe(False, wire.state().model, mode, time.perf_counter() - begun, str(err))
    last, seconds = got.answers[-1], sum(answer.seconds for answer in got.answers)
    repaired = " after one repair" if len(got.answers) > 1 else ""
    words = f"{wire.model} at {wire.endpoint.name} answers in {seconds:.1f} s ({last.mode}){repaired}."
    return Probe(True, wire.model, last.mode, seconds, words)
