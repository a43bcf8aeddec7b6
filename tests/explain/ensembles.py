"""Small ensembles of really fitted members, as training makes them."""

from dataclasses import dataclass

import lightgbm
import numpy as np
import xgboost
from sklearn.linear_model import LogisticRegression

NAMES = ("loud", "quiet", "noise", "gappy")


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    weights: np.ndarray
    bias: np.ndarray
    fill: np.ndarray
    centre: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    name: str
    library: object
    shift: np.ndarray
    forest: object | None = None
    linear: Linear | None = None
    network: object | None = None

    def opinion(self, inputs: np.ndarray) -> np.ndarray:
        return self._score(np.asarray(inputs, dtype=np.float32)) + self.shift

    def _score(self, inputs: np.ndarray) -> np.ndarray:
        if self.linear is not None:
            filled = np.where(np.isnan(inputs), self.linear.fill, inputs.astype(np.float64))
            return filled @ self.linear.weights + self.linear.bias
        if isinstance(self.library, xgboost.Booster):
            return self.library.inplace_predict(inputs, predict_type="margin").astype(np.float64)
        if isinstance(self.library, lightgbm.Booster):
            return self.library.predict(inputs, raw_score=True, num_threads=1)
        return np.tanh(np.nan_to_num(inputs).astype(np.float64) @ self.library)  # stands for a network


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    weights: np.ndarray
    """(regimes, members)"""

    def shares(self, rows: int, regime: np.ndarray | None) -> np.ndarray:
        return np.tile(self.weights.mean(axis=0), (rows, 1)) if regime is None else regime @ self.weights


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    members: tuple[Member, ...]
    stack: Stack
    features: tuple[str, ...] = NAMES
    horizon: str = "short"
    model_id: str = "TEST"

    def opinion(self, inputs: np.ndarray, regime: np.ndarray | None) -> np.ndarray:
        said = np.stack([member.opinion(inputs) for member in self.members])
        return np.einsum("nm,mnc->nc", self.stack.shares(len(inputs), regime), said)


def rows(count: int = 800, seed: int = 0) -> np.ndarray:
    """(count, 4) float32; the last feature has nulls."""
    values = np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float32)
    values[::5, 3] = np.nan
    return values


def outcomes(values: np.ndarray, seed: int = 1) -> np.ndarray:
    """0, 1 or 2: driven by loud, a little by quiet."""
    push = 2.0 * values[:, 0] + 0.5 * values[:, 1] + np.random.default_rng(seed).normal(size=len(values))
    return np.digitize(push, [-0.8, 0.8])


def boosted(values: np.ndarray, outcome: np.ndarray) -> xgboost.Booster:
    asked = {
        "objective": "multi:softprob",
        "num_class": 3,
        "max_depth": 4,
        "eta": 0.2,
        "seed": 1,
        "nthread": 1,
    }
    return xgboost.train(asked, xgboost.DMatrix(values, label=outcome), 40)


def light(values: np.ndarray, outcome: np.ndarray) -> lightgbm.Booster:
    asked = {
        "objective": "multiclass",
        "num_class": 3,
        "num_leaves": 8,
        "seed": 1,
        "num_threads": 1,
        "verbosity": -1,
    }
    return lightgbm.train(asked, lightgbm.Dataset(values, label=outcome), 40)


def linear(values: np.ndarray, outcome: np.ndarray) -> Linear:
    fill = np.nanmedian(values, axis=0).astype(np.float64)
    filled = np.where(np.isnan(values), fill, values.astype(np.float64))
    fitted = LogisticRegression().fit(filled, outcome)
    return Linear(fitted.coef_.T.copy(), fitted.intercept_.copy(), fill, filled.mean(axis=0))


def make(network: bool = False, regimes: int = 2) -> Ensemble:
    """xgboost, lightgbm and logistic, weighted by regime; a network beside them when asked."""
    values = rows()
    outcome = outcomes(values)
    shift = -np.log(np.bincount(outcome, minlength=3) / len(outcome))
    members = [
        Member("xgboost", boosted(values, outcome), shift),
        Member("lightgbm", light(values, outcome), shift),
        Member("logistic", None, shift, linear=linear(values, outcome)),
    ]
    if network:
        members.append(
            Member("gru", np.random.default_rng(3).normal(size=(4, 3)), shift, network="a network")
        )
    weights = np.random.default_rng(5).dirichlet(np.ones(len(members)), regimes)
    return Ensemble(tuple(members), Stack(weights))
