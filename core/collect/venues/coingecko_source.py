"""Bars from CoinGecko's OHLC endpoints: crypto only, without volume; shallow without a paid plan."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from core.collect.shaping import between, resample_bars
from core.collect.source import LIVE, Limit, Offer
from core.collect.venues.rows import to_bars
from core.collect.wire.coingecko_client import ask_coingecko
from core.errors import BadData, NotFound, Unsupported
from core.records import AssetClass, Instrument, Timeframe

COIN_IDS = {
    "BTC": "bitcoin", "ETH": "ethereum", "SOL": "solana", "XRP": "ripple", "ADA": "cardano", "DOGE": "dogecoin",
    "LTC": "litecoin", "BNB": "binancecoin", "DOT": "polkadot", "AVAX": "avalanche-2", "LINK": "chainlink",
    "BCH": "bitcoin-cash", "TRX": "tron", "XLM": "stellar", "ATOM": "cosmos", "UNI": "uniswap", "EOS": "eos",
}  # fmt: skip
"""Symbols are not unique at CoinGecko, so only coins that are meant without doubt are listed."""

_DAYS = {Timeframe.M30: (1,), Timeframe.H1: (1,), Timeframe.H4: (7, 14, 30)}
"""The endpoint chooses the bar by the days asked for: 1 gives 30 minutes, 3 to 30 give 4 hours, more give 4 days."""

_RANGES = {Timeframe.H1: ("hourly", timedelta(days=31)), Timeframe.D1: ("daily", timedelta(days=180))}
"""Of the endpoint for paid plans: the name of the bar, and how much of time one answer spans."""
_RANGES_BEGIN = datetime(2018, 2, 9, tzinfo=UTC)


class CoinGeckoSource:
    """CoinGecko through pycoingecko. The time of an answer's row is the close of its bar.

    A key of a paid plan opens hourly and daily bars since 2018, and 4h bars built from the hours. Without one, hours
    are built from the half hours of the last day; days are not had.
    """

    name = "coingecko"

    def __init__(
        self,
        timeout: float,
        key: str | None = None,
        base_url: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        pro_key: str | None = None,
    ) -> None:
        """`timeout` in seconds for one answer; `key`: demo key, raises the rate limit; `base_url` ends in /api/v3/;
        `clock` tells how many days to ask for; `pro_key`: key of a paid plan, used instead of the demo key."""
        self.limits = (Limit(250 if pro_key else 30 if key else 10, 60.0),)
        self._timeout = timeout
        self._key = key
        self._base_url = base_url
        self._clock = clock
        self._pro_key = pro_key

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        """Bars of 30 minutes, 1 hour and 4 hours of well-known coins; daily ones with a paid plan."""
        if instrument.asset_class is not AssetClass.CRYPTO:
            raise Unsupported(f"CoinGecko has crypto only, not {instrument.symbol}")
        if instrument.base not in COIN_IDS:
            raise Unsupported(f"{instrument.base} is not on the list of coins that are asked of CoinGecko")
        by_range = self._by_range(timeframe)
        if by_range is None and timeframe not in _DAYS:
            plan = "" if timeframe is not Timeframe.D1 else " without a paid plan"
            raise Unsupported(f"CoinGecko serves no {timeframe} bars{plan}")
        return Offer(
            world=LIVE,
            clock=None,
            history=self._clock() - _RANGES_BEGIN if by_range else timedelta(days=_DAYS[timeframe][-1]),
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
        coin, currency = COIN_IDS[instrument.base], instrument.quote.lower()
        native = self._by_range(timeframe)
        if native is not None:
            rows = self._ranges(coin, currency, native, start - timeframe.delta, end + timeframe.delta)
        else:
            native = Timeframe.M30 if timeframe is Timeframe.H1 else timeframe
            rows = self._newest(coin, currency, timeframe, start)
        bars = to_bars(rows, native, "CoinGecko", per_second=1000, closes=True, volume=False)
        bars = between(_whole(bars, native, timeframe), start, end)
        if bars.empty:
            raise NotFound(
                f"CoinGecko has no {timeframe} bars of {instrument.symbol} after {start:%Y-%m-%d %H:%M}"
            )
        return bars

    def _by_range(self, timeframe: Timeframe) -> Timeframe | None:
        """The bar to ask of the endpoint for paid plans, or None when it is not to be asked."""
        if not self._pro_key:
            return None
        return {Timeframe.H1: Timeframe.H1, Timeframe.H4: Timeframe.H1, Timeframe.D1: Timeframe.D1}.get(
            timeframe
        )

    def _newest(self, coin: str, currency: str, timeframe: Timeframe, start: datetime) -> list[Any]:
        age = self._clock() - start
        days = next((d for d in _DAYS[timeframe] if timedelta(days=d) >= age), _DAYS[timeframe][-1])
        return self._ask(currency, lambda client: client.get_coin_ohlc_by_id(coin, currency, days))

    def _ranges(
        self, coin: str, currency: str, native: Timeframe, start: datetime, end: datetime
    ) -> list[Any]:
        """Rows of one answer after the other; the ranges touch, and a row of two counts once."""
        interval, span = _RANGES[native]
        rows, begin = list[Any](), max(start, _RANGES_BEGIN)
        while begin < end:
            until = min(begin + span, end)
            since, to = int(begin.timestamp()), int(until.timestamp())
            rows += self._ask(
                currency, lambda c: c.get_coin_ohlc_by_id_range(coin, currency, since, to, interval)  # noqa: B023
            )  # fmt: skip
            begin = until
        return rows

    def _ask(self, currency: str, question: Callable[[Any], Any]) -> list[Any]:
        answer = ask_coingecko(question, self._timeout, currency, self._key, self._pro_key, self._base_url)
        if not isinstance(answer, list):
            raise BadData("CoinGecko answered with something that is not a list of bars")
        return answer


def _whole(bars: pd.DataFrame, native: Timeframe, timeframe: Timeframe) -> pd.DataFrame:
    """Longer bars, of which none lacks a part."""
    if native is timeframe:
        return bars
    longer = resample_bars(bars, native, timeframe)
    parts = bars.groupby(pd.DatetimeIndex(bars.index).floor(timeframe.delta)).size()
    full = parts.index[parts == timeframe.seconds // native.seconds]
    return longer[longer.index.isin(full)]
