"""`agent`: train reinforcement-learning agents, and see whether they earn a place in the decision."""

import argparse
import json

from core.commands.command import Answer, Command, add_series, runtime, timeframe
from core.commands.cycle import finish
from core.instruments import resolve
from core.records import AgentMethod, AgentRun
from core.store import dump
from core.store.agents import agent_runs
from core.views.agent import NAMES, AgentView, agent_view, span_words


def _arguments(parser: argparse.ArgumentParser) -> None:
    does = parser.add_subparsers(dest="does", required=True, metavar="train|list|show")
    train = does.add_parser(
        "train", help="train agents of one series and judge them on bars that they never saw"
    )
    add_series(train)
    train.add_argument(
        "--method", default="fqi", choices=[method.value for method in AgentMethod], help="how they learn"
    )
    train.add_argument("--seeds", default="", help="agents with different seeds (default: from settings)")
    train.add_argument("--iterations", default="", help="of fitted Q-iteration (default: from settings)")
    train.add_argument("--steps", default="", help="of PPO (default: from settings)")
    train.add_argument("--as-of", default="", help="nothing newer is read, like 2019-06-26T12:00Z")
    resume = does.add_parser("resume", help="go on with a training that was stopped")
    resume.add_argument("id")
    does.add_parser("list", help="list the trainings")
    show = does.add_parser("show", help="what a training came to")
    show.add_argument("id")
    for sub in does.choices.values():
        sub.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object"
        )


def _run(options: argparse.Namespace) -> Answer:
    with runtime() as opened:
        if options.does == "list":
            runs = agent_runs(opened.store)
            lines = [f"{run.id}  {run.request.symbol} {run.request.timeframe}  {_state(run)}" for run in runs]
            return Answer(
                "\n".join(lines) or "No agent was trained yet.",
                {"runs": [json.loads(dump(AgentRun, run)) for run in runs]},
            )
        run_id = options.id if options.does == "show" else ""
        if options.does == "train":
            frame = timeframe(options.timeframe, opened.settings.timeframe)
            asked = {
                "symbol": resolve(options.symbol).symbol, "timeframe": frame.value,
                "source": options.source or opened.settings.source, "method": options.method, "seeds": options.seeds,
                "iterations": options.iterations, "steps": options.steps, "as_of": options.as_of,
            }  # fmt: skip
            run_id = finish(opened, opened.jobs.submit("agent", asked)).result_id or ""
        elif options.does == "resume":
            run_id = finish(opened, opened.jobs.submit("agent", {"resume": options.id})).result_id or ""
        view = agent_view(opened.bench, run_id)
    return Answer(_text(view), json.loads(dump(AgentRun, view.run)))


def _state(run: AgentRun) -> str:
    if run.judgement is None:
        return "not finished"
    return run.judgement.verdict


def _text(view: AgentView) -> str:
    judged = view.run.judgement
    lines = [
        f"{view.run.request.symbol} {view.run.request.timeframe}, {view.run.request.method.words}: {view.words}",
        span_words(view.run),
        *(f"  {number.label}: {number.value}" for number in view.numbers),
    ]
    for score in (judged.committee, *judged.baselines) if judged else ():
        sharpe = "–" if score.sharpe is None else f"{score.sharpe:.2f}"
        lines.append(
            f"  {NAMES.get(score.name, score.name)}: {score.total_return:+.2%}, Sharpe {sharpe}, worst fall "
            f"{score.max_drawdown:.1%}, {score.trades} trades"
        )
    return "\n".join([*lines, *(f"  · {reason}" for reason in (judged.reasons if judged else ()))])


AGENT = Command("agent", "Train reinforcement-learning agents and judge them.", _arguments, _run)
