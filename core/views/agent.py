"""Trainings of agents as the Agent page and the command show them."""

from dataclasses import dataclass

import pandas as pd

from core.collect import LIVE
from core.errors import UnknownId
from core.pipeline import Workbench
from core.records import AgentRun, CurvePoint, Timeframe
from core.store.agents import agent_runs, points_of_run, read_agent_run, read_tested
from core.views.number import Number, percent, plain

NAMES = {
    "committee": "committee of the seeds", "cash": "cash", "hold": "buy and hold",
    "volatility_target": "hold, volatility targeted", "random": "random, same turnover", "supervised": "supervised signal",
}  # fmt: skip
"""Of policies, as people read them."""


@dataclass(frozen=True, slots=True)
class AgentView:
    """One training with what it came to."""

    run: AgentRun
    finished: bool
    words: str
    """The verdict, or how far it has come."""
    numbers: tuple[Number, ...]
    tested: pd.DataFrame
    """See core.store.agents.read_tested."""
    points: tuple[CurvePoint, ...]


def agent_list(bench: Workbench, symbol: str, timeframe: Timeframe) -> dict[str, str]:
    """Id → label of every training of a series, newest first."""
    return {
        run.id: f"{run.as_of:%Y-%m-%d %H:%M} UTC · {run.request.method.words} · {_state(run)} · {run.id}"
        for run in agent_runs(bench.store, symbol, timeframe)
    }


def agent_view(bench: Workbench, run_id: str) -> AgentView:
    """One training.

    Raises:
        UnknownId: no such training.
    """
    run = read_agent_run(bench.store, run_id)
    if run is None:
        raise UnknownId(f"There is no training {run_id!r}: train an agent on the Agent page.")
    judged = run.judgement
    words = judged.verdict if judged else "It was stopped before its judgement; go on to finish it."
    return AgentView(
        run, judged is not None, words, _numbers(run), read_tested(bench.store, run_id),
        points_of_run(bench.store, run_id),
    )  # fmt: skip


def policies_frame(run: AgentRun) -> pd.DataFrame:
    """Every policy on the tested bars: Policy, Return, Growth a year, Sharpe, Worst fall, Trades, Turnover, Exposure, Costs, What it does."""
    judged = run.judgement
    if judged is None:
        return pd.DataFrame()
    rows = (judged.committee, *judged.baselines, *judged.seeds)
    return pd.DataFrame(
        [
            {
                "Policy": NAMES.get(row.name, row.name), "Return": row.total_return * 100, "Growth a year": row.growth * 100,
                "Sharpe": row.sharpe, "Worst fall": row.max_drawdown * 100, "Trades": row.trades, "Turnover": row.turnover,
                "Exposure": row.exposure * 100, "Costs": row.costs * 100, "What it does": row.words,
            }
            for row in rows
        ]
    )  # fmt: skip


def inputs_frame(run: AgentRun) -> pd.DataFrame:
    """What the agents see: Input, Group, Meaning."""
    return pd.DataFrame(
        [{"Input": one.name, "Group": one.group, "Meaning": one.words} for one in run.inputs],
        columns=["Input", "Group", "Meaning"],
    )


def span_words(run: AgentRun) -> str:
    """The parts of the history in a sentence."""
    span, world = run.span, "live data" if run.data_source == LIVE else run.data_source
    return (
        f"Learnt on {span.learn_bars:,} bars ({span.learn_from:%Y-%m-%d} to {span.learn_until:%Y-%m-%d}), watched on "
        f"{span.watch_bars:,}, tested on {span.test_bars:,} ({span.test_from:%Y-%m-%d} to {span.test_until:%Y-%m-%d}) from "
        f"{world}; {span.gap_bars} bars before the watched and before the tested part are left out."
    )


def _state(run: AgentRun) -> str:
    if run.judgement is None:
        return "not finished"
    return "earns its place" if run.judgement.earned else "does not earn its place"


def _numbers(run: AgentRun) -> tuple[Number, ...]:
    judged = run.judgement
    if judged is None:
        return ()
    growth, excess, luck = judged.growth, judged.excess, judged.excess_in_time
    level = f"{growth.level:.0%}"
    return (
        Number("Growth a year", f"{growth.estimate:+.1%}", f"Interquartile mean over {len(judged.seeds)} seeds of the net log return a year on bars that none had seen; {level} interval {growth.low:+.1%} to {growth.high:+.1%} (stratified bootstrap)."),
        Number(f"Above {NAMES[judged.best]}", f"{excess.estimate:+.1%}", f"The same, less the better of cash and buy and hold; {level} interval over seeds {excess.low:+.1%} to {excess.high:+.1%}."),
        Number("At worst luck", f"{luck.low:+.1%}", f"{luck.low:+.1%} to {luck.high:+.1%}: {level} interval of that figure when the tested days are drawn anew too, in blocks of {judged.block:.0f} bars on average. It has to lie above 0."),
        Number("Deflated Sharpe", plain(judged.significance.dsr, 3), "Probability that the committee's true Sharpe ratio is above what the best of all trials on this asset would show by luck; 0.95 is asked."),
        Number("Committee", percent(judged.committee.total_return), "Net return of the median of the seeds' actions over the tested bars: what a cycle would follow."),
    )  # fmt: skip
