"""Whether the judgement is honest: chance earns nothing, and what is really foretold does."""

from collections.abc import Callable

import numpy as np
import pytest

from core.evaluate.significance import NO_TRIALS, metric_intervals
from core.pipeline.agent_judging import judge
from core.pipeline.agent_material import AgentCase
from core.pipeline.agent_rules import limits_of, reads_mood, setup_of
from core.pipeline.agent_testing import Tested, trials_of, try_out
from core.records import AgentRequest, TrialTally
from core.settings import load_settings
from tests.agent.conftest import QUICK, bars_of, foretold, learnt

CaseOf = Callable[..., AgentCase]


def lived(case: AgentCase, **sizes: int) -> Tested:
    return try_out(case, learnt(case, **sizes), lambda share, words: None)


def test_what_is_really_foretold_earns_a_place(case_of: CaseOf) -> None:
    case = case_of(*foretold(1500, 0.003))
    judged = judge(case, lived(case), TrialTally(2, 2, None), fewest=2)
    assert judged.earned and judged.reasons == () and "earns its place: " in judged.verdict
    assert judged.excess.low > 0 and judged.excess_in_time.low > 0 and (judged.significance.dsr or 0) >= 0.95
    assert judged.committee.excess > max(score.excess for score in judged.baselines[:4])


def test_with_many_trials_the_same_result_no_longer_earns(case_of: CaseOf) -> None:
    case = case_of(*foretold(1500, 0.003))
    done = lived(case)
    judged = judge(case, done, TrialTally(100_000, 100_000, 0.02), fewest=2)
    assert not judged.earned and any("deflated Sharpe ratio is" in reason for reason in judged.reasons)
    assert "does not earn its place" in judged.verdict


def test_fewer_seeds_than_ten_earn_nothing_and_alike_seeds_do_not_soften_the_hurdle(case_of: CaseOf) -> None:
    case = case_of(*foretold(600, 0.003))
    done = lived(case)
    judged = judge(case, done, TrialTally(10, 10, 1e-12))
    assert not judged.earned and "10 are needed" in judged.reasons[-1]
    plain = judge(case, done, TrialTally(10, 10, None))
    assert judged.significance == plain.significance and judged.significance.expected_max_sharpe is not None
    assert judged.significance.expected_max_sharpe > 0.1


@pytest.mark.slow  # twelve trainings
def test_on_random_walks_no_agent_earns_a_place(case_of: CaseOf) -> None:
    for seed in range(6):
        case = case_of(*foretold(1000, 0.0, seed=seed))
        judged = judge(case, lived(case), TrialTally(2, 2, None), fewest=2)
        assert not judged.earned, (seed, judged.verdict)


@pytest.mark.slow  # eight trainings
def test_on_permuted_returns_the_interval_of_the_sharpe_ratio_holds_0(case_of: CaseOf) -> None:
    """METHOD §11. Costs are left out of the question: they alone would push the ratio below 0."""
    bars, known = foretold(1000, 0.002)
    returns = np.diff(np.log(bars["close"].to_numpy()), prepend=np.log(100.0))
    returns -= returns.mean()  # a drift survives every permutation
    free = load_settings(
        agent=QUICK, costs={"fee": 0.0, "maker": 0.0, "half_spread": 0.0, "slippage": 0.0, "borrow": 0.0}
    )
    for seed in range(4):
        shuffled = bars_of(np.random.default_rng(seed).permutation(returns))
        case = case_of(shuffled, known.set_axis(shuffled.index), free)
        found = metric_intervals(np.expm1(lived(case).committee.growth), case.arena.bars_per_year)
        assert found is not None and found.sharpe is not None and found.sharpe.low < 0 < found.sharpe.high, (
            seed
        )


def test_every_seed_is_a_trial_of_its_own(case_of: CaseOf) -> None:
    case = case_of(*foretold(600, 0.0))
    settings = load_settings(agent=QUICK)
    request = AgentRequest("BTC-USD", "1h", "made", seeds=2, iterations=6)
    made = trials_of(case, request, lived(case), settings, "job")
    assert len({one.id for one in made}) == 2 and {one.kind for one in made} == {"agent"}
    assert all(one.bars == case.span.test_bars for one in made) and NO_TRIALS.runs == 0


def test_a_judgement_holds_only_under_the_limits_and_costs_it_was_made_under() -> None:
    plain = load_settings()
    for changed in (
        load_settings(risk={"stop_loss": 0.03}), load_settings(costs={"fee": 0.002}), load_settings(agent={"exposures": ("0", "1")}),
    ):  # fmt: skip
        assert setup_of(changed) != setup_of(plain)
    assert setup_of(load_settings(agent={"weight": 0.9})) == setup_of(plain)
    assert limits_of(plain).size == plain.risk.max_position


def test_text_is_read_only_where_it_is_not_capped() -> None:
    assert not reads_mood(load_settings()) and reads_mood(load_settings(sentiment={"text_cap": 2.0}))


def test_the_parts_do_not_touch(case_of: CaseOf) -> None:
    case = case_of(*foretold(700, 0.0))
    assert case.learn[1] + case.gap == case.watch[0] and case.watch[1] + case.gap == case.test[0]
    assert case.gap >= 20 and case.test[1] == 700
    spoilt_bars, spoilt_known = foretold(700, 0.0)
    rows = slice(case.watch[0], None)
    spoilt_known.iloc[rows] = 99.0
    spoilt = case_of(spoilt_bars, spoilt_known)
    assert spoilt.observer == case.observer
    assert np.array_equal(spoilt.rows[: case.learn[1]], case.rows[: case.learn[1]])
