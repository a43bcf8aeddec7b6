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
MAX_BYTES = 20_000_000
"""A month of Alpha Vantage's minutes has 3 MB."""
TEXT_BYTES = 2_000_000
"""No feed and no page of articles has more."""
_MOST_REDIRECTS = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of status 200, or 304 without a body."""

    status: int
    headers: Mapping[str, str]
    """Found in any case of letters."""
    body: bytes


def get(
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
        timeout: seconds for the whole answer: look-up of the host, redirects and body together.
        name: what messages call the source; neither address nor headers appear in them or in what they were raised
            from, since both may hold a key.
        redirects: False where the request holds a key, which no other host should see.
    Raises:
        SourceError: as `refusal` says for a status; Unreachable (no answer, or a cut one) or BadData (too long).
    """
    import requests

    from core.collect.wire.bounded_adapter import BoundedAdapter

    deadline = time.monotonic() + timeout
    with requests.Session() as session:
        session.max_redirects = _MOST_REDIRECTS
        adapter = BoundedAdapter(
            name, timeout, lambda: deadline, lambda status, sent: refusal(status, sent, name), max_bytes
        )
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        failure: SourceError
        try:
            response = session.get(
                url,
                params=params,
                headers={"User-Agent": USER_AGENT, **(headers or {})},
                allow_redirects=redirects,
            )
        except (requests.RequestException, ValueError) as err:
            failure = Unreachable(f"{name} cannot be reached ({type(err).__name__})")
        else:
            if response.status_code in (200, 304):
                return Answer(response.status_code, response.headers, response.content)
            failure = refusal(response.status_code, response.headers, name)
    raise failure  # outside of the handler, or the address would go along as its context


def get_json(
    url: str,
    *,
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float,
    name: str,
    max_bytes: int = MAX_BYTES,
    redirects: bool = True,
) -> Any:
    """As `get`, read as JSON; BadData when it is none."""
    answer = get(
        url,
        params=params,
        headers=headers,
        timeout=timeout,
        name=name,
        max_bytes=max_bytes,
        redirects=redirects,
    )
    try:
        return json.loads(answer.body, strict=False)
    except (ValueError, RecursionError) as err:
        raise BadData(f"{name} answered with something that is no JSON") from err


def refusal(status: int, headers: Mapping[str, str], name: str) -> SourceError:
    """The error that a status other than 200 means."""
    if status == 429:
        wait = wait_seconds(headers.get("Retry-After", ""), datetime.now(UTC))
        return RateLimited(f"{name} asks to slow down (429)", wait)
    if status in (401, 403):
        return NeedsKey(f"{name} refuses the request ({status})")
    if status in (400, 404, 410, 422):
        return NotFound(f"{name} has nothing at the address asked for ({status})")
    if status < 400:
        return Unreachable(f"{name} sends to another address, which is not followed ({status})")
    return Unreachable(f"{name} has a fault of its own (status {status})")


def wait_seconds(retry_after: str, now: datetime) -> float | None:
    """Of a Retry-After header: seconds, or a date (RFC 9110, 10.2.3); None when it is neither."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max((parsedate_to_datetime(retry_after) - now).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None
