"""One GET with a deadline over the whole answer and a size limit; every failure is one of our errors."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unreachable

USER_AGENT = "Glassbox/0.1 (market research)"
MAX_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of status 200, or 304 without a body."""

    status: int
    headers: Mapping[str, str]
    """Found in any case of letters."""
    body: bytes


def fetch(
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float,
    name: str,
    max_bytes: int = MAX_BYTES,
    redirects: bool = True,
) -> Answer:
    """Ask one address.

    Args:
        timeout: seconds for the whole answer.
        name: what messages call the source; neither address nor headers appear in them.
        redirects: False where a header holds a key, which no other host should see.
    Raises:
        SourceError: RateLimited (429), NeedsKey (401, 403), NotFound (other 4xx), Unreachable (5xx, no answer, cut
            answer) or BadData (too long).
    """
    import requests
    import urllib3.exceptions

    deadline = time.monotonic() + timeout
    sent = {"User-Agent": USER_AGENT, **(headers or {})}
    try:
        with requests.get(
            url, params=params, headers=sent, timeout=timeout, stream=True, allow_redirects=redirects
        ) as response:
            if response.status_code == 304:
                return Answer(304, response.headers, b"")
            if response.status_code != 200:
                raise refusal(response.status_code, response.headers, name)
            return Answer(200, response.headers, _body(response, deadline, timeout, name, max_bytes))
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as err:
        raise Unreachable(f"{name} did not answer within {timeout:g} seconds") from err
    except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as err:
        raise Unreachable(f"{name} cannot be reached ({type(err).__name__})") from err


def fetch_json(
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float,
    name: str,
    redirects: bool = True,
) -> Any:
    """As `fetch`, read as JSON; BadData when it is none."""
    answer = fetch(url, params=params, headers=headers, timeout=timeout, name=name, redirects=redirects)
    try:
        return json.loads(answer.body, strict=False)
    except (ValueError, RecursionError) as err:
        raise BadData(f"{name} answered with something that is no JSON") from err


def refusal(status: int, headers: Mapping[str, str], name: str) -> SourceError:
    """The error that a status other than 200 means."""
    if status == 429:
        return RateLimited(f"{name} asks to slow down (429)", _seconds(headers.get("Retry-After", "")))
    if status in (401, 403):
        return NeedsKey(f"{name} refuses the request ({status})")
    if 400 <= status < 500:
        return NotFound(f"{name} has nothing at the address asked for ({status})")
    return Unreachable(f"{name} has a fault of its own (status {status})")


def _body(response: Any, deadline: float, timeout: float, name: str, max_bytes: int) -> bytes:
    # read1 returns what has come, so that a trickle of bytes cannot outwait the deadline
    body = bytearray()
    while piece := response.raw.read1(65_536, decode_content=True):
        body += piece
        if len(body) > max_bytes:
            raise BadData(f"{name} sends more than {max_bytes / 1e6:g} MB")
        if time.monotonic() > deadline:
            raise Unreachable(f"{name} did not finish within {timeout:g} seconds")
    return bytes(body)


def _seconds(retry_after: str) -> float | None:
    """Of a Retry-After header: seconds, or a date (RFC 9110, 10.2.3)."""
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        wait = (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return None
    return max(wait, 0.0)
