"""What a null test or a cross-validation is made on: the series, the horizon, and one model of the ensemble."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.errors import InputError
from core.features import MODEL_COLUMNS, build_features
from core.instruments import resolve
from core.moments import moment
from core.pipeline.model_material import Material, model_material
from core.pipeline.run import Workbench
from core.predict import Dataset, Horizon, horizons, labelled_rows
from core.predict.calibration import class_shares
from core.predict.labels import average_uniqueness
from core.predict.members import MEMBERS
from core.records import Instrument, Timeframe
from core.settings import PredictSettings

LIGHT = "xgboost"
"""The model that stands for the ensemble where it is trained dozens of times."""
_TREES = 60


@dataclass(frozen=True, slots=True)
class ValidationRequest:
    """A series, a horizon and a model."""

    instrument: Instrument
    timeframe: Timeframe
    source: str
    as_of: datetime | None
    horizon: Horizon
    member: str
    settings: PredictSettings
    """Of the training, with at most 60 trees."""


def read_validation_request(asked: Mapping[str, str], settings: PredictSettings) -> ValidationRequest:
    """Read a job's arguments: symbol, timeframe, source, as_of (ISO or empty), horizon, member.

    Raises:
        InputError: no such horizon or model.
    """
    known = {horizon.name: horizon for horizon in horizons(settings)}
    horizon, member = asked.get("horizon", "medium"), asked.get("member", LIGHT)
    if horizon not in known:
        raise InputError(f"There is no horizon {horizon!r}: choose one of {', '.join(known)}.")
    if member not in MEMBERS:
        raise InputError(f"There is no model {member!r}: choose one of {', '.join(MEMBERS)}.")
    return ValidationRequest(
        resolve(asked["symbol"]),
        Timeframe(asked["timeframe"]),
        asked["source"],
        moment(asked.get("as_of", "")),
        known[horizon],
        member,
        settings.model_copy(update={"trees": min(settings.trees, _TREES)}),
    )


def material_of(bench: Workbench, request: ValidationRequest) -> Material:
    """Bars and features of the series as its training reads them; what was fetched is stored."""
    return model_material(bench, request.instrument, request.timeframe, request.source, request.as_of)


def labelled(
    request: ValidationRequest,
    bars: pd.DataFrame,
    as_of: datetime,
    rows: int,
    features: pd.DataFrame | None = None,
) -> Dataset:
    """The rows that a model of the request would learn from: real features, real labels.

    Args:
        bars: closed by `as_of`.
        rows: the last so many bars are labelled.
        features: of the bars, where they are known already; else they are computed from the bars alone.
    """
    known = build_features(bars)[list(MODEL_COLUMNS)] if features is None else features
    return labelled_rows(
        bars, known, request.horizon.bars, request.settings.barrier_width, request.timeframe, as_of, rows
    )


def forecast_block(
    request: ValidationRequest, data: Dataset, outcome: np.ndarray, train: np.ndarray, test: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Uncalibrated forecasts (n, 3) of one test block by a model of its training part, and its class shares (3,)."""
    weight = average_uniqueness(data.start[train], data.touch[train])
    member = MEMBERS[request.member](
        data.inputs[train], outcome[train], weight, request.settings, data.features
    )
    base = class_shares(outcome[train], 3)
    raised = np.log(base) + member.opinion(data.inputs[test])
    raised = np.exp(raised - raised.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True), base
