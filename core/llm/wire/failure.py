"""What went wrong on the wire, in our words: whether to try again, when, and who is to blame."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from core.errors import LlmError, LlmMisconfigured, LlmRateLimited, LlmTruncated, LlmUnreachable
from core.llm.message import Endpoint

_TOO_LONG = re.compile(
    r"context.{0,20}(length|size|window)|exceed_context|maximum context|prompt is too long|too many tokens",
    re.I,
)
_NO_MONEY = re.compile(r"insufficient_quota|insufficient credits|exceeded your current quota|billing", re.I)
_NO_MODEL = re.compile(r"model.{0,80}(not found|not exist|no such|unknown|not a valid|invalid)|(unknown|invalid|no such).{0,20}model", re.I)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """One request that gave no answer."""

    error: LlmError
    """One sentence; it never holds the key."""
    again: bool
    """True when the same request may succeed a little later."""
    wait: float | None = None
    """Seconds that the server wants us to wait."""
    slow: bool = False
    """True when it had too much to do: fewer requests at once may help."""
    counts: bool = True
    """True when it speaks against the endpoint, not against the one request."""
    status: int = 0
    """Of HTTP; 0 when none came."""
    words: str = ""
    """The server's own."""
    explained: bool = False
    """True when these leave no doubt what was refused."""


class Failed(Exception):
    """Carries a failure up to where it is tried again."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure.error))
        self.failure = failure


def of_status(
    status: int, words: str, headers: Mapping[str, str], endpoint: Endpoint, model: str, now: datetime
) -> Failure:
    """The failure that a status other than 200 means; `words` are the body's."""
    said = quoted(words, endpoint)
    name = f"The language model at {endpoint.name}"
    if status == 401:
        refused = LlmMisconfigured(f"{name} refuses the key (401): set or correct GLASSBOX_KEYS__LLM.")
        return Failure(refused, again=False, status=status)
    if status == 403:
        closed = LlmMisconfigured(
            f"{name} gives no access (403{said}): see what the key and the account may do."
        )
        return Failure(closed, again=False, status=status)
    if status == 402 or (status == 429 and _NO_MONEY.search(words)):
        broke = LlmRateLimited(
            f"The account at {endpoint.name} has no money left ({status}): top it up there."
        )
        return Failure(broke, again=False, status=status, words=words)
    if status == 429:
        wait = wait_seconds(headers, now)
        until = "" if wait is None else f" for {wait:.0f} seconds"
        limited = LlmRateLimited(
            f"{name} asks to slow down{until} (429): try later, or lower llm.concurrency."
        )
        return Failure(limited, again=True, wait=wait, slow=True, counts=False, status=status, words=words)
    if status in (400, 413, 422) and (_TOO_LONG.search(words) or status == 413):
        long = LlmTruncated(f"The question is longer than {model} at {endpoint.name} can read ({status}).")
        return Failure(long, again=False, counts=False, status=status, words=words, explained=True)
    if status == 404 or (status == 400 and _NO_MODEL.search(words)):
        unknown = f"{endpoint.name} does not know the model {model} or the address ({status}{said}): correct llm.model or llm.base_url."
        return Failure(
            LlmMisconfigured(unknown), again=False, status=status, words=words, explained=status == 400
        )
    if status in (408, 409, 425) or status >= 500:
        broken = LlmUnreachable(f"{name} has a fault of its own ({status}{said}): try later.")
        return Failure(
            broken, again=True, wait=wait_seconds(headers, now), slow=status in (408, 503, 504, 529),
            status=status, words=words,
        )  # fmt: skip
    if status < 400:
        moved = LlmMisconfigured(f"{name} sends to another address ({status}): correct llm.base_url.")
        return Failure(moved, again=False, status=status)
    odd = LlmMisconfigured(f"{name} refuses the request ({status}{said}): see whether it fits {model}.")
    return Failure(odd, again=False, counts=False, status=status, words=words)


def unreachable(endpoint: Endpoint, why: str) -> Failure:
    """Nothing, or half an answer, came."""
    where = "see whether it runs" if endpoint.free else "see whether the network is open"
    return Failure(
        LlmUnreachable(f"The language model at {endpoint.name} cannot be reached ({why}): {where}."),
        again=True,
    )


def late(endpoint: Endpoint, seconds: float) -> Failure:
    """No whole answer in time."""
    error = LlmUnreachable(
        f"The language model at {endpoint.name} did not answer within {seconds:g} seconds: raise "
        "llm.timeout_seconds, or lower llm.batch_units."
    )
    return Failure(error, again=True, slow=True)


def wait_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """What Retry-After asks for: seconds, or a date (RFC 9110, 10.2.3); None when it asks for nothing readable.

    The header retry-after-ms, which Azure and OpenAI send along, is finer and comes first.
    """
    milliseconds, asked = headers.get("retry-after-ms", ""), headers.get("retry-after", "").strip()
    for text, unit in ((milliseconds, 1000.0), (asked, 1.0)):
        if re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text.strip()):
            return float(text) / unit
    try:
        date = parsedate_to_datetime(asked)
    except (ValueError, TypeError, OverflowError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max((date - now).total_seconds(), 0.0)


def words_of(body: Any) -> str:
    """What an error's body says, whatever its shape."""
    if isinstance(body, dict):
        inner = body.get("error", body)
        said = inner.get("message", inner) if isinstance(inner, dict) else inner
        more = f" {inner.get('code') or ''} {inner.get('type') or ''}" if isinstance(inner, dict) else ""
        return f"{said}{more}"[:4000]
    return str(body or "")[:4000]


def quoted(words: str, endpoint: Endpoint) -> str:
    """A server's words as the end of a parenthesis: one short line without the key."""
    if endpoint.key is not None:
        words = words.replace(endpoint.key.get_secret_value(), "…")
    plain = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    if not plain or plain.startswith("<"):
        return ""
    return f", it says: {plain[:160]}{'…' if len(plain) > 160 else ''}"
