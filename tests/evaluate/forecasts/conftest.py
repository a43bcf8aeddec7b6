"""Frames that several tests judge."""

import pandas as pd
import pytest

from tests.forecast_frames import foretold_bars, out_of_sample_frame


@pytest.fixture(scope="session")
def foretold() -> pd.DataFrame:
    """Forecasts of a market that can be foretold."""
    return out_of_sample_frame(foretold_bars(2500))


@pytest.fixture(scope="session")
def noise() -> pd.DataFrame:
    """Forecasts of noise."""
    return out_of_sample_frame(foretold_bars(2500, pull=0.0))
