import pytest

from core.collect import aliases, mentions
from core.instruments import resolve


@pytest.mark.parametrize(
    ("symbol", "title", "found"),
    [
        ("ETH-USD", "A new method to mine", False),
        ("ETH-USD", "Together stronger", False),
        ("ETH-USD", "eth/btc ratio falls", True),
        ("ETH-USD", "$ETH breaks out", True),
        ("ETH-USD", "Ethereum's next upgrade", True),
        ("ETH-USD", "ETHER RALLIES", True),
        ("ETH-USD", "Ethereum Classic attacked", False),
        ("BTC-USD", "Bitcoin Cash splits", False),
        ("BTC-USD", "Bitcoin Cash splits, Bitcoin falls", True),
        ("BCH-USD", "Bitcoin Cash splits", True),
        ("BTC-USD", "BTC-USD pair listed", True),
        ("BTC-USD", "Bitcoiners gather", False),
        ("LINK-USD", "The link between rates and gold", False),
        ("LINK-USD", "LINK gains on Chainlink news", True),
        ("DOT-USD", "Fed dot plot surprises", False),
        ("AAPL", "Apple beats forecasts", True),
        ("AAPL", "Prices of apple juice rise", False),
        ("AAPL", "(NASDAQ:AAPL) downgraded", True),
        ("NVDA", "Nvidia and others", True),
        ("F", "Grade F for the Fed", False),
        ("F", "$F rallies", True),
        ("EURUSD=X", "EUR/USD slips below 1.05", True),
        ("^GSPC", "S&P 500 closes at a record", True),
    ],
)
def test_whole_words_only(symbol: str, title: str, found: bool) -> None:
    assert mentions(title, resolve(symbol)) is found


def test_the_ticker_comes_first() -> None:
    assert aliases(resolve("ETH-USD")) == ("ETH", "Ethereum", "Ether")
    assert aliases(resolve("^GSPC")) == ("S&P 500",)
