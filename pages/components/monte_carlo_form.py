"""What to simulate: method, paths, horizon, seed, levels, and the numbers of the method."""

from typing import Any

import streamlit as st

from core.records import MonteCarloRequest, PathMethod

_PATHS = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
_USUAL = MonteCarloRequest("")


def request_form(backtest_id: str, run_bars: int, run_trades: int) -> MonteCarloRequest:
    """Draw the controls and return what they ask for.

    Args:
        run_bars, run_trades: of the backtest, to bound the horizon.
    """
    first, paths_at, horizon_at, seed_at = st.columns([4, 2, 2, 2])
    chosen = first.selectbox(
        "Method",
        [item.value for item in PathMethod],
        format_func=lambda name: PathMethod(name).label,
        key="monte_carlo_method",
        help="\n".join(f"- **{item.label}**: {item.meaning}" for item in PathMethod),
    )
    method = PathMethod(chosen)
    paths = paths_at.selectbox(
        "Paths", _PATHS, index=_PATHS.index(_USUAL.paths), key="monte_carlo_paths",
        format_func=lambda count: f"{count:,}", help="More paths make the tails surer; the standard error is with each number.",
    )  # fmt: skip
    step, most = ("trades", run_trades) if method.of_trades else ("bars", run_bars)
    fixed = method in (PathMethod.SHUFFLE, PathMethod.SKIP)
    horizon = horizon_at.number_input(
        f"Horizon ({step})", 1, max(most, 1) if fixed else 1_000_000, None, key=f"monte_carlo_horizon_{step}_{fixed}",
        placeholder="as the run", help=f"How far the paths go. Empty: as far as the run itself, {most:,} {step}; only then, "
        "or below, can the run be compared with its paths.",
    )  # fmt: skip
    seed = seed_at.number_input(
        "Seed",
        0,
        2**31 - 1,
        0,
        key="monte_carlo_seed",
        help="The same seed gives the same paths, to the last bit.",
    )
    st.caption(method.meaning)
    numbers: dict[str, Any] = {}
    with st.expander("Levels, and the numbers of the method", icon=":material/tune:"):
        ruin_at, goal_at, limit_at, own = st.columns(4)
        ruin = ruin_at.number_input(
            "Ruin (% of the start)", 1.0, 99.0, 100 * _USUAL.ruin, 5.0, key="monte_carlo_ruin",
            help="Equity at or below this share of the start counts as ruin.",
        )  # fmt: skip
        goal = goal_at.number_input(
            "Goal (% of the start)", 101.0, 10_000.0, 100 * _USUAL.goal, 10.0, key="monte_carlo_goal",
            help="Equity to reach before ruin.",
        )  # fmt: skip
        limit = limit_at.number_input(
            "Drawdown limit (%)", 1.0, 99.0, 100 * _USUAL.drawdown_limit, 5.0, key="monte_carlo_limit",
            help="A fall from a peak that you would not sit through.",
        )  # fmt: skip
        with own:
            numbers = _numbers(method)
    return MonteCarloRequest(
        backtest_id,
        method,
        paths,
        int(horizon or 0),
        int(seed),
        ruin / 100,
        goal / 100,
        limit / 100,
        **numbers,
    )


def _numbers(method: PathMethod) -> dict[str, Any]:
    """What only this method asks for."""
    if method is PathMethod.SKIP:
        share = st.number_input(
            "Trades missed (%)", 0.0, 95.0, 100 * _USUAL.skip, 5.0, key="monte_carlo_skip",
            help="Chance that a trade is missed.",
        )  # fmt: skip
        return {"skip": share / 100}
    if method is PathMethod.STRESS:
        costs = st.number_input(
            "Costs (times)", 0.0, 100.0, _USUAL.cost_multiple, 0.5, key="monte_carlo_costs",
            help="Multiple of the fees, half-spread and slippage of the run.",
        )  # fmt: skip
        delay = st.number_input(
            "Delay (bars)",
            0,
            100,
            _USUAL.delay,
            key="monte_carlo_delay",
            help="Bars that entries come late, at that bar's open.",
        )
        return {"cost_multiple": costs, "delay": int(delay)}
    if method is PathMethod.BLOCKS:
        block = st.number_input(
            "Mean block (bars)", 0.0, 100_000.0, 0.0, 1.0, key="monte_carlo_block",
            help="0: the length that Politis and White (2004) find best for this run.",
        )  # fmt: skip
        return {"block": block}
    return {}
