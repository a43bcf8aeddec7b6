"""Why the agents prefer an exposure to none: exact Shapley values of their trees."""

from dataclasses import replace

import numpy as np

from core.agent.committee import Agents, TreeMind
from core.agent.observing import BOOK_INPUTS
from core.agent.q_forest import side_by_side
from core.errors import NotCovered
from core.records import AgentExplanation, ExposureShare
from core.trees import Forest

POINTS = 1e4
"""Basis points of equity in 1."""


def explain_agent(
    agents: Agents, seen: np.ndarray, position: float, exposure: float | None = None
) -> AgentExplanation:
    """Split Q(exposure) − Q(flat), the mean over the seeds, among the inputs, by path-dependent TreeSHAP.

    The difference of two outputs of a forest is a forest itself, so that its Shapley values are exact:
    expected + costs + Σ shares = advantage.

    Args:
        seen: (inputs,) observation.
        position: value held, in shares of the largest position.
        exposure: one of the agents'; None: the one that the committee takes, or, when that is flat, the one that they
            value most beside it.

    Raises:
        NotCovered: the agents are networks, or the exposure is not one of theirs.
    """
    mind = agents.mind
    if not isinstance(mind, TreeMind):
        raise NotCovered(
            "Only agents of fitted Q-iteration are explained exactly; train one beside the PPO agent to compare."
        )
    flat = mind.exposures.index(0.0)
    if exposure is None:
        exposure = agents.exposure(seen, position) or _second(mind, seen, position, flat)
    if exposure not in mind.exposures:
        raise NotCovered(f"The agents do not know the exposure {exposure:g}: choose of {mind.exposures}.")
    best = mind.exposures.index(exposure)
    forest = _difference(mind, best, flat)
    shap = forest.shap(seen[None])[0, :, 0] * POINTS
    costs = -mind.rate * (abs(exposure - position) - abs(position)) * POINTS
    shares = [
        ExposureShare(each.name, each.words, _raw(agents, seen, i), float(shap[i]))
        for i, each in enumerate(agents.observer.inputs)
    ]
    return AgentExplanation(
        exposure=exposure,
        advantage=float(shap.sum() + costs),
        expected=float(shap[-1]),
        costs=costs,
        shares=tuple(sorted(shares, key=lambda share: -abs(share.share))),
    )


def _second(mind: TreeMind, seen: np.ndarray, position: float, flat: int) -> float:
    worth = mind.values(seen, position).mean(axis=0)
    worth[flat] = -np.inf
    return mind.exposures[int(worth.argmax())]


def _difference(mind: TreeMind, best: int, flat: int) -> Forest:
    """One output: F(best) − F(flat) in log growth, the mean over the seeds."""
    joined = []
    for forest, unit in zip(mind.forests, mind.units, strict=True):
        scale = unit / mind.seeds
        value = (forest.value[:, [best]] - forest.value[:, [flat]]) * scale
        joined.append(replace(forest, value=value, base=np.zeros(1)))
    together = side_by_side(joined)
    return replace(together, base=np.zeros(1), tree_output=np.zeros_like(together.tree_output))


def _raw(agents: Agents, seen: np.ndarray, i: int) -> float | None:
    """An input before scaling; None where its flag says that it was not known."""
    each = agents.observer.inputs[i]
    flags = {"sentiment": "mood_known", "forecasts": "forecast_known"}
    if each.group in flags and each.name != flags[each.group]:
        names = [other.name for other in agents.observer.inputs]
        if not seen[names.index(flags[each.group])]:
            return None
    return float(seen[i]) * each.deviation + (0.0 if each.name in BOOK_INPUTS else each.mean)
