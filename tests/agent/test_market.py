"""The simulated market is the real one: same fills, same costs, same limits."""

import math

import numpy as np
import pandas as pd
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st

from core.agent import Limits, checked_exposures, observer_for
from core.agent.environment import TradingEnvironment
from core.agent.market import SimulatedMarket
from core.agent.walking import walk_levels
from core.errors import InputError
from core.evaluate.backtest import Rules, frozen
from core.execute import order_row, replay, replay_book
from core.execute.layout import KIND, MARKET, ORDER_COLUMNS
from core.records import Costs
from tests.agent.conftest import COSTS, FREE, arena, bars_of, foretold

WIDE = Limits(1.0)


def test_rewards_sum_to_the_log_growth_of_equity() -> None:
    """METHOD §11: 100, 101, 99, 102 → .0198026."""
    close = np.array([100.0, 101.0, 99.0, 102.0])
    bars = bars_of(np.diff(np.log(close), prepend=math.log(100.0)))
    market = SimulatedMarket(arena(bars, WIDE, FREE))
    rewards = [market.live(1.0)[0] for _ in range(3)]
    assert sum(rewards) == pytest.approx(0.0198026, abs=1e-7)
    assert market.over and market.equity == pytest.approx(10_200.0, abs=1e-3)


@given(
    st.lists(st.floats(-0.03, 0.03), min_size=3, max_size=40),
    st.lists(st.sampled_from((-1.0, -0.5, 0.0, 0.5, 1.0)), min_size=40, max_size=40),
    st.floats(0.05, 1.0),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_chosen_rewards_sum_and_no_opening_exceeds_the_limit(
    returns: list[float], levels: list[float], size: float
) -> None:
    bars = bars_of(np.array(returns))
    market = SimulatedMarket(arena(bars, Limits(size, 0.02, 0.04)))
    total = 0.0
    while not market.over:
        before = market.equity
        reward, _ = market.live(levels[market.row])
        total += reward
        for event in market.log[-1] if market.log and market.log[-1][0, 0] == market.row else ():
            if event[1 + KIND] == 0.0:
                assert abs(event[2]) * bars["close"].iloc[market.row - 1] <= size * before * (1 + 1e-9)
    assert total == pytest.approx(math.log(market.equity / 10_000.0), abs=1e-9)


def test_trades_equal_a_backtest_of_the_same_exposures_bit_for_bit() -> None:
    bars, _ = foretold(600, 0.0)
    a = arena(bars)
    levels = np.repeat(np.random.default_rng(2).choice([-1.0, 1.0], 60), 10)
    rules = Rules(size=0.1, stop=0.02, target=0.04, short=True)
    prices = [frozen(bars[name], np.float64) for name in ("open", "high", "low", "close")]
    equity, _, log = replay(*prices, frozen(levels, np.int8), a.terms, a.market, 10_000.0, rules.policy)
    walked = walk_levels(a, levels)
    assert np.array_equal(equity, walked.equity)
    assert np.array_equal(log[:, [0, *range(2, log.shape[1])]], walked.log)
    assert {0.0, 1.0, 2.0, 3.0} <= set(walked.log[:, 1 + KIND])


def test_going_flat_and_finer_steps_equal_the_same_orders_sent_by_hand() -> None:
    bars = bars_of(np.random.default_rng(3).normal(0.0, 0.003, 12))
    a = arena(bars, Limits(0.1))
    levels = np.array([0.5, 0.5, 1.0, 0.5, 0.0, 0.0, -1.0, -0.5, 1.0, 1.0, 0.0, 0.0])
    walked = walk_levels(a, levels)
    sent = []
    for event in walked.log:
        reduce = float(event[1 + KIND] != 0.0)
        order = order_row(MARKET, event[2], reduce=reduce, id=event[-1])
        sent.append(np.r_[event[0] - 1, 0.0, order])
    schedule = np.array(sent).reshape(-1, 2 + ORDER_COLUMNS)
    prices = [bars[name].to_numpy(float)[:, None] for name in ("open", "high", "low", "close")]
    rules = Rules(size=0.1, stop=math.nan, target=math.nan, short=True)
    terms = np.array([tuple(map(float, a.terms))])
    equity, _, log, lost = replay_book(
        *prices, np.zeros((12, 1), np.int8), schedule, terms, a.market[:, None, :], 10_000.0, rules.policy, 4
    )
    assert (
        lost == 0 and np.array_equal(log[:, 2:], walked.log[:, 1:]) and np.array_equal(equity, walked.equity)
    )


def test_step_by_step_is_the_walk_in_one_go() -> None:
    bars, _ = foretold(200, 0.0, seed=4)
    a = arena(bars)
    levels = np.random.default_rng(5).choice([-1.0, 0.0, 1.0], 200)
    market, equity = SimulatedMarket(a), [10_000.0]
    for level in levels[:-1]:
        market.live(level)
        equity.append(market.equity)
    whole = walk_levels(a, levels)
    assert np.array_equal(np.array(equity), whole.equity) and np.array_equal(
        np.concatenate(market.log), whole.log
    )


def test_short_positions_can_be_switched_off() -> None:
    bars, _ = foretold(50, 0.0)
    walked = walk_levels(arena(bars, Limits(0.1, short=False)), np.full(50, -1.0))
    assert len(walked.log) == 0 and (walked.equity == 10_000.0).all()
    assert checked_exposures((-1.0, 0.0, 1.0), short=False) == (0.0, 1.0)
    with pytest.raises(InputError, match="give 0"):
        checked_exposures((-1.0, 0.0), short=False)


def test_after_the_daily_loss_nothing_is_opened_until_the_next_day() -> None:
    returns = np.full(60, 0.0)
    returns[3] = -0.05
    bars = bars_of(returns)
    levels = np.tile([1.0, 0.0], 30)
    walked = walk_levels(arena(bars, Limits(1.0, daily_loss=0.03), FREE), levels)
    entries = walked.log[walked.log[:, 1 + KIND] == 0.0, 0]
    assert entries.min() == 1 and not ((entries > 3) & (entries < 24)).any() and (entries >= 24).any()


def test_after_the_drawdown_limit_nothing_is_opened_any_more() -> None:
    returns = np.full(60, 0.0)
    returns[3] = -0.05
    walked = walk_levels(arena(bars_of(returns), Limits(1.0, drawdown=0.03), FREE), np.tile([1.0, 0.0], 30))
    assert walked.log[walked.log[:, 1 + KIND] == 0.0, 0].max() == 3


def test_the_risk_term_charges_new_lows_only() -> None:
    bars = bars_of(np.array([0.0, 0.0, -0.01, 0.01, 0.02]))
    plain, strict = (SimulatedMarket(arena(bars, WIDE, FREE), term) for term in (0.0, 2.0))
    gains = [(plain.live(1.0)[0], strict.live(1.0)[0]) for _ in range(4)]
    assert gains[1][1] == pytest.approx(3.0 * gains[1][0], abs=1e-12) and gains[1][0] < 0
    assert gains[2][0] == gains[2][1] and gains[3][0] == gains[3][1]


def environment(**options: object) -> TradingEnvironment:
    bars, known = foretold(120, 0.0)
    observer = observer_for(known, ("x", "noise"), {}, True, 0.01, 0.1)
    return TradingEnvironment(arena(bars), observer.market_rows(known), observer, **options)  # type: ignore[arg-type]


def test_gymnasium_finds_nothing_wrong() -> None:
    env = environment(episode=30)
    check_env(env, skip_render_check=True)
    first, _ = env.reset(seed=5)
    again, info = env.reset(seed=5)
    assert np.array_equal(first, again) and env.observation_space.contains(first)
    steps, over = 0, False
    while not over:
        _, _, ruined, over, info = env.step(env.action_space.sample())
        steps += 1
    assert steps == 30 and not ruined and info["equity"] > 0


def test_an_episode_may_begin_where_it_is_told_to() -> None:
    env = environment()
    seen, info = env.reset(options={"row": 100})
    assert info["row"] == 100 and seen[-3:].tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(InputError, match="cannot begin"):
        env.reset(options={"row": 500})


def test_what_is_not_known_is_zero_beside_a_flag() -> None:
    _, known = foretold(50, 0.0)
    known["news_score"] = np.nan
    known.loc[known.index[20] :, "news_score"] = 0.5
    known["lead_short"] = np.where(np.arange(50) < 30, np.nan, 0.1)
    observer = observer_for(known, ("x", "noise"), {}, True, 0.01, 0.1)
    names = [each.name for each in observer.market_inputs]
    rows = pd.DataFrame(observer.market_rows(known), columns=names)
    assert (
        rows.loc[10, ["news_score", "mood_known", "lead_short", "lead_long", "forecast_known"]].tolist()
        == [0.0] * 5
    )
    assert rows.loc[40, ["mood_known", "forecast_known"]].tolist() == [1.0, 1.0]
    assert rows.loc[40, ["news_score", "lead_short"]].tolist() == pytest.approx([0.5, 0.1])
    with pytest.raises(InputError, match="no longer exists"):
        observer.market_rows(known[["x"]])
    for row in (10, 40):
        alone = observer.market_row({str(k): float(v) for k, v in known.iloc[row].items()})
        assert np.array_equal(alone, rows.iloc[row].to_numpy())
    with pytest.raises(InputError, match="no longer exists"):
        observer.market_row({"x": 1.0})


def test_scales_come_from_the_learning_part_alone() -> None:
    _, known = foretold(100, 0.0)
    taught = observer_for(known.iloc[:50], ("x",), {}, False, 0.01, 0.1)
    spoilt = known.copy()
    spoilt.iloc[50:] = 1e6
    assert taught == observer_for(spoilt.iloc[:50], ("x",), {}, False, 0.01, 0.1)
    assert taught.inputs[0].mean == pytest.approx(known["x"].iloc[:50].mean())


def test_costs_of_a_round_trip_are_the_books() -> None:
    """METHOD §6: 10 at 100, fee .1 %, half-spread 2 bp both sides → PnL −2.40."""
    bars = bars_of(np.zeros(4), wick=0.0)
    a = arena(bars, Limits(0.1), Costs(fee=0.001, half_spread=0.0002, slippage=0.0, borrow=0.0))
    walked = walk_levels(a, np.array([1.0, 0.0, 0.0, 0.0]))
    assert walked.equity[-1] - 10_000.0 == pytest.approx(-2.40, abs=1e-6) and COSTS.fee == 0.001
