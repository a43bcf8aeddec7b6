"""Bars from CoinGecko's free OHLC endpoint: crypto only, shallow, without volume."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from core.collect.shaping import between, shape_bars
from core.collect.source import LIVE, Limit, Offer
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unreachable, Unsupported
from core.records import AssetClass, Instrument, Timeframe

COIN_IDS = {
    "BTC": "bitcoin", "ETH": "ethereum", "SOL": "solana", "XRP": "ripple", "ADA": "cardano", "DOGE": "dogecoin",
    "LTC": "litecoin", "BNB": "binancecoin", "DOT": "polkadot", "AVAX": "avalanche-2", "LINK": "chainlink",
    "BCH": "bitcoin-cash", "TRX": "tron", "XLM": "stellar", "ATOM": "cosmos", "UNI": "uniswap", "EOS": "eos",
}  # fmt: skip
"""Symbols are not unique at CoinGecko, so only coins that are meant without doubt are listed."""

_DAYS = {Timeframe.M30: (1,), Timeframe.H4: (7, 14, 30)}
"""The endpoint chooses the bar by the days asked for: 1 gives 30 minutes, 3 to 30 give 4 hours, more give 4 days."""


class CoinGeckoSource:
    """CoinGecko through pycoingecko. The time of an answer's row is the close of its bar."""

    name = "coingecko"

    def __init__(
        self,
        timeout: float,
        key: str | None = None,
        base_url: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`timeout` in seconds for one answer; `key`: demo key, raises the rate limit; `base_url` ends in /api/v3/;
        `clock` tells how many days to ask for."""
        self.limits = (Limit(30, 60.0),) if key else (Limit(10, 60.0),)
        self._timeout = timeout
        self._key = key
        self._base_url = base_url
        self._clock = clock

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        """30m and 4h bars of well-known coins."""
        if instrument.asset_class is not AssetClass.CRYPTO:
            raise Unsupported(f"CoinGecko has crypto only, not {instrument.symbol}")
        if instrument.base not in COIN_IDS:
            raise Unsupported(f"{instrument.base} is not on the list of coins that are asked of CoinGecko")
        if timeframe not in _DAYS:
            raise Unsupported(f"CoinGecko serves 30m and 4h bars without a paid plan, not {timeframe}")
        return Offer(
            world=LIVE,
            clock=None,
            history=timedelta(days=_DAYS[timeframe][-1]),
            delay=timedelta(minutes=15),
            adjusted=False,
            local=False,
            note="CoinGecko, mean over exchanges, renewed every 15 minutes; it tells no volume of a bar, so it counts as 0.",
        )

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        """Bars with start ≤ open time < end; raises SourceError."""
        self.offer(instrument, timeframe)
        age = self._clock() - start
        days = next((d for d in _DAYS[timeframe] if timedelta(days=d) >= age), _DAYS[timeframe][-1])
        answer = self._ask(COIN_IDS[instrument.base], instrument.quote.lower(), days)
        bars = between(_to_bars(answer, timeframe), start, end)
        if bars.empty:
            raise NotFound(
                f"CoinGecko has no {timeframe} bars of {instrument.symbol} after {start:%Y-%m-%d %H:%M}"
            )
        return bars

    def _ask(self, coin: str, currency: str, days: int) -> Any:
        import requests
        from pycoingecko import CoinGeckoAPI

        client = CoinGeckoAPI(retries=0, demo_api_key=self._key or "")
        client.request_timeout = self._timeout
        if self._base_url:
            client.api_base_url = self._base_url
        try:
            return client.get_coin_ohlc_by_id(coin, currency, days)
        except requests.JSONDecodeError as err:
            raise BadData("CoinGecko answered with something that is not market data") from err
        except requests.HTTPError as err:
            raise _refusal(err.response, currency) from err
        except requests.Timeout as err:
            raise Unreachable(f"CoinGecko did not answer within {self._timeout:g} seconds") from err
        except requests.RequestException as err:
            raise Unreachable(f"CoinGecko cannot be reached ({type(err).__name__})") from err
        except ValueError as err:
            # pycoingecko raises a refusal that has a JSON body as ValueError, with the HTTP error as its context
            if isinstance(err.__context__, requests.HTTPError):
                raise _refusal(err.__context__.response, currency) from err
            raise BadData("CoinGecko answered with something that is not market data") from err
        finally:
            client.session.close()


def _refusal(response: Any, currency: str) -> SourceError:
    status = response.status_code
    if status == 429:
        asked = response.headers.get("Retry-After", "")
        return RateLimited("CoinGecko asks to slow down (429)", float(asked) if asked.isdigit() else None)
    if status in (401, 403):
        return NeedsKey(f"CoinGecko refuses the request ({status}): set or correct GLASSBOX_KEYS__COINGECKO")
    if status in (400, 404, 422):
        return NotFound(f"CoinGecko does not know this coin or the currency {currency} ({status})")
    return Unreachable(f"CoinGecko has a fault of its own (status {status})")


def _to_bars(answer: Any, timeframe: Timeframe) -> pd.DataFrame:
    """Rows [close time in ms, open, high, low, close] as bars by open time; rows off the grid are unfinished."""
    if not isinstance(answer, list):
        raise BadData("CoinGecko answered with something that is not a list of bars")
    try:
        table = pd.DataFrame(answer, columns=["closed", "open", "high", "low", "close"]).astype("float64")
    except (ValueError, TypeError) as err:
        raise BadData("CoinGecko's bars do not have five numbers each") from err
    table = table[table["closed"] % (timeframe.seconds * 1000) == 0]
    opened = table["closed"].astype("int64") - timeframe.seconds * 1000
    index = pd.DatetimeIndex(pd.to_datetime(opened, unit="ms", utc=True))
    return shape_bars(table.drop(columns="closed").set_axis(index)).sort_index()
