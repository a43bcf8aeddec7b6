"""Real bars for the features."""

from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def sample_bars() -> pd.DataFrame:
    """Real half-hourly bars of the embedded sample."""
    path = Path(__file__).resolve().parents[2] / "data" / "sample" / "btc_usd_30m.parquet"
    return (
        pd.read_parquet(path).set_index("date")[["open", "high", "low", "close", "volume"]].astype("float64")
    )
