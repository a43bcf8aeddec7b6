"""On prices without memory the whole chain has no edge: what it pays is lost, and without costs nothing is left over.

METHOD criterion 2. Strategies, forecasts, fusion with its adapted weights and meta-model, sizing, stops that are drawn
nearer, risk rules and execution are those of the product; the models are small, and trained walk-forward.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.collect import LIVE
from core.evaluate.significance import metric_intervals
from core.pipeline import Workbench
from core.pipeline.whole_cycle import WholeCycle
from core.records import Action, Costs, Verdict
from tests import quick
from tests.pipeline.test_whole_cycle import open_bench, rules_of, run, walk

SEEDS = 20
ROWS = 1000
FIRST = 700
FREE = Costs(0.0, 0.0, 0.0, 0.0)
CHAIN: dict[str, Any] = {
    "signals": {"threshold": 0.4},
    "risk": {"max_daily_loss": 1.0, "losing_streak": 0, "stop_loss": 0.01, "take_profit": 0.02, "max_position": 0.5},
    "sizing": {"adjust_atr": 1.0, "target_volatility": 1.0},
    "predict": quick.OVERRIDES["predict"] | {"retrain_bars": 400, "regime_states": 2},
}  # fmt: skip


def lived(bench: Workbench, seed: int, costs: Costs | None = None) -> WholeCycle:
    bars = walk(ROWS, seed)
    start, stop = bars.index[FIRST].to_pydatetime(), bars.index[-1].to_pydatetime()
    return run(bench, bars, start, stop, rules=rules_of(bench), costs=costs, world=LIVE)


@pytest.mark.slow
@pytest.mark.timeout(1800)  # twenty histories
def test_the_whole_chain_earns_nothing_on_random_walks(home: Path) -> None:
    opened = open_bench(home, **CHAIN)
    above, net, gross, trades, actions = 0, [], [], 0, set()
    for seed in range(SEEDS):
        paid = lived(opened.bench, seed)
        equity = paid.backtest.curves["equity"].to_numpy()
        found = metric_intervals(equity[1:] / equity[:-1] - 1.0, 8760.0, reps=500, seed=seed)
        above += found is not None and found.sharpe is not None and found.sharpe.low > 0
        net.append(paid.backtest.metrics.total_return)
        gross.append(lived(opened.bench, seed, FREE).backtest.metrics.total_return)
        trades += len(paid.backtest.trades)
        actions |= {(one.decision.proposal.action, one.decision.verdict) for one in paid.decided}
    opened.close()
    assert trades > 10 * SEEDS, "a chain that never trades would pass"
    assert {(Action.OPEN, Verdict.ORDERED), (Action.CLOSE, Verdict.ORDERED)} <= actions
    assert (Action.ADJUST, Verdict.NO_TRADE) in actions
    assert above == 0
    assert np.mean(net) <= 0.0
    noise = np.std(gross, ddof=1) / np.sqrt(SEEDS)
    assert abs(np.mean(gross)) <= 2.5 * noise
    assert np.mean(net) < np.mean(gross)
