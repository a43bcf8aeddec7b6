"""The verdict that leads a report: evidence of edge, none, or cannot tell yet, and why.

The most sceptical finding rules. **Evidence** asks for all of: a deflated Sharpe ratio (Bailey & López de Prado 2014, N =
all distinct trials on this asset and timeframe, with their variance) of at least .95; a block-bootstrap interval of the
Sharpe ratio above zero; a return beyond buy and hold at the same exposure, with a probability of at least .95; 30 closed
trades; a share of winners whose Wilson interval lies above break-even; PBO below .2 where a search was made; costs on.
**None** is said when more data of the same kind would not help: a loss, ruin, a Sharpe ratio at or below what the best
of as many worthless trials shows (or that would need ten times the record), nothing beyond buy and hold, PBO from .5 on,
wins that do not pay for the losses. All the rest **cannot be told yet**.

On noise (random long and short positions of 40 bars on driftless walks of 3,000 bars, no costs, one trial) evidence was
claimed for 46 of 1,500 runs, 3 %; for the best of 100 such runs, counted as 100 trials, for none of 200; for random long
positions in a rising market for none of 500. Trials count as independent and their spread is taken as it was seen: many
near-copies of one idea raise N and lower the spread, so PBO is the better witness for a fine grid.
"""

import math

import numpy as np

from core.evaluate.evidence import (
    BARS_ASKED,
    Finding,
    beside_holding,
    chosen_well,
    enough_trades,
    luck,
    resampled,
    winners,
)
from core.evaluate.significance.trying import significance_of
from core.evaluate.spans import bars_words
from core.records import EdgeKind, EdgeVerdict, Significance, TrialTally

_SCEPTICAL = (EdgeKind.NONE, EdgeKind.UNCLEAR, EdgeKind.EVIDENCE)
_REASONS = 3


def judge_edge(
    returns: np.ndarray,
    trade_returns: np.ndarray,
    hold_returns: np.ndarray,
    bars_per_year: float,
    tally: TrialTally,
    *,
    pbo: float | None = None,
    costs_on: bool = True,
    seed: int = 0,
) -> EdgeVerdict:
    """Judge one run.

    Args:
        returns: of equity, simple, per bar, net of costs, (n,).
        trade_returns: net return of each closed trade, (k,).
        hold_returns: of buy and hold over the same bars, (n,); another length means that there is none.
        bars_per_year: for words in years and yearly ratios.
        tally: all that was tried on this asset and timeframe, this run included.
        pbo: probability of backtest overfitting of the search that chose this configuration, where there was one.
        costs_on: False when the run paid none.
        seed: of the bootstrap.
    """
    returns, hold_returns = np.asarray(returns, dtype=float), np.asarray(hold_returns, dtype=float)
    trades = np.asarray(trade_returns, dtype=float)
    trades = trades[np.isfinite(trades)]
    with np.errstate(all="ignore"):  # what overflows is not finite, and then not defined
        significance = significance_of(returns, tally)
        findings = _undefined(returns, trades, significance)
        if not findings:
            findings = _findings(returns, trades, hold_returns, bars_per_year, significance, seed)
            findings += [chosen_well(pbo)] if pbo is not None and math.isfinite(pbo) else []
    findings += [] if costs_on else [_FREE]
    return _compose(findings, significance, bars_per_year)


_FREE = Finding(
    EdgeKind.UNCLEAR,
    85.0,
    "costs are switched off",
    "All costs are switched off: no real account trades for free.",
)


def _undefined(returns: np.ndarray, trades: np.ndarray, significance: Significance) -> list[Finding]:
    """Why there is nothing to judge; empty when there is."""
    if (returns <= -1.0).any():
        return [Finding(EdgeKind.NONE, 100.0, "the account was ruined", "Its equity fell to nothing: the account was ruined.", math.inf)]  # fmt: skip
    if not np.isfinite(returns).all():
        return [Finding(EdgeKind.UNCLEAR, 100.0, "its returns are not all numbers", "Some of its returns are not finite numbers: look at the bars and at the equity curve.")]  # fmt: skip
    if significance.sharpe is None and not len(trades):
        return [Finding(EdgeKind.UNCLEAR, 100.0, "nothing was traded", "No trade was made, so there is nothing to judge: take other rules or a longer span.")]  # fmt: skip
    if significance.sharpe is None:
        return [Finding(EdgeKind.UNCLEAR, 100.0, "its equity does not vary", "Its returns do not vary, so no Sharpe ratio is defined.")]  # fmt: skip
    if len(returns) < BARS_ASKED:
        words = f"There are {len(returns)} bars; of fewer than {BARS_ASKED} no statistic holds."
        few = Finding(EdgeKind.UNCLEAR, 100.0, "there are too few bars", words, float(BARS_ASKED))
        return [few, enough_trades(len(trades), len(returns))]
    return []


def _findings(
    returns: np.ndarray,
    trades: np.ndarray,
    hold_returns: np.ndarray,
    bars_per_year: float,
    significance: Significance,
    seed: int,
) -> list[Finding]:
    found = [
        luck(significance, bars_per_year),
        resampled(returns, bars_per_year, seed),
        beside_holding(returns, hold_returns, bars_per_year),
        enough_trades(len(trades), len(returns)),
        winners(trades, len(returns)),
    ]
    return [finding for finding in found if finding is not None]


def _compose(findings: list[Finding], significance: Significance, bars_per_year: float) -> EdgeVerdict:
    ordered = sorted(findings, key=lambda f: (_SCEPTICAL.index(f.allows), -f.weight))
    first = ordered[0]
    kind = first.allows
    opening = kind.value[0].upper() + kind.value[1:]
    return EdgeVerdict(
        kind=kind,
        headline=f"{opening}: {first.brief}.",
        reasons=tuple(finding.words for finding in ordered[:_REASONS]),
        more_data=_more_data(ordered, significance, bars_per_year),
        significance=significance,
    )


def _more_data(ordered: list[Finding], significance: Significance, bars_per_year: float) -> str:
    """How much more of the same would settle it."""
    kind, there = ordered[0].allows, significance.observations
    have = bars_words(there, bars_per_year)
    needs = [finding.needed for finding in ordered if finding.needed is not None]
    needed = max(needs, default=0.0)
    if kind is EdgeKind.NONE:
        if any(f.needed is None for f in ordered if f.allows is EdgeKind.NONE):
            return "More data does not cure a choice that does not hold up: search among fewer configurations, or choose a plateau."
        if math.isinf(needed):
            return f"More data of this kind would not settle it in its favour; there are {have}."
        return f"At this pace {bars_words(needed, bars_per_year)} in all would settle it; there are {have}."
    if math.isinf(needed):
        return f"There are {have}; as it stands, more of the same would not settle it in its favour."
    if kind is EdgeKind.EVIDENCE:
        return f"Enough: {bars_words(needed, bars_per_year)} were needed and there are {have}. Each further trial raises the hurdle."
    if needed > there:
        return f"About {bars_words(needed - there, bars_per_year)} more, if it goes on as it did and nothing further is tried; there are {have}."
    if needed > 0.0:
        return f"Data is not what is missing: {bars_words(needed, bars_per_year)} were needed and there are {have}."
    return f"How much is needed cannot be told from these {there:,} bars."
