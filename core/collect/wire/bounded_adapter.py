"""The way out for every client that is built on requests: a deadline, a size limit, and failures as our errors.

Import it inside the function that asks: requests is slow to load.
"""

import contextlib
import io
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from core.collect.wire.hosts import is_known
from core.errors import BadData, SourceError, Unreachable

Refused = Callable[[int, Mapping[str, str]], SourceError | None]
"""(status of 400 and more, headers) → the error it means, or None where the client reads the body to know."""


def seconds_from_now(seconds: float) -> Callable[[], float]:
    """For a session that is kept: every request has so many seconds."""
    return lambda: time.monotonic() + seconds


class BoundedAdapter(HTTPAdapter):
    """Mounted on a session for `https://` and `http://`. Bodies come whole, or the request fails.

    Errors name neither the address nor the headers, not even in what they were raised from: both may hold a key.
    """

    def __init__(
        self, name: str, seconds: float, ends: Callable[[], float], refused: Refused, max_bytes: int
    ) -> None:
        """`name`: what messages call the source; `seconds`: the time-out they tell; `ends`: when a request that
        starts now must have ended, by time.monotonic."""
        super().__init__()
        self._name = name
        self._seconds = seconds
        self._ends = ends
        self._refused = refused
        self._max_bytes = max_bytes

    def send(self, request: Any, *args: Any, **options: Any) -> requests.Response:
        """As the base class, with the body already read.

        Raises:
            SourceError: Unreachable (no answer, or a cut one), BadData (too long), or what the status means.
        """
        deadline = self._ends()
        try:
            return self._answer(request, deadline, args, options)
        except (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError):
            failure = self._late()
        except (requests.RequestException, HTTPError, OSError, ValueError) as err:
            cut = Unreachable(f"{self._name} cannot be reached ({type(err).__name__})")
            failure = self._late() if time.monotonic() >= deadline else cut
        raise failure  # outside of the handlers, or the address would go along as its context

    def _late(self) -> Unreachable:
        return Unreachable(f"{self._name} did not answer within {self._seconds:g} seconds")

    def _answer(
        self, request: Any, deadline: float, args: tuple[Any, ...], options: dict[str, Any]
    ) -> requests.Response:
        host = urllib3.util.parse_url(request.url).host or ""
        if not is_known(host.strip("[]"), deadline - time.monotonic()):
            raise Unreachable(f"{self._name} cannot be reached (the address of its host is not known here)")
        left = urllib3.Timeout(total=max(deadline - time.monotonic(), 0.01))
        options |= {"stream": True, "timeout": left}
        response = super().send(request, *args, **options)
        with response.raw:
            if response.status_code >= 400:
                error = self._refused(response.status_code, response.headers)
                if error is not None:
                    raise error
            body = self._body(response.raw, deadline)
        response.raw = io.BytesIO(body)
        return response

    def _body(self, raw: Any, deadline: float) -> bytes:
        """All bytes, decoded; a trickle that outwaits the deadline is shut off."""

        def shut() -> None:
            with contextlib.suppress(RuntimeError, ValueError, OSError):  # it has ended meanwhile
                raw.shutdown()

        alarm = threading.Timer(max(deadline - time.monotonic(), 0.0), shut)
        alarm.daemon = True
        alarm.start()
        try:
            body = bytearray()
            while piece := raw.read1(65_536, decode_content=True):
                body += piece
                if len(body) > self._max_bytes:
                    raise BadData(f"{self._name} sends more than {self._max_bytes / 1e6:g} MB")
        finally:
            alarm.cancel()
        if time.monotonic() >= deadline:
            raise TimeoutError
        return bytes(body)
