"""The asset, timeframe and source that every page works on; chosen once, in the sidebar, and kept in the address."""

from dataclasses import dataclass

import streamlit as st

from core.errors import InputError
from core.instruments import resolve
from core.records import Timeframe
from core.runtime import Runtime
from core.store.visits import save_visit
from core.views import known_symbols, sample_span
from pages.components.finder import symbol_finder

SOURCES = {
    "auto": "live sources in turn, then the sample",
    "sample": "embedded real prices; no network, no key; its clock stands at its last bar",
    "yfinance": "Yahoo Finance",
    "ccxt:binance": "Binance, public data",
    "ccxt:kraken": "Kraken, public data",
    "ccxt:coinbase": "Coinbase, public data",
    "coingecko": "CoinGecko",
    "alphavantage": "Alpha Vantage; needs a key",
    "cryptocompare": "CryptoCompare; needs a key",
    "imported": "what you imported on the Market page",
}

_SAME_VISIT = 600.0
"""Seconds after which looking at the same asset is another visit."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the pages work on."""

    symbol: str
    timeframe: Timeframe
    source: str


def sidebar_choices(runtime: Runtime) -> None:
    """Draw the three pickers; the choice is read with `choice()`."""
    settings = runtime.settings
    symbols = known_symbols(runtime.bench)
    frames = [frame.value for frame in Timeframe]
    st.selectbox(
        "Asset",
        symbols,
        index=symbols.index(settings.symbol) if settings.symbol in symbols else 0,
        key="asset",
        accept_new_options=True,
        bind="query-params",
        help="Pick one, or type any symbol: BTC, BTC/USDT, AAPL, EURUSD=X, ^GSPC.",
    )
    st.selectbox(
        "Timeframe",
        frames,
        index=frames.index(settings.timeframe.value),
        key="timeframe",
        bind="query-params",
        help="Length of one bar. Decisions are made when a bar has closed.",
    )
    symbol_finder(runtime)
    _keep_visit(runtime)
    names = list(SOURCES)
    st.selectbox(
        "Data source",
        names,
        index=names.index(settings.source) if settings.source in names else 0,
        key="source",
        bind="query-params",
        help="Where bars come from.\n\n"
        + "\n".join(f"- **{name}**: {meaning}" for name, meaning in SOURCES.items()),
    )


def _keep_visit(runtime: Runtime) -> None:
    """Note which asset is looked at, once when it is chosen and again every ten minutes: preloading learns from it."""
    try:
        symbol = resolve(st.session_state.get("asset") or "").symbol
    except InputError:
        return  # the page says what is wrong with it
    now = runtime.bench.clock()
    seen: tuple[str, float] = st.session_state.get("visited", ("", 0.0))
    if seen[0] != symbol or now.timestamp() - seen[1] >= _SAME_VISIT:
        runtime.store.write(save_visit(symbol, now))
        st.session_state["visited"] = (symbol, now.timestamp())


def choice() -> Choice:
    """The asset, timeframe and source chosen in the sidebar.

    Raises:
        UnknownSymbol: the typed symbol cannot be read.
        InputError: nothing is chosen.
    """
    symbol = st.session_state.get("asset")
    if not symbol:
        raise InputError("No asset is chosen: pick one in the sidebar, or type its symbol.")
    return Choice(
        resolve(symbol).symbol,
        Timeframe(st.session_state.get("timeframe", "1h")),
        st.session_state.get("source", "auto"),
    )


def sample_note(chosen: Choice, runtime: Runtime) -> None:
    """Say that the sample is shown, and how far it reaches."""
    if chosen.source != "sample":
        return
    span = sample_span(runtime.bench, chosen.symbol, chosen.timeframe)
    if span is None:
        st.warning(
            f"The sample has no {chosen.timeframe} bars of {chosen.symbol}. "
            "It holds BTC-USD and ETH-USD (30m, 1h, 4h), BTC-USD, NVDA and AAPL (1d)."
        )
    else:
        st.info(
            f"Embedded sample of real prices: {chosen.symbol} {chosen.timeframe}, "
            f"{span[0]:%Y-%m-%d} to {span[1]:%Y-%m-%d}. Its clock stands at its last bar, not at today.",
            icon=":material/inventory_2:",
        )
