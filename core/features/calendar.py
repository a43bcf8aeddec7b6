"""Calendar: the hour and weekday at which a bar opened, as points on a circle."""

import numpy as np

from core.features.feature import Family, Feature
from core.features.prices import Prices

_DAY = 1440
_WEEK = 7
_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday; Monday is 0."""

FEATURES = tuple(
    Feature(
        f"{span}_{wave}",
        "calendar",
        0,
        "−1 … 1",
        f"{words} ({wave} of its circle)",
        f"{wave} of 2π · {what}",
        "cyclic encoding of the open time, UTC",
    )
    for span, words, what in (
        ("hour", "time of day", "minute of the day / 1440"),
        ("weekday", "day of the week", "day of the week / 7, Monday 0"),
    )
    for wave in ("sin", "cos")
)


def compute(p: Prices) -> dict[str, np.ndarray]:
    """Looked up in tables: half a million sines would cost more than all averages."""
    minutes = (p.dates.as_unit("s").asi8 // 60).astype(np.int32)
    day = minutes // _DAY
    minute = minutes - day * _DAY
    weekday = (day + _EPOCH_WEEKDAY) % _WEEK
    day_circle = 2.0 * np.pi * np.arange(_DAY) / _DAY
    week_circle = 2.0 * np.pi * np.arange(_WEEK) / _WEEK
    return {
        "hour_sin": np.sin(day_circle)[minute],
        "hour_cos": np.cos(day_circle)[minute],
        "weekday_sin": np.sin(week_circle)[weekday],
        "weekday_cos": np.cos(week_circle)[weekday],
    }


CALENDAR = Family(
    "calendar",
    FEATURES,
    compute,
    "Calendar: time of day and day of the week, as points on a circle.",
)
