import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UnknownSymbol
from core.instruments import resolve
from core.records import AssetClass, Timeframe


@pytest.mark.parametrize(
    ("typed", "symbol", "kind"),
    [
        ("BTC", "BTC-USD", AssetClass.CRYPTO),
        (" btc/usdt ", "BTC-USD", AssetClass.CRYPTO),
        ("BTC-USD", "BTC-USD", AssetClass.CRYPTO),
        ("ETH/BTC", "ETH-BTC", AssetClass.CRYPTO),
        ("AAPL", "AAPL", AssetClass.STOCK),
        ("BRK-B", "BRK-B", AssetClass.STOCK),
        ("VOD.L", "VOD.L", AssetClass.STOCK),
        ("EURUSD=X", "EURUSD=X", AssetClass.FX),
        ("eur/usd", "EURUSD=X", AssetClass.FX),
        ("^GSPC", "^GSPC", AssetClass.INDEX),
    ],
)
def test_symbols_as_people_type_them(typed: str, symbol: str, kind: AssetClass) -> None:
    instrument = resolve(typed)
    assert (instrument.symbol, instrument.asset_class) == (symbol, kind)


@pytest.mark.parametrize(
    "typed", ["", "   ", "'; DROP TABLE bars; --", "../../etc/passwd", "BTC USD", "💸", "A" * 40, "<b>"]
)
def test_what_cannot_be_a_symbol_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(UnknownSymbol, match="write it like BTC-USD"):
        resolve(typed)


@given(st.text(max_size=30))
def test_any_text_resolves_to_a_stable_symbol_or_one_sentence(typed: str) -> None:
    try:
        instrument = resolve(typed)
    except UnknownSymbol as err:
        assert "\n" not in str(err)
    else:
        assert resolve(instrument.symbol) == instrument


def test_bars_in_a_year() -> None:
    assert resolve("BTC").bars_per_year(Timeframe.H1) == 365 * 24
    assert resolve("AAPL").bars_per_year(Timeframe.D1) == 252
    assert resolve("AAPL").bars_per_year(Timeframe.H1) == 252 * 6.5
    assert resolve("EURUSD=X").bars_per_year(Timeframe.H1) == 252 * 24
