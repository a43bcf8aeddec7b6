"""What a command is, and the words that all of them share."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import InputError
from core.records import Timeframe
from core.settings import load_settings

if TYPE_CHECKING:
    from core.runtime import Runtime


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that a command makes for who called it: written where the caller sits, also when a server worked."""

    path: Path
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command prints."""

    text: str
    """For a person."""
    data: dict[str, Any]
    """For a program."""
    done: bool = True
    """False gives exit code 1."""
    files: tuple[WrittenFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command came to, here or in a server."""

    text: str
    data: str
    """The JSON object of --json."""
    code: int
    """Exit code."""
    refusal: str = ""
    """Why it was not done; empty when it was."""
    files: tuple[WrittenFile, ...] = ()


PassOn = Callable[[Sequence[str]], Ended]
"""Lets the server do what words mean."""


class Through(StrEnum):
    """How a command comes to its work while a server holds the database."""

    SERVER = "server"
    """The server does it, for an operator from anywhere."""
    HERE = "here"
    """The server does it, but only for a caller on its own machine: it makes tokens or touches files."""
    ITSELF = "itself"
    """It needs no database."""
    ALONE = "alone"
    """It cannot be done while a server runs."""


def never(options: argparse.Namespace) -> bool:
    """It does something, whatever the options."""
    return False


def always(options: argparse.Namespace) -> bool:
    """It shows, and changes nothing."""
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the CLI."""

    name: str
    meaning: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Answer]
    through: Through = Through.SERVER
    written: frozenset[str] = frozenset()
    """Options that name files which the caller's side writes, off Answer.files."""
    before: Callable[[argparse.Namespace], list[str]] | None = None
    """Words that only the caller's side can know (a typed password, who sits there), added to those for the server."""
    remote: "Callable[[argparse.Namespace, Sequence[str], PassOn], Ended] | None" = None
    """What the caller's side does with options and words while a server runs: for a command that waits for signals."""
    reads: Callable[[argparse.Namespace], bool] = never
    """Whether it only shows something, so that the audit trail need not tell of it."""


@dataclass(frozen=True, slots=True)
class Served:
    """A command is done for a caller by the server that holds the database."""

    runtime: "Runtime"
    who: str
    origin: str
    tell: Callable[[str], None]


_SERVED: ContextVar[Served | None] = ContextVar("served", default=None)


@contextmanager
def served(by: Served) -> Iterator[None]:
    """Commands that run in this thread work on the server's open engine and tell their progress to the caller."""
    mark = _SERVED.set(by)
    try:
        yield
    finally:
        _SERVED.reset(mark)


@contextmanager
def runtime() -> Iterator["Runtime"]:
    """The engine: the server's own where one serves the command, else opened for it."""
    if (by := _SERVED.get()) is not None:
        yield by.runtime
        return
    from core.runtime import Runtime

    opened = Runtime(load_settings())
    try:
        yield opened
    finally:
        opened.close()


def asked_by() -> tuple[str, str]:
    """Who gave the command and from where, for the audit trail."""
    by = _SERVED.get()
    return ("owner", "command line") if by is None else (by.who, by.origin)


def in_server() -> bool:
    """Whether a server does the command for somebody: it must not wait without end, and takes no signals."""
    return _SERVED.get() is not None


def tell(words: str) -> None:
    """A line of progress: to stderr, or to whom a server works for."""
    by = _SERVED.get()
    if by is None:
        print(f"  {words}", file=sys.stderr)
    else:
        by.tell(words)


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
