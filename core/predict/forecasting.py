"""From the features of the last bars to a forecast; the hot path."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

import numpy as np
import pandas as pd

from core.errors import InputError, NotEnoughHistory
from core.predict.backdrop import Backdrop
from core.predict.model import TrainedModel
from core.records import Forecast, Levels, MemberSay


def forecast(
    model: TrainedModel,
    features: "pd.DataFrame | pd.Series | Mapping[str, float] | np.ndarray",
    as_of: datetime,
    backdrop: Backdrop | None = None,
) -> Forecast:
    """Calibrated probabilities of the three outcomes over the model's horizon, and how far the price may go.

    Args:
        model: trained on data that had ended at `as_of`.
        features: of the last closed bar by name; nulls where undefined, more names than needed are fine. A frame may
            carry the bars before it too, which members that read sequences look at. Or what `input_rows` made of it.
        as_of: the moment the forecast is made.
        backdrop: regime and volatility of the last bar; without it members are weighted as in no particular regime,
            and there are no quantiles and levels.

    Raises:
        InputError: the model has seen later data, or a feature is missing.
        NotEnoughHistory: most features of the last bar are null.
    """
    meta = model.meta
    if meta.trained_until > as_of:
        raise InputError(
            f"Model {meta.model_id} was trained on data until {meta.trained_until:%Y-%m-%d %H:%M}, after the moment "
            f"{as_of:%Y-%m-%d %H:%M} it is asked about; train one as of that moment."
        )
    inputs = features if isinstance(features, np.ndarray) else input_rows(model, features)
    regime = None if backdrop is None else backdrop.regime
    opinions = model.opinions(inputs)[:, -1:]
    pooled = model.stack.pooled(opinions, regime)
    p_down, p_flat, p_up = meta.calibration.apply_opinion(pooled)[0].tolist()
    base_down, base_flat, base_up = meta.calibration.base
    quantiles, levels = _heads(model, inputs[-1:], backdrop)
    return Forecast(
        horizon=meta.horizon.name,
        bars=meta.horizon.bars,
        p_down=p_down,
        p_flat=p_flat,
        p_up=p_up,
        base_down=base_down,
        base_flat=base_flat,
        base_up=base_up,
        skill=meta.scores.skill,
        skill_rows=meta.scores.rows,
        calibrated=meta.scores.beats_base,
        model_id=meta.model_id,
        trained_until=meta.trained_until,
        quantiles=quantiles,
        coverage=model.heads.coverage if model.heads else None,
        levels=levels,
        members=_members(model, opinions[:, 0], regime),
    )


def input_rows(model: TrainedModel, features: "pd.DataFrame | pd.Series | Mapping[str, float]") -> np.ndarray:
    """The model's features in its order, (n, features) float32; the last row is the one that is asked about.

    Raises:
        InputError: a feature is missing.
        NotEnoughHistory: most features of the last row are null.
    """
    place = _places(features, model.features)
    missing = [name for name, at in zip(model.features, place, strict=True) if at < 0]
    if missing:
        raise InputError(
            f"Model {model.model_id} needs the features {', '.join(missing[:5])}, which are not in the row; train it again."
        )
    if isinstance(features, pd.DataFrame):
        rows = features.iloc[-model.window :].to_numpy(dtype=np.float32)[:, place]
    else:
        rows = np.array([[features[name] for name in model.features]], dtype=np.float32)
    empty = int(np.isnan(rows[-1]).sum())
    if 2 * empty > rows.shape[1]:
        raise NotEnoughHistory(
            f"{empty} of {rows.shape[1]} features of {model.meta.symbol} are still warming up; fetch a longer history."
        )
    return rows


def _places(features: "pd.DataFrame | pd.Series | Mapping[str, float]", names: tuple[str, ...]) -> np.ndarray:
    """Where each name stands; −1 where it does not."""
    if isinstance(features, pd.DataFrame):
        return features.columns.get_indexer(_index(names))
    return np.array([0 if name in features else -1 for name in names])


@cache
def _index(names: tuple[str, ...]) -> pd.Index:
    """Made once: converting names takes longer than a forecast."""
    return pd.Index(names)


def _heads(
    model: TrainedModel, row: np.ndarray, backdrop: Backdrop | None
) -> tuple[tuple[float, ...], Levels | None]:
    """Return quantiles and levels; empty without the heads, or where the price does not move."""
    if model.heads is None or backdrop is None or not np.isfinite(backdrop.sigma).all():
        return (), None
    quantiles = model.heads.quantiles(row, backdrop.sigma)[0]
    return tuple(quantiles.tolist()), model.heads.levels(row, backdrop.sigma)[0]


def _members(model: TrainedModel, opinions: np.ndarray, regime: np.ndarray | None) -> tuple[MemberSay, ...]:
    """What each member says by itself: its opinion on top of the class shares."""
    weights = model.stack.shares(1, regime)[0]
    logits = opinions + np.log(model.meta.calibration.base)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    said = odds / odds.sum(axis=1, keepdims=True)
    return tuple(
        MemberSay(member.name, float(down), float(flat), float(up), float(weight))
        for member, (down, flat, up), weight in zip(model.members, said, weights, strict=True)
    )
