"""Which column of a file holds what, under the names that exporters use."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.errors import BadFile

ALIASES: dict[str, tuple[str, ...]] = {
    "date": ("date", "datetime", "timestamp", "time", "opentime", "datetimeutc", "timestamputc", "dateutc", "unix",
             "unixtimestamp", "unixtime", "ts", "tradingday", "day", "gmttime", "localtime", "candleopentime"),
    "open": ("open", "o", "openprice", "opening"),
    "high": ("high", "h", "highprice", "max"),
    "low": ("low", "l", "lowprice", "min"),
    "close": ("close", "c", "closeprice", "last", "price", "closelast", "closing"),
    "adjusted": ("adjclose", "adjustedclose", "closeadj", "adjustedcloseprice"),
    "volume": ("volume", "v", "vol", "tickvol", "tickvolume", "volumebase", "basevolume", "volumebtc", "shares"),
}  # fmt: skip
"""Ours → theirs, reduced to lower-case letters; earlier names are preferred."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The file's own column names, by what they hold."""

    date: str
    clock: str | None
    """A second column with the time of day, as MetaTrader writes it."""
    open: str
    high: str
    low: str
    close: str
    adjusted: str | None
    volume: str | None

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(what it holds, the file's name) of every column that is used."""
        named = (
            ("date", self.date), ("time", self.clock), ("open", self.open), ("high", self.high), ("low", self.low),
            ("close", self.close), ("adjusted close", self.adjusted), ("volume", self.volume),
        )  # fmt: skip
        return tuple((ours, theirs) for ours, theirs in named if theirs is not None)


def find_columns(names: Iterable[str], where: str, chosen: Mapping[str, str] | None = None) -> Columns:
    """Match a file's column names.

    Args:
        chosen: ours → the file's name, of those that the user named; they override what is detected.
    Raises:
        BadFile: naming the columns that are missing and those that were found.
    """
    listed = [str(name) for name in names]
    chosen = chosen or {}
    unknown = next((name for name in chosen.values() if name not in listed), None)
    if unknown is not None:
        raise BadFile(f"{where} has no column {unknown[:24]!r}: it has {_shown(listed)}.")
    letters: dict[str, str] = {}
    for name in listed:
        letters.setdefault(re.sub(r"[^a-z]", "", name.lower()), name)
    found = {
        ours: next((letters[alias] for alias in theirs if alias in letters), None) for ours, theirs in ALIASES.items()
    }  # fmt: skip
    if found["close"] is None and found["adjusted"] is not None:
        found["close"], found["adjusted"] = found["adjusted"], None
    found |= {ours: theirs for ours, theirs in chosen.items() if ours != "time"}
    if "close" in chosen:
        found["adjusted"] = None  # the user's close is the price that is meant
    absent = [ours for ours in ("date", "open", "high", "low", "close") if found[ours] is None]
    if absent:
        raise BadFile(
            f"{where} has no column for {', '.join(absent)}: row 1 must name the columns date, open, high, low, close "
            f"(volume is optional), but it has {_shown(listed)}."
        )
    if found["volume"] is None:
        # exporters write «Volume BTC», «Volume USD»: the first is in units of the asset
        found["volume"] = next((name for key, name in letters.items() if key.startswith("volume")), None)
    clock = letters.get("time") if found["date"] != letters.get("time") and "date" in letters else None
    clock = chosen.get("time", None if "date" in chosen else clock)
    return Columns(
        str(found["date"]), clock, str(found["open"]), str(found["high"]), str(found["low"]), str(found["close"]),
        found["adjusted"], found["volume"],
    )  # fmt: skip


def _shown(names: list[str]) -> str:
    return ", ".join(repr(name[:24]) for name in names[:12]) or "none"
