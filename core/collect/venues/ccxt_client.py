"""A ccxt client with our deadline and size limit, and its errors as ours."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from core.collect.wire.http import refusal, wait_seconds
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unreachable, Unsupported

Answer = TypeVar("Answer")

_MAX_BYTES = 60_000_000
"""Binance's list of markets has tens of megabytes."""
_MARKETS = {"binance": {"showPermissionSets": "false"}}
"""Asked along with the list of markets: this takes much of Binance's away."""


def open_client(exchange: str, timeout: float, base_url: str | None) -> Any:
    """A client of one exchange with its markets loaded.

    Args:
        exchange: its id in ccxt.
        timeout: seconds for one answer, body and all.
        base_url: asked instead of the exchange, whose host then comes first in the path; requests are not spaced there.
    Raises:
        SourceError: the exchange is not known to ccxt, or its markets could not be had.
    """
    import ccxt

    from core.collect.wire.bounded_adapter import BoundedAdapter, seconds_from_now

    if exchange not in ccxt.exchanges:
        raise Unsupported(f"ccxt knows no exchange {exchange[:24]!r}")
    client = getattr(ccxt, exchange)(
        {"enableRateLimit": not base_url, "timeout": max(int(timeout * 1000), 1), "requests_trust_env": True}
    )
    client.has["fetchCurrencies"] = False  # needs a key at some exchanges, and no bar needs it
    if exchange == "binance":
        client.options["fetchMarkets"] = {"types": ["spot"]}
    if base_url:
        client.urls["api"] = _rerouted(client.urls["api"], base_url)
    adapter = BoundedAdapter(
        exchange,
        timeout,
        seconds_from_now(timeout),
        lambda status, sent: _refused(exchange, status, sent),
        _MAX_BYTES,
    )
    client.session.mount("https://", adapter)
    client.session.mount("http://", adapter)
    client.session.hooks["response"].append(lambda response, **options: _check_json(exchange, response))
    ask(client, timeout, lambda: client.load_markets(False, _MARKETS.get(exchange, {})))
    return client


def ask(client: Any, timeout: float, question: Callable[[], Answer]) -> Answer:
    """Put a question to a client; raises SourceError, whatever ccxt raised."""
    try:
        return question()
    except SourceError:
        raise
    except Exception as err:
        ours = _as_ours(err, client, timeout)
        if ours is None:
            raise
        raise ours from err


def _refused(exchange: str, status: int, headers: Mapping[str, str]) -> SourceError | None:
    """What a status means by itself; None where ccxt reads the body to know."""
    if status in (403, 451):
        return Unreachable(f"{exchange} refuses requests from here ({status}), perhaps for the country")
    if status == 418:
        wait = wait_seconds(headers.get("Retry-After", ""), datetime.now(UTC))
        return RateLimited(f"{exchange} has shut us out for asking too often (418)", wait)
    if status in (401, 404, 429) or status >= 500:
        return refusal(status, headers, exchange)
    return None


def _check_json(exchange: str, response: Any) -> None:
    """ccxt takes any text for an answer, and then finds no bars in it."""
    if response.status_code != 200:
        return
    try:
        sound = isinstance(response.json(), (dict, list))
    except (ValueError, RecursionError):
        sound = False
    if not sound:
        raise BadData(f"{exchange} answered with something that is not market data")


def _rerouted(urls: Any, base: str) -> Any:
    if isinstance(urls, dict):
        return {name: _rerouted(part, base) for name, part in urls.items()}
    parts = urlsplit(str(urls))
    return f"{base}/{parts.netloc}{parts.path}"


def _as_ours(err: Exception, client: Any, timeout: float) -> SourceError | None:
    """The same trouble in our words, or None when it is a fault of ours."""
    import ccxt

    name = client.id
    if isinstance(err, (ccxt.RateLimitExceeded, ccxt.DDoSProtection)):
        headers = client.last_response_headers or {}
        return RateLimited(
            f"{name} asks to slow down", wait_seconds(headers.get("Retry-After", ""), datetime.now(UTC))
        )
    kinds: tuple[tuple[type[Exception] | tuple[type[Exception], ...], SourceError], ...] = (
        (ccxt.RequestTimeout, Unreachable(f"{name} did not answer within {timeout:g} seconds")),
        (ccxt.OnMaintenance, Unreachable(f"{name} is closed for maintenance")),
        (ccxt.RestrictedLocation, Unreachable(f"{name} refuses requests from this country")),
        (ccxt.NetworkError, Unreachable(f"{name} cannot be reached ({type(err).__name__})")),
        (ccxt.AuthenticationError, NeedsKey(f"{name} serves this to its customers only")),
        (ccxt.BadRequest, NotFound(f"{name} does not know this pair or range ({type(err).__name__})")),
        (ccxt.NotSupported, Unsupported(f"{name} does not serve bars through ccxt")),
        (ccxt.BaseError, BadData(f"{name} refuses the question ({type(err).__name__})")),
        # ccxt reads answers without checking them first
        (
            (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError),
            BadData(f"{name}'s answer cannot be read ({type(err).__name__})"),
        ),
    )  # fmt: skip
    return next((ours for kind, ours in kinds if isinstance(err, kind)), None)
