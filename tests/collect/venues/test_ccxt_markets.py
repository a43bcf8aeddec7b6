"""A list of markets that came on a bad day is not kept: it would deny every pair until the next start."""

from datetime import UTC, datetime, timedelta

import pytest

from core.collect.venues.ccxt_source import CcxtSource
from core.errors import BadData
from core.records import Timeframe
from tests.collect.loopback import Loopback, Reply
from tests.collect.venues.providers import BTC, COINBASE, coinbase_markets, coinbase_rows, rows


def test_nonsense_is_asked_again(loopback: Loopback) -> None:
    source, noon = CcxtSource("coinbase", 5.0, loopback.url), datetime(2024, 3, 5, 12, tzinfo=UTC)
    loopback.on(COINBASE + "products", Reply({"products": [], "num_products": 0}))
    with pytest.raises(BadData, match="list of markets"):
        source.fetch(BTC, Timeframe.H1, noon - timedelta(hours=6), noon)
    coinbase_markets(loopback)
    loopback.on(COINBASE + "products/BTC-USD/candles", Reply(coinbase_rows(rows())))
    assert len(source.fetch(BTC, Timeframe.H1, noon - timedelta(hours=6), noon)) == 6
