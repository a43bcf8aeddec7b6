"""Three gates of a candidate: walk-forward, Monte Carlo, and rows that no trial saw."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory
from core.evaluate.forecasts import diebold_mariano, log_losses
from core.evaluate.forecasts.signals import MARGIN
from core.evaluate.monte_carlo import Source, monte_carlo
from core.pipeline.improving.desk import Desk, Finding
from core.pipeline.training import round_trip
from core.predict import Dataset
from core.predict.tuning import FoldSaid
from core.records import ImproveState, Measured, MonteCarloRequest, StepVerdict

FEWEST_TRADES = 10
"""Round trips below which other orders of them say nothing."""
LEVEL = 0.05
"""Chance of a gain over knowing nothing that luck may reach on the unseen rows."""


def walk_forward(desk: Desk) -> Finding:
    """Is the candidate better than the present way and than knowing nothing, over the blocks before the last?

    The search has looked at these blocks, so that passing here is the least that can be asked.
    """
    mine, theirs, base = (_losses(desk, kind) for kind in ("candidate", "present", "base"))
    blocks = len(mine) - 1
    own, present, nothing = (_mean(part[:-1]) for part in (mine, theirs, base))
    won = sum(float(a.mean()) < float(b.mean()) for a, b in zip(mine[:-1], theirs[:-1], strict=True))
    numbers = (
        Measured("candidate", own, "nats", "Mean log loss over the walk-forward blocks."),
        Measured("present way", present, "nats", "The same of the parameters in use."),
        Measured("base rate", nothing, "nats", "The same of knowing nothing."),
        Measured(
            "blocks won", float(won), "count", f"Of {blocks} blocks: candidate better than the present way."
        ),
    )
    facts = (
        f"Walk-forward over {blocks} {'block' if blocks == 1 else 'blocks'}: log loss {own:.4f}, present way "
        f"{present:.4f}, knowing nothing {nothing:.4f}"
    )
    if own >= nothing:
        return _failed(desk, f"{facts}: no better than knowing nothing.", numbers)
    if own >= present:
        return _failed(desk, f"{facts}: no better than the present way.", numbers)
    return Finding(desk.run, StepVerdict.ON, f"{facts}: better in {won} of {blocks}.", numbers)


def other_orders(desk: Desk) -> Finding:
    """How often does trading on the walk-forward forecasts lose, after costs, when its bars come in other orders?"""
    asked, settings = desk.bench.settings.improve, desk.bench.settings
    costs = settings.costs.record()
    equity, trades = traded(desk.data, desk.spoken.candidate[:-1], round_trip(costs))
    count = Measured("trades", float(trades), "trades", "Round trips that do not overlap.")
    if trades < FEWEST_TRADES:
        few = f"It leaned far enough for {trades} trades only; {FEWEST_TRADES} are needed to draw from."
        return _failed(desk, few, (count,))
    source = Source(
        desk.run.symbol, desk.run.timeframe, f"model {desk.run.horizon}", settings.initial_cash * equity, pd.DataFrame(),
        settings.initial_cash, costs, desk.instrument.bars_per_year(desk.timeframe),
    )  # fmt: skip
    request = MonteCarloRequest("", paths=asked.paths, seed=desk.run.seed, drawdown_limit=0.3)
    try:
        drawn = monte_carlo(source, request, lambda share, words: desk.check())
    except NotEnoughHistory as short:
        return _failed(desk, str(short), (count,))
    low, high = drawn.fan.p5[-1] - 1.0, drawn.fan.p95[-1] - 1.0
    numbers = (
        count,
        Measured(
            "return", float(equity[-1] - 1.0), "fraction", "Of the walk-forward forecasts, after costs."
        ),
        Measured(
            "chance of a loss",
            drawn.loss.value,
            "fraction",
            f"Share of {asked.paths:,} paths that end lower.",
        ),
        Measured("worst 5 %", low, "fraction", "Return that 5 % of the paths stay below."),
        Measured("best 5 %", high, "fraction", "Return that 5 % of the paths exceed."),
        Measured(
            "drawdown beyond 30 %", drawn.deep.value, "fraction", "Share of paths that ever fall so far."
        ),
    )
    facts = (
        f"Monte Carlo of {trades} out-of-sample trades: a loss in {drawn.loss.value:.0%} of {asked.paths:,} paths "
        f"({low:+.1%} to {high:+.1%} in nine of ten); {asked.most_loss:.0%} are allowed"
    )
    if drawn.loss.value > asked.most_loss:
        return _failed(desk, f"{facts}: too many.", numbers)
    return Finding(desk.run, StepVerdict.ON, f"{facts}.", numbers)


def unseen_rows(desk: Desk) -> Finding:
    """Is the candidate better on the last block, which no trial saw?

    It must beat the present way there, and knowing nothing by more than luck (Diebold-Mariano, one-sided); whether it
    beats the present way by more than luck is asked by the contest, on new bars.
    """
    mine, theirs, base = (_losses(desk, kind)[-1] for kind in ("candidate", "present", "base"))
    own, present, nothing = float(mine.mean()), float(theirs.mean()), float(base.mean())
    luck = _one_sided(base, mine, desk.horizon.bars)
    against = _one_sided(theirs, mine, desk.horizon.bars)
    numbers = (
        Measured("rows", float(len(mine)), "bars", "Rows that no trial saw."),
        Measured("candidate", own, "nats", "Mean log loss on them."),
        Measured("present way", present, "nats", "The same of the parameters in use."),
        Measured("base rate", nothing, "nats", "The same of knowing nothing."),
        Measured("luck against knowing nothing", luck, "fraction", "One-sided p-value of Diebold-Mariano."),
        Measured(
            "luck against the present way", against, "fraction", "One-sided p-value of Diebold-Mariano."
        ),
    )
    facts = (
        f"On {len(mine):,} rows that no trial saw: log loss {own:.4f}, present way {present:.4f}, knowing nothing "
        f"{nothing:.4f}"
    )
    if own >= nothing or luck > LEVEL:
        return _failed(desk, f"{facts}: luck alone gets so far in {luck:.0%} of cases.", numbers)
    if own >= present:
        return _failed(desk, f"{facts}: no better than the present way.", numbers)
    return Finding(desk.run, StepVerdict.ON, f"{facts}: better than both.", numbers)


def traded(data: Dataset, folds: Sequence[FoldSaid], cost: float) -> tuple[np.ndarray, int]:
    """Equity bar by bar of following the forecasts, one position at a time, and the number of round trips.

    A row that leans by more than the signal's margin is a trade to where its label was settled; what comes while it is
    open is passed over. The curve starts at 1 and moves at the bar that settles a trade.

    Args:
        folds: forecasts of consecutive blocks.
        cost: of a round trip, as a fraction.
    """
    rows = np.concatenate([fold.rows for fold in folds])
    lean = np.concatenate([fold.probability - fold.base for fold in folds])
    lead = lean[:, 2] - lean[:, 0]
    first, last = int(data.start[rows[0]]), int(data.touch[rows].max())
    growth = np.ones(last - first + 1)
    free, trades = first, 0
    for row, side in zip(rows, lead, strict=True):
        if data.start[row] < free or abs(side) <= MARGIN:
            continue
        net = np.sign(side) * np.expm1(data.path_return[row]) - cost
        free = int(data.touch[row])
        growth[free - first] *= max(1.0 + net, 1e-6)
        trades += 1
    return np.cumprod(growth), trades


def _losses(desk: Desk, kind: str) -> list[np.ndarray]:
    """Log losses of each block but the first, the unseen one last."""
    spoken = desk.spoken
    folds = spoken.present if kind == "present" else spoken.candidate
    said = [(fold.rows, fold.base if kind == "base" else fold.probability) for fold in folds]
    return [log_losses(desk.data.outcome[rows], np.asarray(probability)) for rows, probability in said]


def _mean(parts: Sequence[np.ndarray]) -> float:
    return float(np.concatenate(parts).mean())


def _one_sided(worse: np.ndarray, better: np.ndarray, bars: int) -> float:
    """Chance of such a gain by luck; 1 where there is none."""
    statistic, chance = diebold_mariano(worse, better, bars)
    if statistic is None or chance is None:
        return 1.0
    return chance / 2.0 if statistic > 0 else 1.0 - chance / 2.0


def _failed(desk: Desk, words: str, numbers: tuple[Measured, ...]) -> Finding:
    run = replace(desk.run, state=ImproveState.NOTHING_BETTER, words=words)
    return Finding(run, StepVerdict.END, words, numbers)
