"""Real clients on loopback servers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.collect import Yahoo
from tests.collect.loopback import Loopback, LoopbackSession, Reply


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    server = Loopback()
    yield server
    server.close()


@pytest.fixture(scope="session")
def yahoo_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """yfinance binds its caches once a process."""
    return tmp_path_factory.mktemp("yfinance")


@pytest.fixture
def yahoo(loopback: Loopback, yahoo_cache: Path) -> Iterator[Yahoo]:
    """The real yfinance client, talking to the loopback server, with nothing remembered from other tests."""
    import yfinance
    import yfinance.base

    from tests.collect.yahoo_quotes import forget_yahoo

    forget_yahoo()
    yfinance.base._tz_info_fetch_ctr = 0
    loopback.on("/fc.yahoo.com/", Reply("ok"))
    loopback.on("/query1.finance.yahoo.com/v1/test/getcrumb", Reply("CRUMB"))
    loopback.on("/query2.finance.yahoo.com/v1/test/getcrumb", Reply("CRUMB"))
    loopback.on("/guce.yahoo.com/", Reply("<html></html>"))
    asked = Yahoo(yahoo_cache, 2.0, lambda: LoopbackSession(loopback.url))
    yield asked
    for symbol in ("AAPL", "BTC-USD", "NOPE"):
        yfinance.cache.get_tz_cache().store(symbol, None)
    forget_yahoo()
