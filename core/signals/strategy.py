"""What a strategy is: a small causal rule with documented parameters."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.records import Direction, Signal


@dataclass(frozen=True, slots=True)
class Opinion:
    """A strategy's opinion at every bar, each from that bar and earlier ones only."""

    direction: np.ndarray
    """(n,) int8: −1, 0 (no opinion), 1."""
    magnitude: np.ndarray
    """(n,) 0…1: how far the condition is beyond its trigger."""
    confidence: np.ndarray
    """(n,) 0…1; 0 where there is no opinion."""


class Parameters(BaseModel):
    """Numbers that a strategy may be given; a subclass tells each one's meaning, unit and bounds as a Field."""

    model_config = ConfigDict(frozen=True, extra="forbid")


NO_PARAMETERS = Parameters()


@dataclass(frozen=True, slots=True)
class Strategy:
    """A registered strategy."""

    name: str
    title: str
    description: str
    horizon: str
    decide: Callable[[pd.DataFrame, pd.DataFrame], Opinion]
    """(bars, features) → opinion at every bar."""
    explain: Callable[[pd.DataFrame, pd.DataFrame], str]
    """(bars, features) → the last bar's opinion in words, with its numbers."""
    parameters: Parameters = NO_PARAMETERS
    """What `decide` and `explain` were made with."""
    live: bool = True
    """False: only tested on past bars; in a cycle its sources speak for themselves (the forecasts)."""
    needs: frozenset[str] = frozenset()
    """What must stand among the features beside the registered ones: «forecasts» are the columns lead_short,
    lead_medium, lead_long (−1 … 1, null where no model speaks) and skill_short … of walk-forward models."""


def latest(
    strategy: Strategy, bars: pd.DataFrame, features: pd.DataFrame, said: Opinion | None = None
) -> Signal:
    """The signal of the last bar; `said` is the strategy's opinion on these bars where it has been asked before."""
    if said is None:
        said = strategy.decide(bars, features)
    return Signal(
        source=strategy.name,
        direction=Direction(int(said.direction[-1])),
        magnitude=float(said.magnitude[-1]),
        confidence=float(said.confidence[-1]),
        horizon=strategy.horizon,
        reason=strategy.explain(bars, features),
    )


def opinion(direction: np.ndarray, magnitude: np.ndarray, confidence: np.ndarray) -> Opinion:
    """Put an opinion together: bounded, and silent wherever an input is unknown."""
    known = np.isfinite(magnitude) & np.isfinite(confidence) & np.isfinite(direction)
    way = np.where(known, direction, 0.0).astype(np.int8)
    return Opinion(
        way,
        np.where(way != 0, np.clip(magnitude, 0.0, 1.0), 0.0),
        np.where(way != 0, np.clip(confidence, 0.0, 1.0), 0.0),
    )
