"""Driven by the models: with what the forecasts say beyond the base rates.

In a cycle the forecasts are sources of their own; this strategy is there to test them alone on past bars, where it is
handed the forecasts of models trained before each bar.
"""

from functools import partial

import numpy as np
import pandas as pd
from pydantic import Field

from core.signals.strategy import Opinion, Parameters, Strategy, opinion

HORIZONS = ("short", "medium", "long")


class MlDriven(Parameters):
    """When the models are believed."""

    margin: float = Field(
        0.05,
        ge=0,
        le=1,
        description="Least lead of up over down beyond the base rates', mean of the horizons that speak, as a fraction.",
    )
    agree: int = Field(1, ge=1, le=3, description="Least number of horizons that lean that way.")
    least_skill: float = Field(
        0.0,
        ge=-1,
        lt=1,
        description="Only models with more skill than this, out of sample before their bars, speak; −1: all do.",
    )


def decide(bars: pd.DataFrame, features: pd.DataFrame, chosen: MlDriven) -> Opinion:
    """The sign of the mean lead (p up − p down, less the same of the base rates) of the horizons that speak.

    Confidence is 0.5 and 2 for each whole lead, 1 from 0.25 on, as a forecast's in a cycle.
    """
    leads = _leads(features, chosen)
    spoken = np.isfinite(leads).sum(axis=0)
    mean = np.nansum(leads, axis=0) / np.maximum(spoken, 1)
    way = np.sign(mean)
    alike = (np.sign(leads) == way).sum(axis=0)
    says = (spoken > 0) & (np.abs(mean) >= max(chosen.margin, 1e-12)) & (alike >= chosen.agree)
    return opinion(np.where(says, way, 0.0), np.abs(mean), 0.5 + 2.0 * np.abs(mean))


def explain(bars: pd.DataFrame, features: pd.DataFrame, chosen: MlDriven) -> str:
    """The lead of each horizon that speaks."""
    leads = _leads(features, chosen)[:, -1]
    parts = [f"{name} {lead:+.1%}" for name, lead in zip(HORIZONS, leads, strict=True) if np.isfinite(lead)]
    if not parts:
        return f"Too few bars to train on, or no model has more skill than {chosen.least_skill:g}: no forecast speaks."
    return f"Lead of up over down beyond the base rates: {', '.join(parts)}; from {chosen.margin:.1%} on average it counts."


def _leads(features: pd.DataFrame, chosen: MlDriven) -> np.ndarray:
    """(3, n): lead of each horizon; null where no model speaks, or one without the skill."""
    rows = []
    for name in HORIZONS:
        if f"lead_{name}" not in features:
            rows.append(np.full(len(features), np.nan))
            continue
        lead = features[f"lead_{name}"].to_numpy()
        skill = features[f"skill_{name}"].to_numpy() if f"skill_{name}" in features else np.ones(len(lead))
        rows.append(np.where(skill > chosen.least_skill, lead, np.nan))
    return np.stack(rows)


def ml_driven(chosen: MlDriven) -> Strategy:
    """The strategy with these numbers."""
    return Strategy(
        name="ml_driven",
        title="Driven by the models",
        description="With the forecasts of models that are trained again and again on the past only. Training takes "
        "minutes on thousands of bars: choose dates.",
        horizon="medium",
        decide=partial(decide, chosen=chosen),
        explain=partial(explain, chosen=chosen),
        parameters=chosen,
        live=False,
        needs=frozenset({"forecasts"}),
    )


ML_DRIVEN = ml_driven(MlDriven())
