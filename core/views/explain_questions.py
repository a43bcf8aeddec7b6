"""Questions about many forecasts at once: dependence, drift of reasons, cohorts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.explain import (
    STEADY,
    CohortComparison,
    ReasonsOverTime,
    compare_cohorts,
    reasons_over_time,
    strongest_partner,
)
from core.views.explain import Explained

COHORTS = ("Right against wrong", "Regime against regime", "Wild against calm")
"""Ways to split the forecasts into two groups."""

_FEWEST = 30


def partner_of(view: Explained, target: str, feature: int) -> int | None:
    """The feature that changes most what another one's value means."""
    return strongest_partner(view.parts.values, view.shares(target), feature)


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """Whether the reasons stay the same, with the times of the windows."""

    reasons: ReasonsOverTime
    first: pd.DatetimeIndex
    last: pd.DatetimeIndex
    steady: bool
    words: str


def drift(view: Explained, target: str, windows: int) -> Drift:
    """Importance per window of the shown bars, and how alike neighbours are."""
    reasons = reasons_over_time(view.shares(target), windows)
    lowest = reasons.steadiness
    steady = bool(np.isnan(lowest) or lowest >= STEADY)
    if np.isnan(lowest):
        words = "There are too few bars, or no contributions, to compare windows."
    elif steady:
        words = (
            f"Neighbouring windows rank the features alike: Spearman correlation at least {lowest:.2f}, and {STEADY:g} is "
            "where a warning begins."
        )
    else:
        place = int(np.nanargmin(reasons.adjacent)) + 1
        words = (
            f"The reasons drift: around {view.times[reasons.first[place]]:%Y-%m-%d} the ranking of the features changes "
            f"(Spearman {lowest:.2f}, below {STEADY:g}). What the model says there rests on other grounds than before."
        )
    return Drift(reasons, view.times[reasons.first], view.times[reasons.stop - 1], steady, words)


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """Two groups of forecasts and where their reasons differ."""

    groups: tuple[str, str]
    found: CohortComparison | None
    words: str
    """How the groups were made, and what was found or why nothing could be."""


def cohorts(view: Explained, target: str, split: str, states: tuple[int, int] = (0, -1)) -> Cohorts:
    """Compare the reasons of two groups of the shown forecasts.

    Args:
        split: one of COHORTS.
        states: the two regimes compared, by number; −1 the wildest.
    """
    groups, one, other, how = {
        COHORTS[0]: _right_and_wrong,
        COHORTS[1]: lambda found: _regimes(found, states),
        COHORTS[2]: _wild_and_calm,
    }[split](view)
    if min(one.sum(), other.sum()) < _FEWEST:
        few = f"{how} There are {int(one.sum())} and {int(other.sum())} such bars; at least {_FEWEST} of each are needed: show more bars."
        return Cohorts(groups, None, few)
    found = compare_cohorts(view.shares(target), one, other, max(view.rows.bars_ahead, 24))
    if found is None:
        return Cohorts(
            groups, None, f"{how} They lie too close together in time to be compared: show more bars."
        )
    many = int(found.clear.sum())
    verdict = (
        f"{many} of {len(view.names)} features push clearly differently; by chance alone about {0.05 * len(view.names):.0f} would."
        if many
        else "No feature pushes clearly differently."
    )
    return Cohorts(
        groups, found, f"{how} {found.rows[0]:,} against {found.rows[1]:,} bars. {verdict} Intervals count stretches of the horizon, not overlapping bars."
    )  # fmt: skip


_Split = tuple[tuple[str, str], np.ndarray, np.ndarray, str]


def _right_and_wrong(view: Explained) -> _Split:
    """Forecasts made out of sample that leaned up or down, by whether the price went there."""
    rows = view.rows
    lean = rows.lean
    ended = (rows.outcome == 0) | (rows.outcome == 2)
    right = ended & (np.sign(rows.outcome - 1) == lean) & (lean != 0)
    wrong = ended & (np.sign(rows.outcome - 1) == -lean) & (lean != 0)
    return (
        ("right", "wrong"),
        right,
        wrong,
        (
            "Forecasts made out of sample that leaned up or down beside the base rate, by which barrier the price reached first."
        ),
    )


def _regimes(view: Explained, states: tuple[int, int]) -> _Split:
    rows = view.rows
    if rows.regime is None or not rows.state_names:
        nobody = np.zeros(len(rows.close), dtype=bool)
        return ("regime", "regime"), nobody, nobody, "This model knows no regimes."
    likeliest = rows.regime.argmax(axis=1)
    many = len(rows.state_names)
    one, other = states[0] % many, states[1] % many
    return (
        (rows.state_names[one], rows.state_names[other]), likeliest == one, likeliest == other,
        "Bars by the likeliest hidden regime, as known at each bar.",
    )  # fmt: skip


def _wild_and_calm(view: Explained) -> _Split:
    sigma = view.rows.sigma
    low, high = np.nanquantile(sigma, [1 / 3, 2 / 3]) if np.isfinite(sigma).any() else (np.nan, np.nan)
    how = f"The wildest third of the bars (volatility over the horizon above {high:.2%}) against the calmest (below {low:.2%})."
    return ("wild", "calm"), sigma >= high, sigma <= low, how
