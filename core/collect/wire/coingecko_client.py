"""pycoingecko with our deadline, and its errors as ours."""

from collections.abc import Callable, Mapping
from typing import Any

from core.collect.wire.http import MAX_BYTES, refusal
from core.errors import BadData, NeedsKey, NotFound, SourceError, Unreachable


def ask_coingecko(
    question: Callable[[Any], Any],
    timeout: float,
    currency: str,
    key: str | None = None,
    pro_key: str | None = None,
    base_url: str | None = None,
) -> Any:
    """Put a question to a fresh `pycoingecko.CoinGeckoAPI`, whose answer is read from JSON.

    Args:
        timeout: seconds for the whole answer.
        currency: in which prices are asked, if any; named when CoinGecko does not know it.
        key: demo key; `pro_key`: key of a paid plan, for which pycoingecko asks another host.
    Raises:
        SourceError: no message and nothing that it was raised from holds a key.
    """
    import requests
    from pycoingecko import CoinGeckoAPI

    from core.collect.wire.bounded_adapter import BoundedAdapter, seconds_from_now

    def refused(status: int, headers: Mapping[str, str]) -> SourceError:
        return _refusal(status, headers, currency, "COINGECKO_PRO" if pro_key else "COINGECKO")

    client = CoinGeckoAPI(api_key=pro_key or "", retries=0, demo_api_key=key or "")
    if base_url:
        client.api_base_url = base_url
    adapter = BoundedAdapter("CoinGecko", timeout, seconds_from_now(timeout), refused, MAX_BYTES)
    client.session.mount("https://", adapter)
    client.session.mount("http://", adapter)
    try:
        return question(client)
    except requests.RequestException as err:
        failure: SourceError = Unreachable(f"CoinGecko cannot be reached ({type(err).__name__})")
    except (ValueError, RecursionError):
        failure = BadData("CoinGecko answered with something that is not market data")
    finally:
        client.session.close()
    raise failure  # outside of the handlers: pycoingecko puts the key into the address


def _refusal(status: int, headers: Mapping[str, str], currency: str, variable: str) -> SourceError:
    error = refusal(status, headers, "CoinGecko")
    if isinstance(error, NeedsKey):
        return NeedsKey(f"CoinGecko refuses the request ({status}): set or correct GLASSBOX_KEYS__{variable}")
    if isinstance(error, NotFound):
        unknown = f"this coin or the currency {currency}" if currency else "what was asked for"
        return NotFound(f"CoinGecko does not know {unknown} ({status})")
    return error
