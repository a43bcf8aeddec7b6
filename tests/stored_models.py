"""Models of three horizons in a store, with real scores: one that knows something and two that know nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from core.evaluate.forecasts import judge_forecasts
from core.predict import horizons
from core.records import ModelStatus, NullSeed, NullTestRun, PathRun, PathScore, Timeframe
from core.settings import PredictSettings
from core.store import Store
from core.store.model_scores import save_oos, save_scores
from core.store.models import ModelRow, save_model
from core.store.validation import save_validation
from tests.forecast_frames import foretold_bars, out_of_sample_frame

AT = datetime(2019, 5, 1, tzinfo=UTC)


def store_models(store: Store, settings: PredictSettings, cost: float = 0.0024) -> tuple[str, ...]:
    """Save a champion for each horizon of BTC-USD 1h of the sample; returns their ids, nearest first."""
    ids = []
    for horizon, bars in zip(horizons(settings), _markets(), strict=True):
        frame = out_of_sample_frame(bars, horizon.bars)
        scores = judge_forecasts(frame, cost)
        ids.append(f"BTC-USD_1h_{horizon.name}_20190501T0000_0000000a")
        row = ModelRow(
            ids[-1], "BTC-USD", Timeframe.H1, "sample", horizon.name, "recipe", AT, AT, AT,
            Path(f"{ids[-1]}.joblib"), "0" * 64, scores.skill, status=ModelStatus.CHAMPION, rows=len(frame),
        )  # fmt: skip
        store.write(save_model(row), save_scores(ids[-1], scores), save_oos(ids[-1], frame))
    return tuple(ids)


def _markets() -> tuple[pd.DataFrame, ...]:
    return foretold_bars(2500), foretold_bars(2500, seed=2, pull=0.0), foretold_bars(2500, seed=3, pull=0.0)


def store_null_test(store: Store, horizon: str = "short") -> NullTestRun:
    """A null test that passed."""
    seeds = tuple(
        NullSeed(n, 0.5 + 0.002 * (n % 3 - 1), 0.49 + 0.01 * (n % 5 - 2), 0.48 + 0.015 * (n % 4 - 2), 0.8 + 0.01 * (n % 4))
        for n in range(20)
    )  # fmt: skip
    run = NullTestRun("nulls", "BTC-USD", "1h", "sample", horizon, 4, 2000, "xgboost", seeds, AT, 61.0)
    store.write(save_validation(run))
    return run


def store_paths(store: Store, horizon: str = "short") -> PathRun:
    """A cross-validation with skill on four of five paths."""
    paths = tuple(
        PathScore(n, skill, skill / 2, 0.5 + skill, 0.5 + 2 * skill)
        for n, skill in enumerate((0.012, 0.006, -0.004, 0.009, 0.015))
    )
    run = PathRun(
        "paths", "BTC-USD", "1h", "sample", horizon, 4, "xgboost", 6, 2, 0, 2400, AT, AT, paths, AT, 31.0
    )
    store.write(save_validation(run))
    return run
