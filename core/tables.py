"""Frames that pass between stages: their columns, dtypes and checks.

Bars: index `date` (open time of the bar, UTC, unique, ascending), columns open, high, low, close,
volume, all float64. Nobody mutates a frame that was handed over.
"""

from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
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
    if not isinstance(bars.index, pd.DatetimeIndex) or str(bars.index.tz) != "UTC":
        raise BadData(f"{where}: bars break the rule «the index holds times in UTC».")
    if _keeps_contract(bars):
        return bars
    import pandera.errors

    try:
        return bar_schema().validate(bars)
    except pandera.errors.SchemaError as err:
        raise BadData(f"{where}: bars break the rule «{err.check}» ({str(err)[:160]}).") from err


def _keeps_contract(bars: pd.DataFrame) -> bool:
    """The rules of `bar_schema` at once: a guard looks at new bars every minute, and pandera takes 10 ms for a few rows.
    What is not found sound here is left to pandera, which names the rule."""
    index = bars.index
    if tuple(bars.columns) != BAR_COLUMNS or index.dtype != "datetime64[us, UTC]" or index.name != "date":
        return False
    if not (bars.dtypes == "float64").all() or not (index.is_monotonic_increasing and index.is_unique):
        return False
    opened, high, low, close, volume = bars.to_numpy().T
    prices = np.minimum(low, np.minimum(opened, close)) > 0
    shape = (high >= np.maximum(opened, close)) & (high >= low) & (low <= opened) & (low <= close)
    return bool((prices & shape & (volume >= 0)).all())


def stamp(moment: datetime) -> pd.Timestamp:
    """A moment as pandas compares it with an index of bars, whatever object its zone is."""
    return pd.Timestamp(moment).tz_convert("UTC")


def closed_bars(bars: pd.DataFrame, timeframe: Timeframe, as_of: datetime) -> pd.DataFrame:
    """Only the bars that had closed at `as_of`: open time + timeframe ≤ as_of."""
    return bars.loc[: stamp(as_of) - timeframe.delta]
