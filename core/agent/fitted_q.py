"""Fitted Q-iteration with extremely randomised trees (Ernst, Geurts & Wehenkel 2005, JMLR 6).

Q₁ is fitted to the rewards of a batch of transitions; Q_{k+1} to r + γ · max over the next exposures of Q_k. Each fit
is an ordinary regression, so there is nothing to diverge by exploration, and trees need no scaling. A seed decides the
batch and every tree: the same seed and bars give the same agent, bit for bit, whatever the number of threads, and also
when a training goes on from a checkpoint.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.agent.q_forest import fit_forest
from core.agent.transitions import Batch
from core.trees import Forest

LEAF_SHARE = 0.02
"""Fewest rows of a leaf, as a share of the batch: a bar's return is mostly noise, and small leaves learn it by heart."""
LEAST_LEAF = 20


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """Where a seed stands."""

    iteration: int
    """Fits done."""
    forest: Forest | None
    """F of the last one, in units of `Batch.typical`; None before the first."""
    error: float | None
    """Mean squared change of the values by the last fit, in squares of that unit."""


Learnt = Callable[[Fitted], None]
"""Called after each fit; may raise to stop."""


def fit_q(
    batch: Batch,
    seed: int,
    iterations: int,
    trees: int,
    discount: float,
    threads: int,
    learnt: Learnt,
    begun: Fitted | None = None,
) -> Fitted:
    """Iterate to the end.

    Args:
        batch: transitions of this seed.
        seed: of the trees.
        iterations: fits in all.
        trees: of each fit.
        discount: γ of the next bar's value.
        threads: for growing trees; does not change the result.
        learnt: see `Learnt`.
        begun: where a former training of the same seed and batch was stopped.
    """
    state = begun or Fitted(0, None, None)
    unit = batch.typical
    rewards, toll, next_toll = batch.rewards / unit, batch.toll / unit, batch.next_toll / unit
    before = None if state.forest is None else state.forest.margin(batch.seen)
    leaf = max(LEAST_LEAF, round(LEAF_SHARE * len(batch.seen)))
    while state.iteration < iterations:
        ahead = _worth(state.forest, batch.then, next_toll, rewards.shape)
        targets = rewards + discount * ahead - toll
        number = int(np.random.SeedSequence([seed, state.iteration]).generate_state(1)[0])
        forest = fit_forest(batch.seen, targets, trees, leaf, number, threads)
        values = forest.margin(batch.seen)
        change = values if before is None else values - before
        state, before = Fitted(state.iteration + 1, forest, float(np.mean(change**2))), values
        learnt(state)
    return state


def _worth(
    forest: Forest | None, then: np.ndarray, next_toll: np.ndarray, shape: tuple[int, ...]
) -> np.ndarray:
    """(m, a) value of the best exposure at the next close; 0 before the first fit."""
    if forest is None:
        return np.zeros(shape)
    best: np.ndarray = (forest.margin(then) + next_toll).max(axis=1)
    return best.reshape(shape)
