"""A backtest counted among all that was tried, and what it then proves."""

import math
from typing import Any

import numpy as np

from core.pipeline.backtest_material import SEED, Material
from core.pipeline.run import Workbench
from core.records import EdgeVerdict, Trial
from core.store.trials import tally


def trials_of(made: Material) -> tuple[Trial, ...]:
    """The run itself, and each neighbour."""
    from core.evaluate.significance import trial  # brings scipy

    strategy, root = made.strategy, math.sqrt(made.yearly)
    chosen = strategy.parameters.model_dump() if strategy else dict(made.asked.parameters)
    profile = made.asked.profile.model_dump()

    def tried(kind: str, parameters: dict[str, Any], sharpe: float | None) -> Trial:
        return trial(
            batch=made.id, kind=kind, symbol=made.asked.instrument.symbol, timeframe=made.asked.timeframe.value,
            strategy=made.asked.strategy, parameters={**parameters, **profile},
            start=made.wanted.index[0].to_pydatetime(), stop=made.wanted.index[-1].to_pydatetime(),
            bars=len(made.wanted), costs=made.costs, sharpe=None if sharpe is None else sharpe / root,
        )  # fmt: skip

    near = (
        tried("sweep", {**chosen, n.parameter: type(chosen[n.parameter])(n.value)}, n.sharpe)
        for n in made.neighbours
    )
    return (tried("backtest", chosen, made.result.metrics.sharpe), *near)


def verdict_on(bench: Workbench, made: Material) -> EdgeVerdict | None:
    """What the figures prove when all that was ever tried on this series is counted; None after ruin."""
    from core.evaluate.verdict import judge_edge

    curves = made.result.curves
    equity, hold = curves["equity"].to_numpy(), curves["hold"].to_numpy()
    if not (np.isfinite(equity).all() and equity.min() > 0):
        return None
    return judge_edge(
        equity[1:] / equity[:-1] - 1.0,
        made.result.trades["return_"].to_numpy(),
        hold[1:] / hold[:-1] - 1.0,
        made.yearly,
        tally(bench.store, made.asked.instrument.symbol, made.asked.timeframe.value),
        costs_on=not made.costs.free,
        seed=SEED,
    )
