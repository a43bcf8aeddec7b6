"""The HTTP session that yfinance is given: one deadline over all requests of one question."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

from curl_cffi import requests

from core.collect.venues.yahoo_chart import with_numbers
from core.errors import Unreachable

_deadline: ContextVar[float | None] = ContextVar("deadline of the question to Yahoo", default=None)
"""Of the thread that asks: yfinance shares one session between all."""
_last: ContextVar[tuple[int, str]] = ContextVar("status and Retry-After of the last chart", default=(0, ""))


class YahooSession(requests.Session):
    """A browser-like session. yfinance makes up to seven requests for one answer, some with time-outs of 30 seconds
    that cannot be set; here each gets what is left of the question's time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"impersonate": "chrome", **options})

    @staticmethod
    @contextmanager
    def within(seconds: float) -> Iterator[None]:
        """All requests of this thread inside the block end within `seconds`."""
        token = _deadline.set(time.monotonic() + seconds)
        _last.set((0, ""))
        try:
            yield
        finally:
            _deadline.reset(token)

    @staticmethod
    def last_chart() -> tuple[int, str]:
        """Status and Retry-After header of the last answer with bars to this thread; 0 when there was none."""
        return _last.get()

    def request(self, method: Any, url: str, *args: Any, **options: Any) -> Any:
        """As the base class; raises its Timeout when the time is up, and Unreachable on a chart's server error."""
        deadline = _deadline.get()
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0.01:
                raise requests.exceptions.Timeout("no time left")
            options["timeout"] = min(left, options.get("timeout") or left)
        response = super().request(method, url, *args, **options)
        # yfinance hides the status of a failed chart behind the error of parsing its body
        if "/v8/finance/chart/" in urlsplit(url).path:
            _last.set((response.status_code, response.headers.get("Retry-After") or ""))
            if response.status_code >= 500:
                raise Unreachable(f"Yahoo has a fault of its own (status {response.status_code})")
            response.content = with_numbers(response.content)
        return response
