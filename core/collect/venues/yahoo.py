"""One way to Yahoo for bars and news: the yfinance client with a deadline, its caches in our folder, its errors as ours."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from core.collect.wire.http import wait_seconds
from core.errors import BadData, NotFound, RateLimited, SourceError, Unreachable

if TYPE_CHECKING:
    from core.collect.venues.yahoo_session import YahooSession

Answer = TypeVar("Answer")

_setup = threading.Lock()


class Yahoo:
    """Asks yfinance; nothing is imported or opened before the first question."""

    def __init__(
        self, cache_dir: Path, timeout: float, session: "Callable[[], YahooSession] | None" = None
    ) -> None:
        """`timeout`: seconds for one question, however many requests yfinance makes of it.
        `session`: makes the HTTP session; the default one looks like a browser, as Yahoo demands.
        """
        self._cache_dir = cache_dir
        self._timeout = timeout
        self._make_session = session
        self._session: YahooSession | None = None

    def ask(self, symbol: str, question: Callable[[Any, float], Answer]) -> Answer:
        """Put a question to a fresh `yfinance.Ticker`, given with the time-out in seconds.

        Raises:
            SourceError: RateLimited, NotFound, Unreachable or BadData, whatever yfinance raised.
        """
        import yfinance
        from yfinance.data import YfData

        session = self._open()
        try:
            with session.within(self._timeout):
                return question(yfinance.Ticker(symbol, session=session), self._timeout)
        except Exception as err:
            # yfinance remembers answers by address, refusals too: forget them, or they are served for ever
            YfData.cache_get.cache_clear()
            ours = _as_ours(err, symbol, self._timeout, *session.last_chart())
            if ours is None:
                raise
            raise ours from err

    def _open(self) -> "YahooSession":
        import yfinance

        from core.collect.venues.yahoo_session import YahooSession

        with _setup:
            if self._session is None:
                self._cache_dir.mkdir(parents=True, exist_ok=True)
                yfinance.set_tz_cache_location(str(self._cache_dir))
                yfinance.config.debug.hide_exceptions = False
                self._session = self._make_session() if self._make_session else YahooSession()
            return self._session


def _as_ours(
    err: Exception, symbol: str, timeout: float, status: int, retry_after: str
) -> SourceError | None:
    """The same trouble in our words, or None when it is a fault of ours; `status`: of the last chart, or 0 where none was
    asked for."""
    from curl_cffi.requests import exceptions as http
    from yfinance import exceptions as yahoo

    if isinstance(err, SourceError):
        return err
    status = status or getattr(getattr(err, "response", None), "status_code", 0)
    if isinstance(err, yahoo.YFRateLimitError):
        return RateLimited("Yahoo asks to slow down (429)", wait_seconds(retry_after, datetime.now(UTC)))
    if isinstance(err, yahoo.YFTickerMissingError):
        return NotFound(f"Yahoo has no {symbol} or no bars in this range ({err.rationale})")
    if status in (401, 403):
        return Unreachable(f"Yahoo refuses the request ({status})")
    if status == 404:
        return NotFound(f"Yahoo does not know {symbol} (404)")
    if isinstance(err, http.HTTPError) and status >= 500:
        return Unreachable(f"Yahoo has a fault of its own (status {status})")
    if isinstance(err, yahoo.YFDataException):
        return Unreachable(f"Yahoo is down ({err})")
    if isinstance(err, json.JSONDecodeError):
        return BadData("Yahoo answered with something that is not market data")
    if isinstance(err, http.Timeout):
        return Unreachable(f"Yahoo did not answer within {timeout:g} seconds")
    if isinstance(err, http.RequestException):
        return Unreachable(f"Yahoo cannot be reached ({type(err).__name__})")
    if isinstance(err, (KeyError, IndexError, TypeError, ValueError, AttributeError, yahoo.YFException)):
        # yfinance reads answers without checking them first
        return BadData(f"Yahoo's answer cannot be read ({type(err).__name__}: {str(err)[:60]})")
    return None
