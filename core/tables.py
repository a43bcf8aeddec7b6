"""Frames that pass between stages: their columns, dtypes and checks.

Bars: index `date` (open time of the bar, UTC, unique, ascending), columns open, high, low, close,
volume, all float64. Nobody mutates a frame that was handed over.
"""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from core.errors import BadData
from core.records import Timeframe

if TYPE_CHECKING:
    import pandera.pandas as pa

BAR_COLUMNS = ("open", "high", "low", "close", "volume")


def empty_bars() -> pd.DataFrame:
    """No bars, with the right columns and index."""
    index = pd.DatetimeIndex([], name="date").tz_localize("UTC").as_unit("us")
    return pd.DataFrame({name: pd.Series(dtype="float64", index=index) for name in BAR_COLUMNS}, index=index)


@cache
def bar_schema() -> "pa.DataFrameSchema":
    """The pandera schema of checked bars; built on first use because pandera is slow to import."""
    import pandera.pandas as pa

    price = pa.Column("float64", pa.Check.gt(0), nullable=False)
    volume = pa.Column("float64", pa.Check.ge(0), nullable=False)
    return pa.DataFrameSchema(
        {"open": price, "high": price, "low": price, "close": price, "volume": volume},
        checks=[
            pa.Check(
                lambda f: f["high"] >= f[["open", "close", "low"]].max(axis=1),
                error="high below open, close or low",
            ),
            pa.Check(lambda f: f["low"] <= f[["open", "close"]].min(axis=1), error="low above open or close"),
            pa.Check(
                lambda f: f.index.is_monotonic_increasing and f.index.is_unique,
                error="dates out of order or doubled",
            ),
        ],
        index=pa.Index(pd.DatetimeTZDtype("us", "UTC"), name="date", coerce=True),
        strict=True,
        ordered=True,
    )


def check_bars(bars: pd.DataFrame, where: str) -> pd.DataFrame:
    """Return the bars unchanged when they keep the contract.

    Raises:
        BadData: naming `where` and the first rule broken.
    """
    import pandera.errors

    if not isinstance(bars.index, pd.DatetimeIndex) or str(bars.index.tz) != "UTC":
        raise BadData(f"{where}: bars break the rule «the index holds times in UTC».")
    try:
        return bar_schema().validate(bars)
    except pandera.errors.SchemaError as err:
        raise BadData(f"{where}: bars break the rule «{err.check}» ({str(err)[:160]}).") from err


def stamp(moment: datetime) -> pd.Timestamp:
    """A moment as pandas compares it with an index of bars, whatever object its zone is."""
    return pd.Timestamp(moment).tz_convert("UTC")


def closed_bars(bars: pd.DataFrame, timeframe: Timeframe, as_of: datetime) -> pd.DataFrame:
    """Only the bars that had closed at `as_of`: open time + timeframe ≤ as_of."""
    return bars.loc[: stamp(as_of) - timeframe.delta]
