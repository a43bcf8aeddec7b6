"""Champion against challenger on the same bars, by a test that may be looked at after every bar.

A fixed-size test that is peeked at finds a winner among equals in 38 of 100 contests. The mixture sequential
probability ratio test does not: with the advantage mixed over N(0, τ²), its likelihood ratio

    Λ_n = √(σ² / (σ² + n τ²)) · exp(τ² (Σ d)² / (2 σ² (σ² + n τ²)))

is a test martingale when there is no advantage, so P(Λ ever ≥ 20) ≤ 5 % (Ville's inequality; Robbins 1970, Johari et al.
2022, Always Valid Inference). Labels over h bars overlap, so d of neighbouring bars is not independent: h tests, each on
every h-th bar, run side by side and their mean is the evidence (Henzi & Ziegel 2022, Valid sequential inference on
probability forecast performance).
"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.predict.drift.losses import log_losses
from core.records import Contest, ContestPoint, ContestState

LIMIT = 20.0
"""Evidence that decides: a false win in at most one of twenty contests between equals."""
FEWEST = 25
"""Independent differences of one of the tests before it speaks: σ is estimated from them."""
_POINTS = 400
"""Of the stored curve."""


@dataclass(frozen=True, slots=True)
class Names:
    """Who meets, and where."""

    champion_id: str
    challenger_id: str
    symbol: str
    timeframe: str
    source: str
    horizon: str
    bars: int
    """Of the horizon."""

    @property
    def id(self) -> str:
        """One contest for each pair."""
        return f"{self.champion_id}~{self.challenger_id}"


def likelihood_ratio(count: float, total: float, variance: float, mixing: float) -> float:
    """Λ of mSPRT: `count` differences that sum to `total`, of known variance, mixing variance τ²."""
    spread = variance + count * mixing
    return float(np.sqrt(variance / spread) * np.exp(mixing * total**2 / (2.0 * variance * spread)))


def evidence(differences: np.ndarray, lag: int = 1) -> np.ndarray:
    """E-value after each difference, (n,).

    σ is that of the differences so far, and τ = σ: the test is most powerful for advantages of about one σ and still
    finds a fifth of one in some hundreds of bars.

    Args:
        differences: (n,) in the order of time.
        lag: bars that a label spans; differences that far apart are independent.
    """
    found = np.ones((lag, len(differences)))
    for phase in range(lag):
        own = np.arange(phase, len(differences), lag)
        values = _one_test(differences[own])
        until = np.append(own[1:], len(differences))[: len(own)]
        for at, stop, value in zip(own, until, values, strict=True):
            found[phase, at:stop] = value
    return np.asarray(found.mean(axis=0))


def _one_test(differences: np.ndarray) -> np.ndarray:
    """Λ after each of independent differences; 1 until there are enough of them."""
    count = np.arange(1, len(differences) + 1)
    total, square = np.cumsum(differences), np.cumsum(differences**2)
    variance = (square - total**2 / count) / np.maximum(count - 1, 1)
    speaks = (count >= FEWEST) & (variance > 0.0)
    # τ = σ, so with z² = (Σ d)² / σ² the ratio is √(1 / (1 + n)) · exp(z² / (2 (1 + n))).
    z2 = np.where(speaks, total**2 / np.where(speaks, variance, 1.0), 0.0)
    ratio = np.exp(np.minimum(0.5 * z2 / (1.0 + count) - 0.5 * np.log1p(count), 700.0))
    return np.where(speaks, ratio, 1.0)


def loss_differences(champion: np.ndarray, challenger: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Log loss of the champion less that of the challenger, (n,); positive: the challenger was better.

    Args:
        champion, challenger: (n, 3) probabilities on the same bars.
        outcome: (n,) class numbers.
    """
    return log_losses(champion, outcome) - log_losses(challenger, outcome)


def return_differences(
    champion: np.ndarray, challenger: np.ndarray, path_return: np.ndarray, cost: float, margin: float = 0.05
) -> np.ndarray:
    """Return net of cost of following the challenger less that of following the champion, (n,) as fractions.

    Args:
        champion, challenger: (n, 3) probabilities on the same bars.
        path_return: (n,) log return from the bar's close to the label's touch.
        cost: of a round trip, as a fraction.
        margin: lead of P(up) over P(down) from which a side is taken.
    """

    def net(probability: np.ndarray) -> np.ndarray:
        lead = probability[:, 2] - probability[:, 0]
        side = np.where(np.abs(lead) > margin, np.sign(lead), 0.0)
        return np.asarray(side * np.expm1(path_return) - np.abs(side) * cost)

    return net(challenger) - net(champion)


def judge_contest(
    names: Names,
    differences: np.ndarray,
    settled: pd.DatetimeIndex,
    measure: str,
    updated_at: datetime,
    before: Contest | None = None,
) -> Contest:
    """The state of a contest; once decided it stays decided.

    Args:
        differences: (n,) of all bars that both could forecast without having seen them, oldest first; positive: the
            challenger was better.
        settled: (n,) close times of the bars that settled the labels.
        measure: log_loss or net_return.
        updated_at: by the wall clock.
        before: the last stored state, if any.
    """
    curve = evidence(differences, names.bars)
    count = np.arange(1, len(differences) + 1)
    mean = np.cumsum(differences) / count if len(differences) else np.zeros(0)
    state, decided = _decision(curve, mean, settled)
    if before is not None and before.measure == measure and before.state is not ContestState.UNDECIDED:
        state, decided = before.state, before.decided_at
    now = float(curve[-1]) if len(curve) else 1.0
    average = float(mean[-1]) if len(mean) else None
    shown = np.unique(np.linspace(0, max(len(curve) - 1, 0), min(_POINTS, len(curve))).round().astype(int))
    return Contest(
        id=names.id,
        champion_id=names.champion_id,
        challenger_id=names.challenger_id,
        symbol=names.symbol,
        timeframe=names.timeframe,
        source=names.source,
        horizon=names.horizon,
        measure=measure,
        rows=len(differences),
        independent=len(differences) // names.bars,
        mean=average,
        deviation=float(differences.std(ddof=1)) if len(differences) > 1 else None,
        evidence=now,
        limit=LIMIT,
        curve=tuple(
            ContestPoint(settled[place].to_pydatetime(), float(curve[place]), float(mean[place]))
            for place in shown
        ),
        state=state,
        decided_at=decided,
        updated_at=updated_at,
        words=_words(state, names, len(differences), now, average, measure),
    )


def _decision(
    curve: np.ndarray, mean: np.ndarray, settled: pd.DatetimeIndex
) -> tuple[ContestState, datetime | None]:
    reached = np.flatnonzero(curve >= LIMIT)
    if not len(reached):
        return ContestState.UNDECIDED, None
    place = int(reached[0])
    state = ContestState.PROMOTE if mean[place] > 0.0 else ContestState.KEEP
    return state, settled[place].to_pydatetime()


def _words(state: ContestState, names: Names, rows: int, now: float, mean: float | None, measure: str) -> str:
    what = "log loss" if measure == "log_loss" else "return after costs"
    if mean is None:
        return (
            "No bar has been forecast by both and settled since the challenger was trained: nothing can be said yet. "
            "Fetch newer bars and check again."
        )
    side = "the challenger's is better" if mean > 0 else "the champion's is better"
    facts = f"On {rows:,} shared bars ({rows // names.bars:,} that do not overlap) {side} by {abs(mean):.4f} a bar in {what}"
    if state is ContestState.PROMOTE:
        return f"{facts}; the evidence reached {LIMIT:g}, so it is more than luck. Promote the challenger."
    if state is ContestState.KEEP:
        return f"{facts}; the evidence against the challenger reached {LIMIT:g}. Keep the champion."
    if rows // names.bars < FEWEST:
        return f"{facts}. {FEWEST} bars that do not overlap are needed before the test speaks. Keep both for now."
    return f"{facts}; the evidence is {now:.2g}, and {LIMIT:g} decides. Undecided: keep both, and look again whenever you like."
