"""Names, the real clients behind one failover, and the headline reader."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from core.collect import (
    BarRequest,
    CoinGeckoSource,
    Gate,
    SampleSource,
    Yahoo,
    YFinanceSource,
    collect_bars,
    source_factory,
)
from core.errors import DataUnavailable, InputError
from core.instruments import resolve
from core.records import Timeframe
from core.settings import ROOT, Settings
from core.tables import empty_bars
from tests.collect.loopback import CHART, Loopback, Reply, yahoo_chart

BTC = resolve("BTC-USD")
MIDNIGHT = datetime(2024, 3, 5, tzinfo=UTC)
NOW = MIDNIGHT + timedelta(hours=12, minutes=20)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        (
            "auto",
            [
                "yfinance",
                "ccxt:binance",
                "ccxt:kraken",
                "ccxt:coinbase",
                "coingecko",
                "alphavantage",
                "cryptocompare",
                "sample",
            ],
        ),
        ("ccxt:bitstamp", ["ccxt:bitstamp"]),
        ("cryptocompare", ["cryptocompare"]),
        ("sample", ["sample"]),
        ("yfinance", ["yfinance"]),
        (" CoinGecko ", ["coingecko"]),
        ("imported", ["imported"]),
        ("file:/tmp/a.csv", ["file:/tmp/a.csv"]),
    ],
)
def test_names(settings: Settings, name: str, order: list[str]) -> None:
    assert [source.name for source in source_factory(settings)(name)] == order


@pytest.mark.parametrize("name", ["", "binance", "file:", "auto,sample", "ccxt:", "ccxt:../x"])
def test_an_unknown_name_lists_what_is_allowed(settings: Settings, name: str) -> None:
    with pytest.raises(
        InputError, match=r"choose auto, sample, yfinance, coingecko, ccxt:EXCHANGE, .* file:PATH"
    ):
        source_factory(settings)(name)


def auto(loopback: Loopback, yahoo: Yahoo):
    return (
        YFinanceSource(yahoo),
        CoinGeckoSource(0.5, None, f"{loopback.url}/api/v3/", lambda: NOW),
        SampleSource(),
    )


def collect(loopback: Loopback, yahoo: Yahoo, symbol: str = "BTC-USD", back: timedelta = timedelta(hours=30)):
    return collect_bars(
        BarRequest(resolve(symbol), Timeframe.M30, NOW - back, NOW, NOW), auto(loopback, yahoo),
        lambda name, frame: empty_bars(), lambda name, frame: (), Gate(60, lambda: NOW),
    )  # fmt: skip


def test_yahoo_limits_us_and_coingecko_serves(loopback: Loopback, yahoo: Yahoo) -> None:
    loopback.on(CHART, Reply("Too Many Requests", 429))
    closes = [MIDNIGHT + timedelta(minutes=30 * n) for n in range(-20, 24)]
    loopback.on("/api/v3/", Reply([[int(t.timestamp() * 1000), 100, 102, 99, 101] for t in closes]))
    found = collect(loopback, yahoo)
    assert found.source == "coingecko" and found.world == "live" and found.clock is None
    assert found.problems[0].where == "collect/yfinance" and "429" in found.problems[0].what


def test_yahoo_serves_and_nobody_else_is_asked(loopback: Loopback, yahoo: Yahoo) -> None:
    times = [int((MIDNIGHT + timedelta(minutes=15 * n)).timestamp()) for n in range(-40, 50)]
    loopback.on(
        CHART + "BTC-USD", Reply(yahoo_chart("BTC-USD", times, [100.0 + n for n in range(90)], "UTC"))
    )
    found = collect(loopback, yahoo)
    assert found.source == "yfinance" and not found.problems and loopback.count("api/v3") == 0
    assert found.bars.index[-1] == MIDNIGHT + timedelta(hours=11, minutes=30), "12:00 is under way"


def test_all_live_sources_dead_leaves_the_sample(loopback: Loopback, yahoo: Yahoo) -> None:
    loopback.on(CHART, Reply("<html>down</html>", 502))
    loopback.on("/api/v3/", Reply("no", 503))
    found = collect(loopback, yahoo)
    assert found.source == "sample" and found.clock == datetime(2019, 9, 30, tzinfo=UTC)
    assert [p.where for p in found.problems] == ["collect/yfinance", "collect/coingecko"]


def test_all_dead_and_no_sample_is_one_sentence(loopback: Loopback, yahoo: Yahoo) -> None:
    loopback.on(CHART, Reply("no", 500))
    with pytest.raises(DataUnavailable) as caught:
        collect(loopback, yahoo, "AAPL")
    text = str(caught.value)
    assert "yfinance: Yahoo has a fault" in text and "coingecko: CoinGecko has crypto only" in text
    assert "sample: the sample has AAPL at 1d, not at 30m" in text and "\n" not in text


def test_the_menu_imports_no_client() -> None:
    code = "import sys, core.collect; print([m for m in ('yfinance','curl_cffi','pycoingecko','feedparser','requests','pandera','ccxt','exchange_calendars','praw','rapidfuzz','py3langid') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
