"""Train one XGBoost classifier per horizon, with the honest score that it is judged by.

The same data, settings and library give the same model, bit for bit: one thread per fit, fixed seed.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime

import pandas as pd

from core.errors import NotEnoughHistory
from core.predict.boosting import CLASSES, fit_booster
from core.predict.calibration import Calibration, class_shares
from core.predict.dataset import labelled_rows
from core.predict.labels import average_uniqueness
from core.predict.model import Horizon, ModelMeta, TrainedModel, recipe
from core.predict.out_of_sample import score_walk_forward
from core.records import Problem, Timeframe
from core.settings import PredictSettings

Progress = Callable[[float, str], None]
"""Called with the share done (0…1) and what was done; may raise to stop."""


def train(
    bars: pd.DataFrame,
    features: pd.DataFrame,
    horizon: Horizon,
    settings: PredictSettings,
    *,
    symbol: str,
    timeframe: Timeframe,
    source: str,
    as_of: datetime,
    train_bars: int,
) -> TrainedModel:
    """Train, score and calibrate a model on what was known at `as_of`.

    Args:
        bars: checked bars; whatever had not closed at `as_of` is not read.
        features: columns to learn from, on the index of `bars`; none may carry the price's scale.
        horizon: name and bars of the labels' vertical barrier.
        settings: how to train.
        symbol: canonical symbol, for the record.
        timeframe: of the bars.
        source: where the bars came from, for the record.
        as_of: the moment of training.
        train_bars: only the last so many closed bars are used.

    Raises:
        NotEnoughHistory: with the rows needed and available.
    """
    data = labelled_rows(bars, features, horizon.bars, settings.barrier_width, timeframe, as_of, train_bars)
    _require_rows(
        len(data.outcome), horizon, settings, f"{symbol} {timeframe.value} at {as_of:%Y-%m-%d %H:%M}"
    )
    scores, believed = score_walk_forward(data, settings)
    weight = average_uniqueness(data.start, data.touch)
    booster = fit_booster(data.inputs, data.outcome, weight, settings)
    calibration = Calibration(
        believed,
        tuple(class_shares(data.outcome, CLASSES).tolist()),
        tuple(class_shares(data.outcome, CLASSES, weight).tolist()),
    )
    made_by = recipe(settings, horizon, data.features)
    content = data.sha256()
    identity = hashlib.sha256(f"{symbol}|{source}|{made_by}|{content}".encode()).hexdigest()[:8]
    meta = ModelMeta(
        model_id=f"{symbol}_{timeframe.value}_{horizon.name}_{as_of:%Y%m%dT%H%M}_{identity}",
        symbol=symbol,
        timeframe=timeframe,
        source=source,
        horizon=horizon,
        features=data.features,
        settings=settings,
        recipe=made_by,
        as_of=as_of,
        train_from=data.opened[0].to_pydatetime(),
        trained_until=data.settled[-1].to_pydatetime(),
        rows=len(data.outcome),
        effective_rows=float(weight.sum()),
        data_sha256=content,
        calibration=calibration,
        scores=scores,
        versions=_versions(),
    )
    return TrainedModel(meta, booster)


def train_horizons(
    bars: pd.DataFrame,
    features: pd.DataFrame,
    wanted: Sequence[Horizon],
    settings: PredictSettings,
    *,
    symbol: str,
    timeframe: Timeframe,
    source: str,
    as_of: datetime,
    train_bars: int,
    jobs: int = 2,
    on_progress: Progress | None = None,
) -> tuple[tuple[TrainedModel, ...], tuple[Problem, ...]]:
    """Train several horizons side by side in threads; see `train` for the arguments.

    Returns:
        Models in the order asked for, and one problem per horizon that the history is too short for.
    """
    from joblib import Parallel, delayed

    def one(place: int, horizon: Horizon) -> tuple[int, TrainedModel | Problem]:
        try:
            return place, train(
                bars, features, horizon, settings,
                symbol=symbol, timeframe=timeframe, source=source, as_of=as_of, train_bars=train_bars,
            )  # fmt: skip
        except NotEnoughHistory as short:
            return place, Problem("predict/train", str(short), f"No {horizon.name} forecast.")

    # The longest horizon overlaps most and is no slower than the others; order of finishing does not matter.
    runs = Parallel(n_jobs=jobs, backend="threading", return_as="generator_unordered")(
        delayed(one)(place, horizon) for place, horizon in enumerate(wanted)
    )
    outcomes: dict[int, TrainedModel | Problem] = {}
    for place, outcome in runs:
        outcomes[place] = outcome
        if on_progress is not None:
            on_progress(len(outcomes) / len(wanted), f"{wanted[place].name} horizon trained")
    ordered = [outcomes[place] for place in range(len(wanted))]
    return (
        tuple(result for result in ordered if isinstance(result, TrainedModel)),
        tuple(result for result in ordered if isinstance(result, Problem)),
    )


def rows_needed(horizon: Horizon, settings: PredictSettings) -> int:
    """Labelled rows below which the first fold would train on fewer than 50 after purging."""
    return (settings.folds + 1) * (horizon.bars + 50)


def _require_rows(rows: int, horizon: Horizon, settings: PredictSettings, where: str) -> None:
    needed = rows_needed(horizon, settings)
    if rows < needed:
        raise NotEnoughHistory(
            f"{where}: the {horizon.name} horizon ({horizon.bars} bars) needs {needed} labelled rows to train and has {rows}; "
            "fetch or import a longer history, or choose a shorter horizon."
        )


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    import xgboost

    named = {name: version(name) for name in ("numpy", "pandas", "TA-Lib", "joblib")}
    return {"xgboost": xgboost.__version__, **named}
