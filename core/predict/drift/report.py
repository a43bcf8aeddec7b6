"""One look at whether a model still lives in the world that it learnt from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.predict.drift.blocks import memory
from core.predict.drift.losses import log_losses, loss_drift
from core.predict.drift.residuals import randomised_pit, residual_drift
from core.predict.drift.stability import feature_drift
from core.records import DriftReport, FeatureDrift, LossDrift, ResidualDrift

FEWEST = 50
"""Rows without which two distributions are not compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Forecasts whose outcome is known, oldest first."""

    opened: pd.DatetimeIndex
    probability: np.ndarray
    """(n, 3) down, flat, up."""
    outcome: np.ndarray
    """(n,) class numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What a check is made of."""

    model_id: str
    symbol: str
    timeframe: str
    source: str
    horizon: str
    bars: int
    """Of the horizon."""
    reference: pd.DataFrame
    """Features that the model learnt from, index the open of each bar."""
    recent: pd.DataFrame
    """The same features of later bars."""
    since_training: bool
    """False: `recent` is cut off the end of the training rows."""
    before: Scored
    """Out of sample while training."""
    after: Scored
    """Made since, outcome known."""


def drift_report(looked: Looked, checked_at: datetime, as_of: datetime, seed: int) -> DriftReport:
    """Compare features, losses and errors with those of the training.

    Args:
        checked_at: by the wall clock.
        as_of: nothing newer was read.
        seed: of the bootstrap.
    """
    features: tuple[FeatureDrift, ...] = ()
    block = 1
    if min(len(looked.reference), len(looked.recent)) >= FEWEST:
        reference = looked.reference.to_numpy(dtype=float)
        recent = looked.recent.to_numpy(dtype=float)
        block = memory(reference, len(recent))
        features = feature_drift(
            [str(c) for c in looked.reference.columns], reference, recent, block, seed=seed
        )
    losses, residuals = _losses(looked), _residuals(looked, seed)
    worse = losses is not None and losses.changed_at is not None and losses.changed_at >= _recently(looked)
    drifted = any(item.drifted for item in features) or worse or (residuals is not None and residuals.drifted)
    return DriftReport(
        model_id=looked.model_id,
        symbol=looked.symbol,
        timeframe=looked.timeframe,
        source=looked.source,
        horizon=looked.horizon,
        checked_at=checked_at,
        as_of=as_of,
        reference_from=looked.reference.index[0].to_pydatetime(),
        reference_until=looked.reference.index[-1].to_pydatetime(),
        recent_from=looked.recent.index[0].to_pydatetime(),
        recent_until=looked.recent.index[-1].to_pydatetime(),
        reference_rows=len(looked.reference),
        recent_rows=len(looked.recent),
        since_training=looked.since_training,
        block=block,
        features=features,
        losses=losses,
        residuals=residuals,
        drifted=drifted,
        words=_words(looked, features, losses if worse else None, residuals, drifted),
    )


def _recently(looked: Looked) -> datetime:
    moment: datetime = looked.recent.index[0].to_pydatetime()
    return moment


def _losses(looked: Looked) -> LossDrift | None:
    probability = np.concatenate((looked.before.probability, looked.after.probability))
    outcome = np.concatenate((looked.before.outcome, looked.after.outcome))
    if len(outcome) < FEWEST:
        return None
    opened = pd.DatetimeIndex(looked.before.opened.append(looked.after.opened))
    return loss_drift(log_losses(probability, outcome), opened, looked.bars)


def _residuals(looked: Looked, seed: int) -> ResidualDrift | None:
    if min(len(looked.before.outcome), len(looked.after.outcome)) < FEWEST:
        return None
    before = randomised_pit(looked.before.probability, looked.before.outcome, seed)
    after = randomised_pit(looked.after.probability, looked.after.outcome, seed + 1)
    return residual_drift(before, after, 2 * looked.bars, seed=seed)


def _words(
    looked: Looked,
    features: Sequence[FeatureDrift],
    losses: LossDrift | None,
    residuals: ResidualDrift | None,
    drifted: bool,
) -> str:
    moved = [item for item in features if item.drifted]
    span = f"{len(looked.recent):,} bars"
    against = (
        f"The {span} since the training"
        if looked.since_training
        else f"The model is fresh: the last {span} of its training"
    )
    said = []
    if not features:
        said.append(
            f"There are only {span} since the training; {FEWEST} are needed to compare how features are distributed."
        )
    elif moved:
        named = ", ".join(
            f"{item.feature} (PSI {item.psi:.2f}, luck reaches {item.limit:.2f})" for item in moved[:3]
        )
        said.append(
            f"{against} differ from those before in {len(moved)} of {len(features)} features beyond what luck and memory "
            f"explain: {named}."
        )
    else:
        said.append(
            f"{against} look like those before: none of {len(features)} features differs beyond what luck and memory explain."
        )
    if losses is not None and losses.before is not None and losses.after is not None:
        said.append(f"Forecasts became worse: log loss {losses.before:.3f} before, {losses.after:.3f} after.")
    if residuals is not None and residuals.drifted:
        said.append(
            f"Its errors are distributed differently (distance {residuals.statistic:.3f}, luck reaches {residuals.limit:.3f})."
        )
    if drifted:
        said.append("Train it again.")
    elif residuals is not None:
        said.append("Its errors are distributed as before; there is no need to train again.")
    return " ".join(said)
