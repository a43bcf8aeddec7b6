"""The `openai` client, opened late and held within bounds: one request, one answer, or one failure in our words."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.errors import LlmMalformed, LlmMisconfigured, LlmUnreachable
from core.llm.message import Answer, Endpoint, Request
from core.llm.wire.dialect import Dialect
from core.llm.wire.failure import Failed, Failure, late, of_status, unreachable, words_of

if TYPE_CHECKING:
    from openai import OpenAI

_CONNECT_SECONDS = 10.0
_IN_WORDS = {
    "ConnectError": "no connection",
    "ReadError": "the answer was cut",
    "RemoteProtocolError": "the answer was cut",
}
"""Exceptions of httpx2."""


@dataclass(frozen=True, slots=True)
class Line:
    """An open client and where it leads."""

    client: "OpenAI"
    address: str
    endpoint: Endpoint
    seconds: float
    clock: Callable[[], datetime]

    def post(self, request: Request, dialect: Dialect, model: str) -> Answer:
        """Send once.

        Raises:
            Failed: no answer; neither it nor what it was raised from holds the key.
        """
        begun = time.perf_counter()
        said = self._call(
            lambda: self.client.chat.completions.create(model=model, **dialect.body(request)), model
        )
        return _answer(said, request, dialect, time.perf_counter() - begun, self, model)

    def models(self) -> tuple[str, ...]:
        """Names that the server lists.

        Raises:
            Failed: it lists none, or does not answer.
        """
        listed = self._call(lambda: self.client.models.list(), self.endpoint.model or "asked for")
        data = getattr(listed, "data", None)
        names = tuple(str(getattr(entry, "id", "") or "") for entry in data) if isinstance(data, list) else ()
        return tuple(name for name in names if name)

    def _call(self, question: Callable[[], Any], model: str) -> Any:
        """What the client returns; its errors as ours, raised outside of the handlers: they hold the request."""
        import openai

        from core.llm.wire.bounded import TooLate, TooMuch

        begun = time.monotonic()
        try:
            return question()
        except openai.APIStatusError as err:
            headers: Mapping[str, str] = err.response.headers
            words = words_of(err.body)
            failure = of_status(err.status_code, words, headers, self.endpoint, model, self.clock())
        except (openai.APITimeoutError, TooLate):
            failure = late(self.endpoint, self.seconds)
        except openai.APIConnectionError as err:
            why = type(err.__cause__).__name__
            if time.monotonic() - begun >= self.seconds:
                failure = late(self.endpoint, self.seconds)
            else:
                failure = unreachable(self.endpoint, _IN_WORDS.get(why, why))
        except TooMuch:
            failure = Failure(
                LlmMalformed(f"{self.endpoint.name} sends more than any answer holds."), again=False
            )
        except openai.OpenAIError as err:
            failure = unreachable(self.endpoint, type(err).__name__)
        except (ValueError, RecursionError, AttributeError, TypeError):  # no JSON, or none of the protocol
            failure = _no_protocol(self.endpoint)
        raise Failed(failure)


def open_line(endpoint: Endpoint, base_url: str, seconds: float, clock: Callable[[], datetime]) -> Line:
    """A client for this address; nothing is asked yet.

    A server on this machine is asked directly, whatever proxy the environment names.
    """
    import httpx2
    from openai import DefaultHttpxClient, Omit, OpenAI

    from core.llm.wire.bounded import bound

    http = DefaultHttpxClient(
        timeout=httpx2.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds)),
        trust_env=not endpoint.free,
        headers={"Accept-Encoding": "identity"},
        event_hooks={"response": [lambda response: bound(response, seconds)]},
    )
    key = endpoint.key.get_secret_value() if endpoint.key is not None else "none"
    # nothing of the environment's goes to an address that it was not meant for
    unsent: dict[str, Any] = {"OpenAI-Organization": Omit(), "OpenAI-Project": Omit()}
    client = OpenAI(
        api_key=key, base_url=base_url, max_retries=0, timeout=http.timeout, http_client=http,
        default_headers=unsent,
    )  # fmt: skip
    return Line(client, base_url, endpoint, seconds, clock)


def _answer(said: Any, request: Request, dialect: Dialect, seconds: float, line: Line, model: str) -> Answer:
    """The answer in what the client made of the body; it checks nothing, so that each part may be missing.

    Raises:
        Failed: there is none in it.
    """
    fault = getattr(said, "error", None)
    if fault:  # OpenRouter hands on a provider's fault with status 200
        code = fault.get("code") if isinstance(fault, dict) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 502
        raise Failed(of_status(status, words_of({"error": fault}), {}, line.endpoint, model, line.clock()))
    choices = getattr(said, "choices", None)
    if not isinstance(choices, list):
        raise Failed(_no_protocol(line.endpoint))
    choice = choices[0] if choices else None
    message = getattr(choice, "message", None)
    if message is None:
        empty = LlmUnreachable(
            f"The language model at {line.endpoint.name} sent an answer without content: try later."
        )
        raise Failed(Failure(empty, again=True))
    text, refusal = getattr(message, "content", None), getattr(message, "refusal", None)
    text = text if isinstance(text, str) else ""
    usage = getattr(said, "usage", None)
    asked = sum(len(m.content) for m in request.messages)
    return Answer(
        text=text,
        finish=str(getattr(choice, "finish_reason", None) or "stop"),
        tokens_in=_count(getattr(usage, "prompt_tokens", None), asked),
        tokens_out=_count(getattr(usage, "completion_tokens", None), len(text)),
        seconds=seconds,
        mode=dialect.mode.value,
        attempts=1,
        refusal=refusal if isinstance(refusal, str) else "",
    )


def _count(reported: Any, characters: int) -> int:
    """Tokens as reported; about four characters each where the server does not count."""
    return reported if isinstance(reported, int) and reported >= 0 else -(-characters // 4)


def _no_protocol(endpoint: Endpoint) -> Failure:
    error = LlmMisconfigured(
        f"{endpoint.name} answers with something that is no chat completion: correct llm.base_url, which mostly ends in /v1."
    )
    return Failure(error, again=False)
