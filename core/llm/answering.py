"""From a question to a checked answer: JSON found, schema held to, one chance to repair."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import LlmDeclined, LlmError, LlmMalformed, LlmTruncated
from core.llm.message import Answer, Check, Message, Request
from core.llm.wire.json_text import json_in

if TYPE_CHECKING:
    from core.llm.wire import Wire

Value = TypeVar("Value", bound=BaseModel)
_ROOM_PER_TOKEN = 16
"""Characters of the longest tokens; an answer beyond them was never asked for."""
_LEAST_ROOM = 20_000
_SHOWN_AGAIN, _SHOWN_FAULT = 4000, 600
"""Characters of a bad answer, and of what is wrong with it, that go into the repair."""


@dataclass(frozen=True, slots=True)
class Answered(Generic[Value]):
    """A checked answer, and all that was sent to get it."""

    value: Value
    answers: tuple[Answer, ...]
    """One, or two after a repair."""


def answered(
    wire: "Wire", request: Request, kind: type[Value], check: Check = lambda: None
) -> Answered[Value]:
    """Ask, and read the answer as `kind`; what does not fit is sent back once with the fault named.

    Types are not guessed: "0.5" is no number here. NaN and infinity are refused wherever they stand.

    Raises:
        LlmDeclined: the model refused; LlmTruncated: the answer was cut at its token limit; LlmMalformed: it does not
            fit, also after one repair; LlmError: what the wire raised. `answers` of the error holds what was paid for.
        JobCancelled: by `check`.
    """
    answers: tuple[Answer, ...] = ()
    asked = request
    while True:
        try:
            answer = wire.send(asked, check)
        except LlmError as err:
            err.answers = answers
            raise
        answers = (*answers, answer)
        read = _read(answer, request, kind, wire.model)
        if not isinstance(read, Exception):
            return Answered(read, answers)
        if len(answers) > 1 or not isinstance(read, _Misfit):
            fault = LlmMalformed(_sentence(wire.model, read)) if isinstance(read, _Misfit) else read
            fault.answers = answers
            raise fault
        asked = _repair(request, answer, str(read))


class _Misfit(Exception):
    """What is wrong with an answer, for the model to read; worth one repair."""


def _read(answer: Answer, request: Request, kind: type[Value], model: str) -> Value | LlmError | _Misfit:
    if answer.refusal or answer.finish == "content_filter":
        why = " ".join(answer.refusal.split())[:160] or "its filter held the answer back"
        return LlmDeclined(f"{model} declined to answer: {why}")
    if answer.finish == "length":
        return LlmTruncated(
            f"The answer of {model} was cut at {request.max_tokens} tokens: ask about less at once."
        )
    if len(answer.text) > max(_LEAST_ROOM, request.max_tokens * _ROOM_PER_TOKEN):
        return LlmMalformed(
            f"The answer of {model} is {len(answer.text):,} characters long, far more than {request.max_tokens} tokens."
        )
    try:
        return kind.model_validate_json(json_in(answer.text), strict=True)
    except ValidationError as err:
        return _Misfit(_faults(err))
    except ValueError as err:
        return _Misfit(str(err))


def _faults(err: ValidationError) -> str:
    """The first few, each with its place."""
    found = err.errors(include_url=False, include_input=False, include_context=False)
    lines = [f"{'.'.join(map(str, fault['loc'])) or 'answer'}: {fault['msg']}" for fault in found[:5]]
    more = f"; and {len(found) - 5} more" if len(found) > 5 else ""
    return ("; ".join(lines) + more)[:_SHOWN_FAULT]


def _sentence(model: str, fault: Exception) -> str:
    return f"The answer of {model} does not fit the schema, also after one repair ({str(fault)[:200]})."


def _repair(request: Request, answer: Answer, fault: str) -> Request:
    """The same conversation, continued."""
    again = (
        f"That answer cannot be used ({fault}). Give the whole answer again as one JSON object that fits the schema, "
        "and nothing else."
    )
    said = Message("assistant", answer.text[:_SHOWN_AGAIN] or "{}")
    return replace(request, messages=(*request.messages, said, Message("user", again)))
