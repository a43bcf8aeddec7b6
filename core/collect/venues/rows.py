"""From the rows that providers of crypto serve to the shape of bars."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from core.collect.shaping import shape_bars
from core.errors import BadData
from core.records import Timeframe
from core.tables import BAR_COLUMNS

_LATEST = 4_102_444_800
"""The year 2100: a later time is none, and no bar is that of a question."""


def to_bars(
    rows: Sequence[Sequence[Any]],
    timeframe: Timeframe,
    name: str,
    per_second: int = 1,
    closes: bool = False,
    volume: bool = True,
) -> pd.DataFrame:
    """Rows [time, open, high, low, close, volume] in any order as bars; the later of two with one time counts.

    Rows off the timeframe's grid belong to a bar under way and are left out, as are rows without a time.

    Args:
        rows: numbers, text of numbers, or None.
        per_second: how many units of time make a second: 1, or 1000 for milliseconds.
        closes: True where the time of a row is the close of its bar, not its open.
        volume: False where rows end with the close; then it counts as 0.
    Raises:
        BadData: rows of another length, values that are no numbers, or no price in any row.
    """
    names = ["date", *(column for column in BAR_COLUMNS if volume or column != "volume")]
    try:
        table = pd.DataFrame(list(rows), columns=names).astype("float64")
    except (ValueError, TypeError) as err:
        raise BadData(f"{name}'s bars do not have {len(names)} numbers each") from err
    seconds = table["date"] / per_second
    sound = (seconds % timeframe.seconds == 0) & seconds.between(0, _LATEST)
    table = table.assign(date=seconds - timeframe.seconds * closes)[sound].drop_duplicates(
        "date", keep="last"
    )
    index = pd.DatetimeIndex(pd.to_datetime(table["date"].astype("int64"), unit="s", utc=True))
    bars = shape_bars(table.drop(columns="date").set_axis(index)).sort_index()
    if bars.empty and len(table):
        raise BadData(f"{name}'s bars hold no prices")
    return bars
