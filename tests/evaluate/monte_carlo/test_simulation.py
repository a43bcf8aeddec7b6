"""A whole simulation: what the record says, what is refused, and what the sentences claim."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError, NotEnoughHistory
from core.evaluate.monte_carlo import Source, check, monte_carlo, work_size
from core.records import MonteCarloRequest, MonteCarloRun, PathMethod
from core.store import dump, load
from tests.evaluate.monte_carlo.runs import made_run

ASKED = MonteCarloRequest("b1", paths=1_000, seed=7)


@pytest.fixture(scope="module")
def run() -> Source:
    return made_run()


@pytest.mark.parametrize("method", list(PathMethod))
def test_every_method_gives_a_whole_record(run: Source, method: PathMethod) -> None:
    found = monte_carlo(run, replace(ASKED, method=method))
    assert found.request.method is method and found.request.seed == 7 and found.request.paths == 1_000
    steps = len(run.trades) if method.of_trades else len(run.equity) - 1
    assert found.step == ("trade" if method.of_trades else "bar")
    assert found.horizon == found.run_steps == steps
    bands = np.array([found.fan.p5, found.fan.p25, found.fan.p50, found.fan.p75, found.fan.p95])
    assert (np.diff(bands, axis=0) >= -1e-6).all() and (bands[:, 0] == 1).all()
    assert found.fan.steps[0] == 0 and found.fan.steps[-1] == steps
    assert found.fan.actual[-1] == pytest.approx(run.equity[-1] / run.initial_cash)
    for item in found.distributions:
        marks = [item.p1, item.p5, item.p25, item.p50, item.p75, item.p95, item.p99]
        assert marks == sorted(marks)
        assert sum(item.counts) == 1_000 and len(item.edges) == len(item.counts) + 1
        assert item.rank is not None and 0 <= item.rank <= 1
    for chance in (found.loss, found.deep, found.ruin, found.goal, found.goal_end):
        assert 0 <= chance.value <= 1
        assert chance.error == pytest.approx(np.sqrt(chance.value * (1 - chance.value) / 1_000))
    assert found.limits and "New regimes" in " ".join(found.limits)
    assert len(found.stress) == 30 and found.sizes is not None
    assert load(MonteCarloRun, dump(MonteCarloRun, found)) == found
    again = monte_carlo(run, replace(ASKED, method=method))
    assert replace(again, seconds=0) == replace(found, seconds=0)


def test_a_shuffle_knows_only_one_end(run: Source) -> None:
    found = monte_carlo(run, replace(ASKED, method=PathMethod.SHUFFLE))
    end = found.distribution("end")
    assert end.p1 == end.p99 == pytest.approx(run.equity[-1] / run.initial_cash) and end.rank == 0.5
    assert "In another order of the same trades" in found.headline


def test_the_block_of_the_request_wins_over_the_optimal_one(run: Source) -> None:
    chosen = {s.name: s for s in monte_carlo(run, replace(ASKED, block=25.0)).settings}["block"]
    assert chosen.value == 25.0 and "optimal" not in chosen.meaning
    known = {s.name: s for s in monte_carlo(run, ASKED, block=4.5).settings}["block"]
    assert known.value == 4.5 and "optimal" in known.meaning


def test_a_longer_horizon_has_no_run_to_compare(run: Source) -> None:
    found = monte_carlo(run, replace(ASKED, horizon=1_000))
    assert all(item.actual is None and item.rank is None for item in found.distributions)
    assert len(found.fan.actual) < len(found.fan.steps) and "too few to compare" in found.headline
    shorter = monte_carlo(run, replace(ASKED, horizon=100))
    assert shorter.fan.actual[-1] == pytest.approx(run.equity[-1] / run.equity[-101])
    assert shorter.distribution("end").actual == pytest.approx(run.equity[-1] / run.equity[-101])


def test_a_run_that_beats_its_own_paths_is_suspect(run: Source) -> None:
    """At twice the costs nearly every path ends below the run as it was."""
    found = monte_carlo(run, replace(ASKED, method=PathMethod.STRESS, cost_multiple=20.0))
    assert found.distribution("end").rank > 0.95
    assert "above the 95th percentile, so suspect" in found.headline
    assert "ordinary draw" in monte_carlo(run, ASKED).headline


def test_the_goal_counts_before_ruin_only(run: Source) -> None:
    near = monte_carlo(run, replace(ASKED, ruin=0.97, goal=1.02))
    assert near.goal.value + near.ruin.value <= 1.5 and near.goal.value > 0
    certain = monte_carlo(run, replace(ASKED, ruin=0.0, goal=1.001))
    assert certain.ruin.value == 0 and certain.goal.value >= certain.goal_end.value


def test_sharpe_interval_holds_the_runs_own(run: Source) -> None:
    found = monte_carlo(run, ASKED)
    own = found.distribution("sharpe").actual
    returns = np.diff(run.equity) / run.equity[:-1]
    assert own == pytest.approx(returns.mean() / returns.std(ddof=1) * np.sqrt(365), rel=1e-6)
    assert found.sharpe_low < own < found.sharpe_high


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"paths": 3}, "paths is 3: choose 100 to"),
        ({"ruin": 1.5}, "ruin is 1.5"),
        ({"goal": 0.9}, "goal is 0.9"),
        ({"skip": 1.0}, "skip is 1"),
        ({"horizon": -1}, "horizon is -1"),
        ({"method": PathMethod.SHUFFLE, "horizon": 5_000}, "cannot go on for 5000 trades"),
        ({"paths": 1_000_000, "horizon": 900_000}, "are too many"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Source, change, said: str) -> None:
    with pytest.raises(InputError, match=said):
        monte_carlo(run, replace(ASKED, **change))


def test_too_few_trades_and_missing_bars_are_refused(run: Source) -> None:
    few = replace(run, trades=run.trades.iloc[:4])
    with pytest.raises(NotEnoughHistory, match="4 closed trades and trade bootstrap needs 5"):
        monte_carlo(few, replace(ASKED, method=PathMethod.TRADES))
    assert monte_carlo(few, ASKED).stress == ()
    with pytest.raises(NotEnoughHistory, match="not at hand any more"):
        monte_carlo(replace(run, opens=None), replace(ASKED, method=PathMethod.STRESS))
    assert {cell.delay for cell in monte_carlo(replace(run, opens=None), ASKED).stress} == {0}


def test_models_of_a_mostly_idle_account_say_so(run: Source) -> None:
    found = monte_carlo(run, replace(ASKED, method=PathMethod.REGIMES))
    assert "the account did not move" in found.problems[0]


def test_work_is_sized_by_its_steps() -> None:
    check(ASKED)
    assert work_size(ASKED, 601, 59) == 600_000
    assert work_size(replace(ASKED, method=PathMethod.TRADES), 601, 59) == 59_000
    assert work_size(replace(ASKED, horizon=10), 601, 59) == 10_000
