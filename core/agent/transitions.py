"""What fitted Q-iteration learns from: books, every exposure that they could take, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.agent.arena import Arena
from core.agent.observing import CLIP, Observer

WALKS = 3
"""Walks through the bars that books are taken from: with fewer, too few books hold something."""
SWITCH = 0.1
"""Chance that a walk thinks anew at a close: it holds for ten bars on average, and so its books have gains and losses."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """m books, a exposures each."""

    seen: np.ndarray
    """(m, inputs) float32: observation."""
    rewards: np.ndarray
    """(m, a) net log growth over the next bar, less the declared risk term."""
    then: np.ndarray
    """(m · a, inputs) float32: observation at the next close, a row for each exposure."""
    toll: np.ndarray
    """(m, a) what moving there costs at today's prices, in the unit of the rewards; see `toll`."""
    next_toll: np.ndarray
    """(m · a, a) the same from the next close on."""
    typical: float
    """Mean absolute reward of the largest exposures: the scale that errors are told in."""


def gather_batch(
    arena: Arena,
    market_rows: np.ndarray,
    observer: Observer,
    levels: Sequence[float],
    risk_term: float,
    rng: np.random.Generator,
) -> Batch:
    """Take books from walks of whim through the bars, and work out all that they could do.

    Args:
        arena: the bars to learn from.
        market_rows: (n, …) the market's part of the observations.
        levels: exposures that an agent may choose of.
        risk_term: coefficient of the part of the reward that sets equity further below its highest value.
        rng: of this agent.
    """
    from core.agent.pacing import outcomes, roam

    a = arena
    prices = (a.opens, a.highs, a.lows, a.closes)
    shape = (WALKS, len(a))
    switch = rng.random(shape) < SWITCH
    choice = rng.choice(np.asarray(levels, float), shape)
    walked = roam(*prices, switch, choice, a.terms, a.market, a.limits)
    rows = np.tile(np.arange(len(a) - 1), WALKS)
    books = walked.reshape(-1, walked.shape[2])
    chosen = np.asarray(levels, float)
    gains, after = outcomes(rows, books, chosen, *prices, a.terms, a.market, a.limits)
    deeper = np.maximum(books[:, None, 2] - after[:, :, 2], 0.0)
    flat_after = after.reshape(-1, 3)
    return Batch(
        seen=_observed(market_rows[rows], books, observer),
        rewards=gains - risk_term * deeper,
        then=_observed(np.repeat(market_rows[rows + 1], len(chosen), axis=0), flat_after, observer),
        toll=toll(books[:, 0], chosen, arena),
        next_toll=toll(flat_after[:, 0], chosen, arena),
        typical=float(np.abs(gains[:, np.abs(chosen) == np.abs(chosen).max()]).mean()) or 1.0,
    )


def toll(held: np.ndarray, levels: np.ndarray, arena: Arena) -> np.ndarray:
    """What moving from exposures held (m,) to each of the levels (a,) costs: (m, a), log growth, at most 0.

    It is known beforehand, so it is not learnt: Q(s, u) = toll(s, u) + F(s, u), and the trees learn F.
    """
    cost: np.ndarray = -rate_of(arena) * np.abs(np.asarray(levels)[None, :] - held[:, None])
    return cost


def rate_of(arena: Arena) -> float:
    """What moving by the largest position costs, as a share of equity: fee, half-spread and slippage."""
    terms = arena.terms
    return arena.limits.size * (
        terms.fee + (terms.half_spread + terms.slippage) * 0.5 * (terms.slip_in + terms.slip_out)
    )


def _observed(market: np.ndarray, books: np.ndarray, observer: Observer) -> np.ndarray:
    """(m, inputs) float32 of books as `core.agent.pacing.roam` tells them."""
    held, entry, fall = books.T
    own = np.empty((len(books), 3))
    own[:, 0] = held
    own[:, 1] = np.sign(held) * (1.0 / np.maximum(entry, 1e-12) - 1.0)
    own[:, 2] = fall
    own = np.clip(own / observer.book_scale, -CLIP, CLIP)
    return np.concatenate((market, own.astype(np.float32)), axis=1)
