"""Time along the bottom: UTC, without the hours in which a market sleeps, with the holes in the data."""

from typing import Any

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)


def plain_times(index: pd.Index) -> np.ndarray:
    """UTC times without zone in milliseconds: what plotly draws; a zone would be dropped or shifted."""
    return plain_index(index).as_unit("ms").to_numpy()


def plain_index(index: pd.Index) -> pd.DatetimeIndex:
    """The index in UTC, zone removed; one without zone is read as UTC."""
    times = pd.DatetimeIndex(index)
    return times.tz_convert("UTC").tz_localize(None) if times.tz is not None else times


def plain_time(moment: Any) -> pd.Timestamp:
    """One moment in UTC, zone removed."""
    time = pd.Timestamp(moment)
    return time.tz_convert("UTC").tz_localize(None) if time.tzinfo is not None else time


def spacing(index: pd.Index) -> pd.Timedelta:
    """The usual distance between two bars (median); one day when there are fewer than two."""
    return pd.Timedelta(np.median(np.diff(plain_times(index)))) if len(index) > 1 else DAY


def range_breaks(index: pd.Index) -> list[dict[str, Any]]:
    """Spans that plotly shall leave out: weekends, holidays and nights in which no bar was ever seen.

    A market that never closes gives none. Only what the bars themselves show is left out, so that a range too
    short to hold a weekend keeps its axis whole.
    """
    if len(index) < 2:
        return []
    times = plain_index(index)
    days = times.normalize().unique()
    calendar = pd.date_range(days[0], days[-1], freq="D")
    if 5 not in calendar.day_of_week or 5 in days.day_of_week:
        return []
    if 6 in days.day_of_week:
        return [{"bounds": ["sat", "sun"]}]
    breaks: list[dict[str, Any]] = [{"bounds": ["sat", "mon"]}]
    holidays = pd.bdate_range(days[0], days[-1]).difference(days)
    step = spacing(index)
    if step <= DAY and len(holidays):
        breaks.append({"values": [f"{day:%Y-%m-%d}" for day in holidays]})
    if step < DAY:
        minutes = times.hour * 60 + times.minute
        opens, closes = minutes.min() / 60, (minutes.max() + step / pd.Timedelta(minutes=1)) / 60
        if closes - opens < 23:
            breaks.append({"bounds": [closes, opens], "pattern": "hour"})
    return breaks


def holes(index: pd.Index, breaks: list[dict[str, Any]]) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Spans without bars where bars were due, longest first: from the end of one bar to the next.

    In a market that sleeps, only silence longer than any run of holidays (five days) counts.
    """
    if len(index) < 3:
        return []
    times, step = plain_index(index), spacing(index)
    longest = max(1.5 * step, 5 * DAY) if breaks else 1.5 * step
    distance = times[1:] - times[:-1]
    found = [(times[i] + step, times[i + 1]) for i in np.flatnonzero(distance > longest).tolist()]
    return sorted(found, key=lambda span: span[0] - span[1])
