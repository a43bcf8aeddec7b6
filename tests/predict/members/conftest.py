"""A training part in which one input tells where to, another that it moves, and the rest nothing."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from core.settings import PredictSettings

FEATURES = ("lead", "calm", "noise", "gaps", "constant", "empty")


@dataclass(frozen=True)
class Part:
    inputs: np.ndarray
    outcome: np.ndarray
    weight: np.ndarray
    truth: np.ndarray
    names: tuple[str, ...] = FEATURES

    def take(self, rows) -> "Part":
        return Part(self.inputs[rows], self.outcome[rows], self.weight[rows], self.truth[rows])


def drawn(rows: int, seed: int) -> Part:
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(rows, len(FEATURES))).astype(np.float32)
    inputs[rng.random(rows) < 0.2, 3] = np.nan
    inputs[:, 4] = 5.0
    inputs[:, 5] = np.nan
    lead, calm = 0.9 * inputs[:, 0], 0.6 * inputs[:, 1]
    odds = np.stack([np.exp(-lead), 1.6 * np.exp(calm), np.exp(lead)], axis=1)
    truth = odds / odds.sum(axis=1, keepdims=True)
    outcome = (rng.random((rows, 1)) > truth.cumsum(axis=1)).sum(axis=1)
    return Part(inputs, outcome, rng.uniform(0.2, 1.0, rows), truth)


@pytest.fixture(scope="session")
def part() -> Part:
    return drawn(1500, 3)


@pytest.fixture(scope="session")
def fresh() -> Part:
    """Rows that no member has seen."""
    return drawn(1500, 4)


@pytest.fixture(scope="session")
def quick() -> PredictSettings:
    return PredictSettings(trees=40)


@pytest.fixture(scope="session")
def draw() -> Callable[[int, int], Part]:
    return drawn
