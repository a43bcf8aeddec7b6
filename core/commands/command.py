"""What a command is, and the words that all of them share."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.records import Timeframe
from core.runtime import Runtime
from core.settings import load_settings


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command prints."""

    text: str
    """For a person."""
    data: dict[str, Any]
    """For a program."""
    done: bool = True
    """False gives exit code 1."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the CLI."""

    name: str
    meaning: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Answer]


@contextmanager
def runtime() -> Iterator[Runtime]:
    """The engine, opened for one command."""
    opened = Runtime(load_settings())
    try:
        yield opened
    finally:
        opened.close()


def add_series(parser: argparse.ArgumentParser) -> None:
    """Asset, timeframe and source."""
    parser.add_argument("symbol", help="BTC-USD, BTC/USDT, BTC, AAPL, EURUSD=X …")
    parser.add_argument("--timeframe", default=None, help="1m 5m 15m 30m 1h 4h 1d (default: from settings)")
    parser.add_argument(
        "--source",
        default=None,
        help="auto, sample, yfinance, coingecko, ccxt:EXCHANGE, alphavantage, cryptocompare, imported or file:PATH",
    )


def timeframe(text: str | None, default: Timeframe) -> Timeframe:
    """Read a timeframe.

    Raises:
        InputError: it is not one of those that exist.
    """
    if text is None:
        return default
    try:
        return Timeframe(text.lower())
    except ValueError as err:
        allowed = ", ".join(frame.value for frame in Timeframe)
        raise InputError(f"Timeframe {text!r} does not exist: choose one of {allowed}.") from err
