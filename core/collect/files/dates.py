"""Times as files write them, read as UTC."""

import re

import numpy as np
import pandas as pd

from core.errors import BadFile

_SLASHED = r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2,4})"
_OFFSET = re.compile(r"(Z|UTC|GMT|[+-]\d{2}:?\d{2})\s*$", re.IGNORECASE)
_EPOCH_UNITS = ((1e17, 1e-3, "ns"), (1e14, 1.0, "us"), (1e11, 1e3, "ms"), (1e8, 1e6, "s"))
"""Above which size a number counts as nanoseconds … seconds since 1970, and how many microseconds one is."""


def read_times(
    text: pd.Series, column: str, where: str, zone: str | None = None, day_first: bool | None = None
) -> tuple[pd.DatetimeIndex, str]:
    """Times in UTC with a sentence on how they were understood.

    Args:
        text: the column; its index holds the row numbers of the file.
        zone: of times without an offset; None is UTC.
        day_first: of dates like 03/04/2024; None is found out.
    Raises:
        BadFile: the first row that cannot be read, or dates whose day and month cannot be told apart.
    """
    if pd.api.types.is_datetime64_any_dtype(text):
        if text.dt.tz is None:
            return _local(text, zone, column, where)
        return _index(pd.to_datetime(text, utc=True)), f"converted from {text.dt.tz}"
    numbers = pd.to_numeric(text, errors="coerce")
    if numbers.notna().all() and not _looks_like_calendar(numbers):
        return _epoch(numbers, column, where)
    words = text.astype(str).str.strip()
    slashed = words.str.extract(_SLASHED)
    first = bool(day_first)
    if slashed[0].notna().all():
        first = _day_first(slashed, column, where) if day_first is None else day_first
    elif words.str.fullmatch(r"\d{4}\.\d{1,2}\.\d{1,2}.*").all():
        words = words.str.replace(".", "-", n=2, regex=False)
    elif words.str.fullmatch(r"\d{8}[ T]\d{6}").all():
        return _local(
            pd.to_datetime(words.str.replace("T", " "), format="%Y%m%d %H%M%S"), zone, column, where
        )
    times = pd.to_datetime(words, utc=True, errors="coerce", format="mixed", dayfirst=first)
    unread = times.isna().to_numpy()
    if unread.any():
        row = text.index[unread][0]
        raise BadFile(
            f"{where}, row {row}, column {column!r}: {str(text[row])[:32]!r} is no date. Write it like "
            "2024-03-01 or 2024-03-01T14:30Z."
        )
    with_offset = words.map(lambda word: bool(_OFFSET.search(word)) and len(word) > 10)
    if with_offset.any() and not with_offset.all():
        row = text.index[~with_offset.to_numpy()][0]
        raise BadFile(
            f"{where}, row {row}, column {column!r}: {str(text[row])[:32]!r} has no time zone while other rows have. "
            "Give every row one, or none (then UTC is assumed)."
        )
    if with_offset.all():
        return _index(times), "converted to UTC"
    return _local(times.dt.tz_localize(None), zone, column, where)


def _local(times: pd.Series, zone: str | None, column: str, where: str) -> tuple[pd.DatetimeIndex, str]:
    """Wall-clock times of a zone in UTC; an hour that a clock change doubles is told apart by the order of rows."""
    if zone is None:
        return _index(times.dt.tz_localize("UTC")), "UTC assumed"
    for ambiguous in ("infer", "raise"):
        try:
            return _index(
                times.dt.tz_localize(zone, ambiguous=ambiguous).dt.tz_convert("UTC")
            ), f"local time of {zone}"
        except (
            ValueError
        ) as err:  # also what pandas raises for hours that a clock change leaves out or doubles
            problem = err
    raise BadFile(
        f"{where}, column {column!r}: a time does not exist or is doubled in {zone} when its clocks change "
        f"({str(problem)[:60]}). Write times in UTC, or with an offset like +01:00."
    ) from problem


def _index(times: pd.Series) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(times).as_unit("us")


def _looks_like_calendar(numbers: pd.Series) -> bool:
    return bool(numbers.between(19000101, 21001231).all())


def _epoch(numbers: pd.Series, column: str, where: str) -> tuple[pd.DatetimeIndex, str]:
    unit = next((known for known in _EPOCH_UNITS if numbers.abs().max() >= known[0]), None)
    if unit is None:
        row = numbers.index[0]
        raise BadFile(
            f"{where}, row {row}, column {column!r}: {numbers.iloc[0]:g} is no date and no Unix time. Write it like "
            "2024-03-01T14:30Z."
        )
    micros = np.round(numbers.to_numpy("float64") * unit[1]).astype("int64").view("datetime64[us]")
    return pd.DatetimeIndex(micros).tz_localize("UTC"), f"Unix time in {unit[2]}"


def _day_first(parts: pd.DataFrame, column: str, where: str) -> bool:
    first, second = parts[0].astype(int), parts[1].astype(int)
    if (first > 12).any() and (second > 12).any():
        row = parts.index[(second > 12).to_numpy()][0]
        raise BadFile(
            f"{where}, row {row}, column {column!r}: some dates put the day first and some the month. "
            "Write them like 2024-03-01."
        )
    if (first > 12).any():
        return True
    if (second > 12).any() or (first == second).all():
        return False
    raise BadFile(
        f"{where}, column {column!r}: no row tells whether the day or the month comes first. Write dates like 2024-03-01, or say which."
    )
