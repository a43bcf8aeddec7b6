"""Bars from the public data of crypto exchanges, through ccxt."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from core.collect.shaping import between, divides, resample_bars
from core.collect.source import LIVE, Limit, Offer
from core.collect.venues.ccxt_client import ask, open_client
from core.collect.venues.rows import to_bars
from core.collect.wire.hosts import is_known
from core.errors import BadData, NotFound, Unreachable, Unsupported
from core.records import AssetClass, Instrument, Timeframe


@dataclass(frozen=True, slots=True)
class Exchange:
    """What is known of an exchange before it is asked."""

    host: str = ""
    """Looked up first: without a network ccxt, which takes seconds to load, is not loaded."""
    page: int = 500
    """Most bars of one answer."""
    newest_only: bool = False
    """True: only the newest `page` bars can be had, whatever is asked."""
    next_bars: bool = False
    """True: an answer holds the first bars after the time asked for, so an empty one is the end."""
    opened: datetime | None = None
    """No bar is older."""
    dollars: tuple[str, ...] = ("USD", "USDT", "USDC")
    """What is taken as dollars, the first that is listed."""


EXCHANGES = {
    "binance": Exchange(
        "api.binance.com", 1000, next_bars=True, dollars=("USDT",),
        opened=datetime.fromisoformat("2017-07-14T00:00:00Z"),
    ),
    "kraken": Exchange("api.kraken.com", 720, newest_only=True, dollars=("USD",)),
    "coinbase": Exchange(
        "api.coinbase.com", 300, dollars=("USD",), opened=datetime.fromisoformat("2015-01-26T00:00:00Z")
    ),
}  # fmt: skip
"""The three that are tried by themselves; any other exchange of ccxt is taken with cautious assumptions."""


class CcxtSource:
    """One exchange. ccxt spaces its requests, so a source is asked by one thread after the other."""

    limits = (Limit(300, 60.0),)

    def __init__(
        self,
        exchange: str,
        timeout: float,
        base_url: str | None = None,
        known: Callable[[str, float], bool] = is_known,
    ) -> None:
        """`exchange`: its id in ccxt; `timeout`: seconds for one of its answers; `base_url`: asked instead of the
        exchange, whose host then comes first in the path; `known` tells whether a host can be found in some time."""
        self.name = f"ccxt:{exchange}"
        self._id = exchange
        self._facts = EXCHANGES.get(exchange, Exchange())
        self._timeout = timeout
        self._base_url = base_url
        self._known = known
        self._lock = threading.Lock()
        self._client: Any = None

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        """Crypto at every timeframe; what the exchange does not list is found out when it is asked."""
        if instrument.asset_class is not AssetClass.CRYPTO:
            raise Unsupported(f"{self._id} trades crypto only, not {instrument.symbol}")
        facts = self._facts
        reach = (facts.page - 1) * timeframe.delta if facts.newest_only else None
        coin = ""
        if instrument.quote == "USD" and facts.dollars[0] != "USD":
            coin = f", prices in {facts.dollars[0]}, which is taken as dollars"
        elif instrument.quote == "USD" and len(facts.dollars) > 1:
            coin = f", prices in {' or '.join(facts.dollars[1:])} where it lists no dollars"
        return Offer(
            world=LIVE,
            clock=None,
            history=reach,
            delay=timedelta(),
            adjusted=False,
            local=False,
            note=f"{self._id.capitalize()}, trades of this exchange only{coin}, volume in {instrument.base}.",
        )

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        """Bars with start ≤ open time < end; raises SourceError."""
        self.offer(instrument, timeframe)
        with self._lock:
            client = self._open()
            pair = self._pair(client, instrument)
            native = self._native(client, timeframe)
            whole = (
                _whole(start, timeframe),
                _whole(end + timeframe.delta - timedelta(microseconds=1), timeframe),
            )
            rows = self._pages(client, pair, native, *whole)
        bars = to_bars(rows, native, self._id, per_second=1000)
        bars = between(resample_bars(bars, native, timeframe), start, end)
        if bars.empty:
            raise NotFound(
                f"{self._id} has no {timeframe} bars of {pair} from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
            )
        return bars

    def _open(self) -> Any:
        """The client with its markets, loaded once."""
        if self._client is None:
            host = "" if self._base_url else self._facts.host
            if host and not self._known(host, self._timeout):
                raise Unreachable(f"{self._id} cannot be reached (the address of its host is not known here)")
            client = open_client(self._id, self._timeout, self._base_url)
            if self._facts.host and not any(
                f"BTC/{quote}" in client.markets for quote in self._facts.dollars
            ):
                # kept, it would deny every pair until the next start
                raise BadData(f"{self._id}'s list of markets cannot be read: bitcoin is not on it")
            self._client = client
        return self._client

    def _pair(self, client: Any, instrument: Instrument) -> str:
        quotes = self._facts.dollars if instrument.quote == "USD" else (instrument.quote,)
        for quote in quotes:
            pair = f"{instrument.base}/{quote}"
            if pair in client.markets and client.markets[pair].get("spot") is not False:
                return pair
        raise NotFound(f"{self._id} lists no {instrument.base}/{' or /'.join(quotes)}")

    def _native(self, client: Any, timeframe: Timeframe) -> Timeframe:
        """The timeframe that is asked for: itself, or the longest shorter one that it can be built from."""
        served = [frame for frame in Timeframe if frame.value in (client.timeframes or {})]
        if timeframe in served:
            return timeframe
        shorter = [frame for frame in served if divides(frame, timeframe)]
        if not shorter or not client.has.get("fetchOHLCV"):
            raise Unsupported(f"{self._id} serves no {timeframe} bars, nor shorter ones to build them from")
        return max(shorter, key=lambda frame: frame.seconds)

    def _pages(
        self, client: Any, pair: str, native: Timeframe, start: datetime, end: datetime
    ) -> list[list[Any]]:
        """Page after page from `start`: rows [open time in ms, open, high, low, close, volume]."""
        facts, step = self._facts, native.seconds * 1000
        since, stop, rows = _ms(max(start, facts.opened or start)), _ms(end), list[list[Any]]()
        while since < stop:
            # Kraken counts the bar under way on top of its page, so there no limit may cut it off
            limit = None if facts.newest_only else min(facts.page, (stop - since) // step)
            page = ask(client, self._timeout, lambda: client.fetch_ohlcv(pair, native.value, since, limit))  # noqa: B023
            rows += page
            last = max((int(row[0]) for row in page), default=0)
            if facts.newest_only or (facts.next_bars and last < since):
                break
            # elsewhere an empty page may be a time without trades, or before the first one
            since = last // step * step + step if last >= since else since + (limit or facts.page) * step
        return rows


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _whole(moment: datetime, timeframe: Timeframe) -> datetime:
    """The open time of the bar that holds a moment."""
    return moment - timedelta(seconds=moment.timestamp() % timeframe.seconds)
