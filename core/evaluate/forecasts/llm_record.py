"""A language model's forecasts beside knowing nothing: proper scores, hits, and a verdict that does not flatter."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.evaluate.forecasts.overlap import effective_rows
from core.evaluate.forecasts.scoring import brier_losses, log_losses, skill
from core.evaluate.forecasts.signals import MARGIN, mean_interval
from core.evaluate.metrics import wilson
from core.records import LlmScores, SettledOpinion

FEWEST = 30
"""Independent forecasts below which nothing is said of skill."""


def score_opinions(rows: Sequence[SettledOpinion], start: np.ndarray, end: np.ndarray) -> LlmScores:
    """Scores of one model and horizon.

    The interval of the skill is that of the mean gain on the base rate's Brier loss, by stationary block bootstrap
    (Politis & Romano 1994) with blocks as long as labels overlap, divided by the base rate's loss.

    Args:
        rows: in the order of time, at least one; all of one model, timeframe, horizon and kind (contaminated or not).
        start: (n,) first bar of each label.
        end: (n,) last bar, inclusive.
    """
    outcome = np.array([item.came.outcome for item in rows], dtype=int)
    said = _said(rows)
    base = np.array([item.kept.base for item in rows], dtype=float)
    ours = np.array([item.kept.model_said for item in rows], dtype=float)
    brier, brier_base = brier_losses(outcome, said), brier_losses(outcome, base)
    effective = effective_rows(start, end)
    gained = skill(float(brier.mean()), float(brier_base.mean()))
    low, high = _skill_interval(brier, brier_base, effective)
    moved = np.array([item.came.path_return for item in rows], dtype=float)
    hits = _hits(said - base, moved, start, end)
    first = rows[0].kept
    return LlmScores(
        model=first.opinion.model,
        timeframe=first.timeframe,
        horizon=first.opinion.horizon,
        bars=first.opinion.bars,
        contaminated=first.opinion.contaminated,
        rows=len(rows),
        effective=effective,
        first=first.as_of,
        last=rows[-1].kept.as_of,
        brier=float(brier.mean()),
        brier_base=float(brier_base.mean()),
        brier_model=float(brier_losses(outcome, ours).mean()),
        log_loss=float(log_losses(outcome, said).mean()),
        log_loss_base=float(log_losses(outcome, base).mean()),
        skill=gained,
        skill_low=low,
        skill_high=high,
        calls=hits[0],
        hit_rate=hits[1],
        hit_low=hits[2],
        hit_high=hits[3],
        hit_chance=hits[4],
        weight=0.0,
        verdict=verdict(first.opinion.contaminated, effective, gained, low, high),
    )


def running_skill(rows: Sequence[SettledOpinion]) -> pd.DataFrame:
    """Brier skill against the base rate of all forecasts so far, known at the end of each one's horizon.

    Args:
        rows: in any order.

    Returns:
        Indexed by that time (UTC), one row each: skill, and forecasts (how many so far).
    """
    in_order = sorted(rows, key=lambda item: item.came.settled_at)
    index = pd.DatetimeIndex([item.came.settled_at for item in in_order], name="settled")
    outcome = np.array([item.came.outcome for item in in_order], dtype=int)
    losses = np.cumsum(brier_losses(outcome, _said(in_order)))
    base = np.cumsum(brier_losses(outcome, np.array([item.kept.base for item in in_order], dtype=float)))
    count = np.arange(1, len(in_order) + 1)
    found = pd.DataFrame({"skill": 1.0 - losses / base, "forecasts": count}, index=index)
    return found[~found.index.duplicated(keep="last")]


def _said(rows: Sequence[SettledOpinion]) -> np.ndarray:
    """(n, 3) probabilities of down, flat, up."""
    return np.array(
        [(i.kept.opinion.p_down, i.kept.opinion.p_flat, i.kept.opinion.p_up) for i in rows], dtype=float
    )


def verdict(
    contaminated: bool, effective: float, gained: float, low: float | None, high: float | None
) -> str:
    """What may be said, in one sentence."""
    count = f"{effective:,.0f} independent forecast{'' if round(effective) == 1 else 's'}"
    if contaminated:
        return f"{count} of moments that it may remember: not evidence, and without weight."
    if effective < FEWEST or low is None or high is None:
        return f"{count}: nothing can be said yet ({FEWEST} are needed)."
    told = f"skill {_signed(gained)}, between {_signed(low)} and {_signed(high)}, from {count}"
    if low > 0.0:
        return f"Better than the base rate: {told}."
    if high < 0.0:
        return f"Worse than the base rate: {told}."
    return f"Not told apart from the base rate: {told}."


def _skill_interval(
    brier: np.ndarray, brier_base: np.ndarray, effective: float
) -> tuple[float | None, float | None]:
    whole = float(brier_base.mean())
    if effective < FEWEST:
        return None, None
    low, high = mean_interval(brier_base - brier, len(brier) / max(effective, 1.0))
    if low is None or high is None or whole <= 0.0:
        return None, None
    return low / whole, high / whole


def _hits(
    gain: np.ndarray, moved: np.ndarray, start: np.ndarray, end: np.ndarray
) -> tuple[int, float | None, float | None, float | None, float | None]:
    """Calls, share that went that way, its Wilson interval, and what the same mix would have hit by chance."""
    lead = gain[:, 2] - gain[:, 0]
    rows = np.abs(lead) > MARGIN
    count = int(rows.sum())
    if count == 0:
        return 0, None, None, None, None
    up, rose, fell = lead[rows] > 0.0, moved > 0.0, moved < 0.0
    rate = float(np.where(up, rose[rows], fell[rows]).mean())
    effective = effective_rows(start[rows], end[rows])
    low, high = wilson(rate * effective, effective) or (None, None)
    chance = float(up.mean() * rose.mean() + (1.0 - up.mean()) * fell.mean())
    return count, rate, low, high, chance


def _signed(value: float) -> str:
    return f"{100.0 * value:+.1f} %".replace("-", "−")
