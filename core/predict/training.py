"""Train the models of a horizon, with the honest score that they are judged by.

The same data, settings and libraries give the same model, bit for bit: one thread per fit, fixed seeds.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory
from core.predict.calibration import Calibration, class_shares
from core.predict.dataset import Dataset, labelled_rows
from core.predict.heads import HeadData, HeadOutOfSample, Heads, fit_heads
from core.predict.labels import average_uniqueness
from core.predict.members import CLASSES, fit_members
from core.predict.model import Horizon, ModelMeta, TrainedModel, horizons, recipe, versions
from core.predict.one_thread import one_thread
from core.predict.out_of_sample import OutOfSample, as_frame, forecast_out_of_sample
from core.predict.regimes import RegimeModel, fit_regimes, regime_probabilities
from core.predict.validation import Split, walk_forward
from core.predict.volatility import VolatilityModel, fit_volatility
from core.records import Problem, Timeframe
from core.settings import PredictSettings
from core.tables import closed_bars

_EARLY = 0.9
"""Of the bars before the first test block would begin if every bar were labelled."""

Progress = Callable[[float, str], None]
"""Called with the share done (0…1) and what was done; may raise to stop."""


@dataclass(frozen=True, slots=True)
class Series:
    """Whose bars a model is trained on, and until when."""

    symbol: str
    """Canonical."""
    timeframe: Timeframe
    source: str
    """Where the bars came from."""
    as_of: datetime
    """The moment of training: whatever had not closed by then is not read."""
    train_bars: int
    """Only the last so many closed bars are used."""


@dataclass(frozen=True, slots=True, eq=False)
class Training:
    """A trained model and the forecasts of the past that it is judged by."""

    model: TrainedModel
    past: pd.DataFrame
    """See `core.predict.out_of_sample.as_frame`."""
    seconds: float
    remarks: tuple[str, ...]
    """What of the settings a member could not follow."""


@dataclass(frozen=True, slots=True, eq=False)
class Market:
    """What the models of one moment share, whatever their horizon."""

    early: RegimeModel | None
    """Regimes by bars before any test block: what out-of-sample forecasts may know."""
    late: RegimeModel | None
    """Regimes by all bars: what the final model goes by."""
    volatility: VolatilityModel | None


def train(
    bars: pd.DataFrame,
    features: pd.DataFrame,
    horizon: Horizon,
    settings: PredictSettings,
    series: Series,
    market: Market | None = None,
) -> Training:
    """Train, score and calibrate a model on what was known at `series.as_of`.

    Args:
        bars: checked bars.
        features: columns to learn from, on the index of `bars`; none may carry the price's scale.
        horizon: name and bars of the labels' vertical barrier.
        settings: how to train.
        series: whose bars, until when.
        market: of `fit_market` for the same bars and series; fitted here when None.

    Raises:
        NotEnoughHistory: with the rows needed and available.
        InputError: the settings name a member that is not installed, or a feature that does not exist.
    """
    data = labelled_rows(
        bars,
        features,
        horizon.bars,
        settings.barrier_width,
        series.timeframe,
        series.as_of,
        series.train_bars,
    )
    _require_rows(len(data.outcome), horizon, settings, series)
    begun = time.perf_counter()
    market = market or fit_market(bars, settings, series)
    splits = tuple(walk_forward(data.start, data.end, settings.folds, settings.embargo_bars))
    early = _before(market.early, data, splits[0])
    regime = None if early is None else regime_probabilities(early, bars, data.start)
    past = forecast_out_of_sample(data, splits, settings, regime)
    weight = average_uniqueness(data.start, data.touch)
    members = fit_members(data.inputs, data.outcome, weight, settings, data.features)
    heads, head_past = _fit_heads(data, splits, weight, settings)
    meta = _meta(data, past, weight, horizon, settings, series)
    late = None if early is None else market.late
    model = TrainedModel(meta, members, past.stack, heads, late, market.volatility)
    frame = as_frame(data, past, head_past, regime, settings.members)
    remarks = tuple(remark for member in members for remark in member.remarks)
    return Training(model, frame, time.perf_counter() - begun, remarks)


def train_horizons(
    bars: pd.DataFrame,
    features: pd.DataFrame,
    wanted: Sequence[Horizon],
    settings: PredictSettings,
    series: Series,
    *,
    jobs: int = 2,
    on_progress: Progress | None = None,
) -> tuple[tuple[Training, ...], tuple[Problem, ...]]:
    """Train several horizons side by side in threads; see `train` for the arguments.

    Returns:
        Trainings in the order asked for, and one problem per horizon that the history is too short for.
    """
    from joblib import Parallel, delayed

    with one_thread():
        market = fit_market(bars, settings, series)

    def one(place: int, horizon: Horizon) -> tuple[int, Training | Problem]:
        try:
            with one_thread():
                return place, train(bars, features, horizon, settings, series, market)
        except NotEnoughHistory as short:
            return place, Problem("predict/train", str(short), f"No {horizon.name} forecast.")

    # The longest horizon overlaps most and is no slower than the others; order of finishing does not matter.
    runs = Parallel(n_jobs=jobs, backend="threading", return_as="generator_unordered")(
        delayed(one)(place, horizon) for place, horizon in enumerate(wanted)
    )
    outcomes: dict[int, Training | Problem] = {}
    for place, outcome in runs:
        outcomes[place] = outcome
        if on_progress is not None:
            on_progress(len(outcomes) / len(wanted), f"{wanted[place].name} horizon trained")
    ordered = [outcomes[place] for place in range(len(wanted))]
    trained = tuple(result for result in ordered if isinstance(result, Training))
    remarks = dict.fromkeys(remark for item in trained for remark in item.remarks)
    return trained, (
        *(result for result in ordered if isinstance(result, Problem)),
        *(Problem("predict/train", remark, "It was trained without.") for remark in remarks),
    )


def fit_market(bars: pd.DataFrame, settings: PredictSettings, series: Series) -> Market:
    """Regimes and volatility of a moment, whatever the horizon; the early regimes end before any first test block."""
    closed = closed_bars(bars, series.timeframe, series.as_of).iloc[-series.train_bars :]
    volatility = fit_volatility(closed, horizons(settings)) if settings.heads else None
    if settings.regime_states < 2:
        return Market(None, None, volatility)
    # A first test block begins later still: warm-up and the horizon's last rows are not labelled.
    cut = int(_EARLY * len(closed) / (settings.folds + 1))
    early, late = (
        fit_regimes(part, settings.regime_states, settings.regime_starts, settings.seed)
        for part in (closed.iloc[:cut], closed)
    )
    return Market(early, late, volatility)


def rows_needed(horizon: Horizon, settings: PredictSettings) -> int:
    """Labelled rows below which the first fold would train on fewer than 50 after purging."""
    return (settings.folds + 1) * (horizon.bars + settings.embargo_bars + 50)


def _require_rows(rows: int, horizon: Horizon, settings: PredictSettings, series: Series) -> None:
    needed = rows_needed(horizon, settings)
    if rows < needed:
        raise NotEnoughHistory(
            f"{series.symbol} {series.timeframe.value} at {series.as_of:%Y-%m-%d %H:%M}: the {horizon.name} horizon "
            f"({horizon.bars} bars) needs {needed} labelled rows to train and has {rows}; "
            "fetch or import a longer history, or choose a shorter horizon."
        )


def _before(regimes: RegimeModel | None, data: Dataset, first: Split) -> RegimeModel | None:
    """The regime model, unless it has seen a tested bar."""
    if regimes is None or regimes.last_opened >= data.opened[first.test[0]]:
        return None
    return regimes


def _fit_heads(
    data: Dataset, splits: Sequence[Split], weight: np.ndarray, settings: PredictSettings
) -> tuple[Heads | None, HeadOutOfSample | None]:
    if not settings.heads:
        return None, None
    given = HeadData(
        inputs=data.inputs, sigma=data.sigma, forward=data.forward, adverse=data.adverse,
        favourable=data.favourable, start=data.start, end=data.end, weight=weight,
    )  # fmt: skip
    return fit_heads(given, [(split.train, split.test) for split in splits], settings)


def _meta(
    data: Dataset,
    past: OutOfSample,
    weight: np.ndarray,
    horizon: Horizon,
    settings: PredictSettings,
    series: Series,
) -> ModelMeta:
    made_by = recipe(settings, horizon, data.features)
    content = data.sha256()
    identity = hashlib.sha256(f"{series.symbol}|{series.source}|{made_by}|{content}".encode()).hexdigest()[:8]
    algo = settings.members[0] if len(settings.members) == 1 else "ensemble"
    return ModelMeta(
        model_id=f"{series.symbol}_{series.timeframe.value}_{horizon.name}_{algo}_{series.as_of:%Y%m%dT%H%M}_{identity}",
        symbol=series.symbol,
        timeframe=series.timeframe,
        source=series.source,
        horizon=horizon,
        features=data.features,
        settings=settings,
        recipe=made_by,
        as_of=series.as_of,
        train_from=data.opened[0].to_pydatetime(),
        trained_until=data.settled[-1].to_pydatetime(),
        rows=len(data.outcome),
        effective_rows=float(weight.sum()),
        data_sha256=content,
        calibration=Calibration.of(
            past.calibrator,
            class_shares(data.outcome, CLASSES),
            class_shares(data.outcome, CLASSES, weight),
        ),
        scores=past.scores,
        versions=versions(),
    )
