"""Trained agents of several seeds, and how they act together."""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from core.agent.observing import Observer
from core.agent.q_forest import side_by_side
from core.agent.walking import Choose
from core.records import AgentMethod
from core.trees import Forest

_TIE = 1e-9
"""Of a typical reward: between exposures worth the same, the one that is nearer to what is held."""


class Mind(Protocol):
    """Agents that were trained alike but for their seed."""

    @property
    def seeds(self) -> int:
        """How many."""
        ...

    @property
    def exposures(self) -> tuple[float, ...]:
        """What they choose of, in order."""
        ...

    def votes(self, seen: np.ndarray, position: float) -> np.ndarray:
        """(seeds,) exposure that each would take.

        Args:
            seen: (inputs,) observation.
            position: value held, in shares of the largest position.
        """
        ...

    def alone(self, seed: int) -> Choose:
        """One agent as a policy."""
        ...


@dataclass(frozen=True)
class TreeMind:
    """Agents of fitted Q-iteration: the value of each exposure is what moving there costs, plus what their trees say."""

    forests: tuple[Forest, ...]
    """Of each seed."""
    units: tuple[float, ...]
    """Log growth that a forest's 1 stands for."""
    exposures: tuple[float, ...]
    rate: float
    """What moving by the largest position costs, as a share of equity."""

    @property
    def seeds(self) -> int:
        """How many agents."""
        return len(self.forests)

    @cached_property
    def _levels(self) -> np.ndarray:
        return np.array(self.exposures)

    @cached_property
    def _together(self) -> Forest:
        return side_by_side(list(self.forests))

    @cached_property
    def _costs(self) -> np.ndarray:
        """(seeds,) cost of moving by the largest position, in the unit of each forest."""
        return self.rate / np.array(self.units)

    def __getstate__(self) -> dict[str, Any]:
        """Without what is worked out again on first use."""
        return {name: getattr(self, name) for name in ("forests", "units", "exposures", "rate")}

    def values(self, seen: np.ndarray, position: float) -> np.ndarray:
        """(seeds, exposures) worth of each, in log growth of equity to come, discounted and net of costs."""
        said = self._together.margin(seen[None])[0].reshape(self.seeds, -1)
        moved = np.abs(self._levels - position)
        worth: np.ndarray = (said - self._costs[:, None] * moved) * np.array(self.units)[:, None]
        return worth

    def votes(self, seen: np.ndarray, position: float) -> np.ndarray:
        """See Mind."""
        said = self._together.margin(seen[None])[0].reshape(self.seeds, -1)
        moved = np.abs(self._levels - position)
        return self._levels[(said - (self._costs[:, None] + _TIE) * moved).argmax(axis=1)]

    def alone(self, seed: int) -> Choose:
        """See Mind."""
        forest, cost, levels = self.forests[seed], float(self._costs[seed]) + _TIE, self._levels

        def choose(seen: np.ndarray, position: float) -> float:
            return float(levels[(forest.margin(seen[None])[0] - cost * np.abs(levels - position)).argmax()])

        return choose


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A policy network's hidden layers and head, out of PPO: plain arrays, so that no PyTorch is needed to act."""

    weights: tuple[np.ndarray, ...]
    """Of each layer (out, in)."""
    biases: tuple[np.ndarray, ...]

    def scores(self, seen: np.ndarray) -> np.ndarray:
        """(exposures,) logits of an observation (inputs,); hidden layers by tanh."""
        x = seen.astype(np.float64)
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            x = np.tanh(weight @ x + bias)
        logits: np.ndarray = self.weights[-1] @ x + self.biases[-1]
        return logits


@dataclass(frozen=True, slots=True, eq=False)
class NetworkMind:
    """Agents of PPO; each takes its likeliest exposure."""

    networks: tuple[Network, ...]
    exposures: tuple[float, ...]

    @property
    def seeds(self) -> int:
        """How many agents."""
        return len(self.networks)

    def votes(self, seen: np.ndarray, position: float) -> np.ndarray:
        """See Mind."""
        return np.array([self.exposures[int(one.scores(seen).argmax())] for one in self.networks])

    def alone(self, seed: int) -> Choose:
        """See Mind."""
        network, exposures = self.networks[seed], self.exposures
        return lambda seen, position: exposures[int(network.scores(seen).argmax())]


@dataclass(frozen=True, slots=True, eq=False)
class Agents:
    """All that is kept of a training: enough to act, to explain and to tell where it comes from."""

    model_id: str
    method: AgentMethod
    mind: TreeMind | NetworkMind
    observer: Observer
    as_of: datetime
    trained_until: datetime
    """Close of the last bar that training or judgement has seen."""

    def exposure(self, seen: np.ndarray, position: float) -> float:
        """What the committee takes: the median of the votes, see `median_of`."""
        return median_of(self.mind.votes(seen, position), self.mind.exposures)

    def together(self) -> Choose:
        """The committee as a policy."""
        return self.exposure


def median_of(votes: np.ndarray, exposures: tuple[float, ...]) -> float:
    """The median vote; where it falls between two exposures, the one nearer to none."""
    middle = float(np.median(votes))
    levels = np.array(exposures)
    between = levels[(levels >= min(middle, 0.0) - 1e-12) & (levels <= max(middle, 0.0) + 1e-12)]
    return float(between[np.abs(between).argmax()])


def network_of(state: dict[str, np.ndarray]) -> Network:
    """The policy's layers out of a Stable-Baselines3 state dictionary (as numpy arrays)."""
    hidden = sorted(
        (name for name in state if name.startswith("mlp_extractor.policy_net.") and name.endswith(".weight")),
        key=lambda name: int(name.split(".")[2]),
    )
    names = [*(name.removesuffix(".weight") for name in hidden), "action_net"]
    return Network(
        tuple(np.array(state[f"{name}.weight"], np.float64) for name in names),
        tuple(np.array(state[f"{name}.bias"], np.float64) for name in names),
    )


def network_bytes(network: Network) -> bytes:
    """Arrays of a network in numpy's own format: nothing in it can run."""
    buffer = io.BytesIO()
    arrays: dict[str, Any] = {f"w{k}": each for k, each in enumerate(network.weights)}
    arrays |= {f"b{k}": each for k, each in enumerate(network.biases)}
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue()


def network_from_bytes(content: bytes) -> Network:
    """The network that `network_bytes` wrote."""
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        layers = range(len(kept.files) // 2)
        return Network(tuple(kept[f"w{k}"] for k in layers), tuple(kept[f"b{k}"] for k in layers))
