"""Yahoo's search through the real yfinance client."""

import pytest

from core.collect.symbol_search import search_online
from core.collect.venues.yahoo import Yahoo
from core.errors import BadData, RateLimited, SourceError, Unreachable
from core.records import AssetClass
from tests.collect.loopback import Loopback, LoopbackSession, Reply

SEARCH = "/query2.finance.yahoo.com/v1/finance/search"


def quote(symbol: str, kind: str, **more) -> dict:
    return {
        "symbol": symbol,
        "quoteType": kind,
        "shortname": f"{symbol} short",
        "exchDisp": "NASDAQ",
        "score": 9,
        **more,
    }


def test_only_what_can_be_read_is_offered(loopback: Loopback, yahoo: Yahoo) -> None:
    quotes = [
        quote("AAPL", "EQUITY", longname="Apple <b>Inc.</b>"), quote("AAPL", "EQUITY"), quote("BTC-USD", "CRYPTOCURRENCY"),
        quote("EURUSD=X", "CURRENCY", exchDisp=None), quote("^GSPC", "INDEX"), quote("7203.T", "EQUITY"),
        quote("AAPL250117C00100000", "OPTION"), quote("GC=F", "FUTURE"), quote("0P0000ABC", "MUTUALFUND"),
        quote("NVDA", "INDEX"), {"isYahooFinance": False, "name": "Private company"}, quote("", "EQUITY"),
        quote("SPY", "ETF", shortname=None),
    ]  # fmt: skip
    loopback.on(SEARCH, Reply({"quotes": quotes, "news": [], "count": 9}))
    found = search_online("  apple  computer ", yahoo, 10)
    assert [(f.symbol, f.name) for f in found] == [
        ("AAPL", "Apple Inc. (NASDAQ)"), ("BTC-USD", "BTC-USD short (NASDAQ)"), ("EURUSD=X", "EURUSD=X short"),
        ("^GSPC", "^GSPC short (NASDAQ)"), ("7203.T", "7203.T short (NASDAQ)"), ("SPY", "SPY (NASDAQ)"),
    ]  # fmt: skip
    assert found[2].asset_class is AssetClass.FX
    query = next(query for path, query, _ in loopback.asked if path.startswith(SEARCH))
    assert query["q"] == "apple computer" and query["quotesCount"] == "10"


def test_nothing_found_and_nothing_asked(loopback: Loopback, yahoo: Yahoo) -> None:
    loopback.on(SEARCH, Reply({"quotes": []}))
    assert search_online("zzzz", yahoo) == ()
    asked = len(loopback.asked)
    assert search_online("  ", yahoo) == () and len(loopback.asked) == asked


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply("Too Many Requests", 429), RateLimited),
        (Reply("<html>maintenance</html>"), BadData),
        (Reply({"quotes": None}), BadData),
        (Reply([1]), BadData),
        (Reply("", 500), SourceError),
        (Reply("", delay=10), Unreachable),
    ],
    ids=["429", "HTML", "null", "a list", "500", "silence"],
)
def test_failures(loopback: Loopback, yahoo: Yahoo, reply: Reply, kind: type[SourceError]) -> None:
    loopback.on(SEARCH, reply)
    with pytest.raises(kind):
        search_online("apple", Yahoo(yahoo._cache_dir, 0.5, lambda: LoopbackSession(loopback.url)))


def test_an_isin_is_not_looked_up_by_itself(loopback: Loopback, yahoo: Yahoo) -> None:
    loopback.on(SEARCH, Reply({"quotes": [quote("AAPL", "EQUITY")]}))
    assert [f.symbol for f in search_online("US0378331005", yahoo)] == ["AAPL"]
    assert loopback.count(SEARCH) == 1
