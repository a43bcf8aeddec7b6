"""The HTTP session that praw is given: one deadline over all requests of one question, and no second tries."""

import time
from typing import Any

import requests

from core.collect.wire.http import refusal
from core.errors import NotFound, Unreachable


class RedditSession(requests.Session):
    """praw tries a failed request again up to twice and waits between; here the first refusal ends the question."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds

    def request(self, method: Any, url: Any, *args: Any, **options: Any) -> requests.Response:
        """As the base class; raises our errors for all that is not an answer of status 2xx."""
        left = self._deadline - time.monotonic()
        late = f"Reddit did not answer within {self._seconds:g} seconds"
        if left <= 0.01:
            raise Unreachable(late)
        try:
            response = super().request(method, url, *args, **{**options, "timeout": left})
        except requests.Timeout as err:
            raise Unreachable(late) from err
        except requests.RequestException as err:
            raise Unreachable(f"Reddit cannot be reached ({type(err).__name__})") from err
        if 300 <= response.status_code < 400:
            # Reddit sends who asks for an unknown community to its search page
            raise NotFound(f"Reddit has nothing at the address asked for ({response.status_code})")
        if response.status_code >= 400:
            raise refusal(response.status_code, response.headers, "Reddit")
        return response
