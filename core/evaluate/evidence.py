"""What speaks for an edge and what against it: each finding on its own, with the verdict that it alone would allow."""

import math
from dataclasses import dataclass

import numpy as np

from core.evaluate.metrics import break_even, wilson
from core.evaluate.significance.intervals import metric_intervals
from core.evaluate.significance.sharpe import Convention, SharpeSample, min_track_record, psr, sharpe_sample
from core.evaluate.significance.trying import sample_of
from core.evaluate.spans import bars_words
from core.records import EdgeKind, Interval, Significance

DSR_ASKED = 0.95
"""Deflated Sharpe ratio from which a result counts as more than luck."""
PBO_ASKED = 0.2
"""Probability of overfitting below which a choice among configurations counts as sound."""
PBO_COIN = 0.5
"""From here on the chosen configuration does no better on new data than one drawn by lot."""
TRADES_ASKED = 30
BARS_ASKED = 30
PATIENCE = 10.0
"""A record that would have to be that many times longer settles nothing in practice."""
_Z95 = 1.959963984540054
_RESAMPLES = 1000
_SAME = 1e-9
"""Share of a strategy's own variation below which what is left beside buy and hold is rounding."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation."""

    allows: EdgeKind
    """The best verdict that it leaves open."""
    weight: float
    """Gravity among the findings of one kind."""
    brief: str
    """For a headline, after a colon."""
    words: str
    """One sentence with its numbers."""
    needed: float | None = None
    """Bars with which it would speak for an edge, if all stays as it was; inf where no number would do."""


def luck(significance: Significance, bars_per_year: float) -> Finding:
    """The deflated Sharpe ratio: is it more than the best of all that was tried would show by luck?"""
    s, yearly = significance, math.sqrt(bars_per_year)
    tried = "one configuration" if s.trials == 1 else f"{s.trials:,} configurations"
    sample = sample_of(s)
    if sample is None or s.sharpe is None:
        raise ValueError("Luck is judged where the Sharpe ratio is defined.")
    shown, hurdle = s.sharpe * yearly, (s.expected_max_sharpe or 0.0) * yearly
    if s.sharpe <= 0.0:
        words = f"It lost: its Sharpe ratio is {shown:.2f} a year."
        return Finding(EdgeKind.NONE, 90.0, "it lost money for the risk it took", words, math.inf)
    needed = min_track_record(sample, Convention.BAILEY, s.expected_max_sharpe or 0.0)
    if needed is None:
        words = f"The best of {s.trials:,} worthless configurations is expected to show a Sharpe ratio of {hurdle:.2f} a year; this one shows {shown:.2f}."
        return Finding(EdgeKind.NONE, 80.0, f"luck among {tried} explains it", words, math.inf)
    alone = s.trials == 1
    against = "zero (PSR)" if alone else f"the {hurdle:.2f} that luck among {tried} shows (DSR)"
    if s.dsr is None:
        words = "Its returns take two values only, and no error of its Sharpe ratio can be told."
        return Finding(EdgeKind.UNCLEAR, 80.0, "its returns are no sample", words)
    chance = f"The probability that its true Sharpe ratio ({shown:.2f} a year seen) exceeds {against} is {_percent(s.dsr)}; {DSR_ASKED:.0%} is asked."
    if s.dsr >= DSR_ASKED:
        luckiest = "luck" if alone else f"luck among {tried}"
        brief = f"its Sharpe ratio of {shown:.2f} a year is more than {luckiest} shows"
        return Finding(EdgeKind.EVIDENCE, 80.0, brief, chance, needed)
    if needed > PATIENCE * s.observations:
        words = f"At this Sharpe ratio ({shown:.2f} a year) only {bars_words(needed, bars_per_year)} would tell it from luck, more than {PATIENCE:.0f} times the record."
        return Finding(EdgeKind.NONE, 78.0, "it is too small to be told from luck", words, needed)
    return Finding(EdgeKind.UNCLEAR, 80.0, "the record is too short to rule out luck", chance, needed)


def resampled(returns: np.ndarray, bars_per_year: float, seed: int) -> Finding | None:
    """The block-bootstrap interval of the Sharpe ratio, which needs no formula for its error."""
    found = metric_intervals(returns, bars_per_year, _RESAMPLES, seed)
    if found is None or found.sharpe is None:
        return None
    ratio = found.sharpe
    words = f"Drawn again in blocks, its yearly Sharpe ratio lies between {ratio.low:.2f} and {ratio.high:.2f} ({found.level:.0%} interval)."
    if ratio.low > 0.0:
        return Finding(EdgeKind.EVIDENCE, 60.0, "the whole interval lies above zero", words)
    needed = _above_zero(ratio, len(returns))
    return Finding(EdgeKind.UNCLEAR, 60.0, "its Sharpe ratio may as well be zero", words, needed)


def _above_zero(ratio: Interval, bars: int) -> float:
    """Bars with which the interval would leave zero, as its width shrinks with their square root."""
    if ratio.estimate <= 0.0:
        return math.inf
    return bars * ((ratio.estimate - ratio.low) / ratio.estimate) ** 2


def beside_holding(returns: np.ndarray, hold_returns: np.ndarray, bars_per_year: float) -> Finding | None:
    """What is left after the share that moves with buy and hold: r − β·hold, β by least squares over all bars.

    A rising market lifts every long position; only the rest is the strategy's own. None where there is nothing to
    compare with.
    """
    left, total, held = _own_part(returns, hold_returns)
    if total is None:
        return None
    made = f"it made {total:+.1%}, holding {held:+.1%}"
    if left is None:
        words = f"It moves exactly as buy and hold does: {made}."
        return Finding(EdgeKind.NONE, 75.0, "it is buy and hold under another name", words, math.inf)
    chance = psr(left, Convention.BAILEY)
    if chance is None:
        return None
    needed = min_track_record(left, Convention.BAILEY)
    if needed is None:
        words = f"Holding the asset at its average exposure would have done as well or better ({made})."
        return Finding(EdgeKind.NONE, 75.0, "buy and hold explains what it made", words, math.inf)
    words = f"The probability that it adds anything to holding the asset at its average exposure is {_percent(chance)} ({made})."
    if chance >= DSR_ASKED:
        return Finding(EdgeKind.EVIDENCE, 55.0, "it adds to buy and hold", words, needed)
    return Finding(EdgeKind.UNCLEAR, 55.0, "buy and hold may explain what it made", words, needed)


def _own_part(
    returns: np.ndarray, hold_returns: np.ndarray
) -> tuple[SharpeSample | None, float | None, float]:
    """Sample of r − β·hold (None where nothing is left), and both total returns (None where not comparable)."""
    if len(hold_returns) != len(returns) or not np.isfinite(hold_returns).all():
        return None, None, 0.0
    asset = sharpe_sample(hold_returns)
    with np.errstate(all="ignore"):
        centred = hold_returns - hold_returns.mean()
        beta = float(centred @ returns) / float(centred @ centred) if asset else math.nan
        own = returns - beta * hold_returns
        total, held = float(np.prod(1.0 + returns) - 1.0), float(np.prod(1.0 + hold_returns) - 1.0)
        spread = float(np.std(own))
    if not all(map(math.isfinite, (beta, spread, total, held))):
        return None, None, 0.0
    if spread <= _SAME * float(np.std(returns)):
        return None, total, held
    return sharpe_sample(own), total, held


def chosen_well(pbo: float) -> Finding:
    """The probability of backtest overfitting of the search that this configuration came from."""
    words = f"The probability that the search overfitted is {pbo:.0%} (PBO by CSCV; below {PBO_ASKED:.0%} is asked)."
    if pbo >= PBO_COIN:
        return Finding(EdgeKind.NONE, 76.0, "what was best does not stay good on other data", words)
    if pbo >= PBO_ASKED:
        return Finding(EdgeKind.UNCLEAR, 65.0, "the search may have overfitted", words)
    return Finding(EdgeKind.EVIDENCE, 65.0, "what was best stays good on other data", words)


def enough_trades(trades: int, bars: int) -> Finding:
    """Whether there are trades to judge at all."""
    if trades < TRADES_ASKED:
        words = f"It closed {trades} trade{'s' * (trades != 1)}; {TRADES_ASKED} are the least to tell skill from luck."
        needed = bars * TRADES_ASKED / trades if trades else None
        return Finding(EdgeKind.UNCLEAR, 70.0, "too few trades were closed", words, needed)
    return Finding(EdgeKind.EVIDENCE, 20.0, "there are trades enough", f"It closed {trades:,} trades.")


def winners(trade_returns: np.ndarray, bars: int) -> Finding | None:
    """The share of winning trades (Wilson interval) against the one at which these wins and losses break even."""
    wins, losses = trade_returns[trade_returns > 0.0], trade_returns[trade_returns <= 0.0]
    if not len(wins) or not len(losses):
        return None
    even = break_even(float(wins.mean()), float(-losses.mean()))
    count, share = len(trade_returns), len(wins) / len(trade_returns)
    interval = wilson(len(wins), count)
    if even is None or interval is None or not math.isfinite(even):
        return None
    words = f"{share:.0%} of its trades won ({interval[0]:.0%} to {interval[1]:.0%}); these wins and losses break even at {even:.0%}."
    if interval[0] > even:
        return Finding(EdgeKind.EVIDENCE, 45.0, "more trades win than must", words)
    if interval[1] < even:
        return Finding(EdgeKind.NONE, 72.0, "its wins do not pay for its losses", words, math.inf)
    needed = (
        bars / count * _Z95**2 * share * (1.0 - share) / (share - even) ** 2 if share > even else math.inf
    )
    return Finding(EdgeKind.UNCLEAR, 45.0, "its share of winners may be chance", words, needed)


def _percent(chance: float) -> str:
    """A probability that is never rounded to certainty."""
    return "over 99.9 %" if chance > 0.999 else "under 0.1 %" if chance < 0.001 else f"{chance:.1%}"
