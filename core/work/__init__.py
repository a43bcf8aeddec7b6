"""What each kind of job does; pages, command line, REST and autopilot submit the same ones."""

from collections.abc import Callable

from core.autopilot.stepping import stepped
from core.jobs import JobContext
from core.pipeline import Workbench
from core.work.cycles import (
    cycle_work,
    fetch_work,
    forecast_work,
    news_work,
    score_work,
    settle_work,
    signals_work,
)
from core.work.keeping import backup_work
from core.work.models import (
    agent_work,
    drift_work,
    improve_work,
    nulltest_work,
    paths_work,
    train_work,
    tune_work,
)
from core.work.past import backtest_work, flip_work, montecarlo_work, optimise_work, replay_work
from core.work.telling import llm_test_work, preload_work, report_work, summary_work, words_work

Work = Callable[[JobContext, Workbench], str | None]
"""Does the work of one job and returns the id of its result."""


def _recorded(work: Work) -> Work:
    """The work, which leaves a row when the autopilot asked for it."""
    return lambda context, bench: stepped(context, bench, work)


HANDLERS: dict[str, Work] = {
    "cycle": _recorded(cycle_work),
    "signals": signals_work,
    "fetch": _recorded(fetch_work),
    "forecast": _recorded(forecast_work),
    "news": news_work,
    "score": score_work,
    "settle": _recorded(settle_work),
    "backtest": backtest_work,
    "optimise": optimise_work,
    "montecarlo": montecarlo_work,
    "nulltest": nulltest_work,
    "paths": paths_work,
    "train": train_work,
    "drift": drift_work,
    "tune": tune_work,
    "improve": improve_work,
    "agent": agent_work,
    "replay": replay_work,
    "flip": flip_work,
    "llm_test": llm_test_work,
    "preload": preload_work,
    "backup": backup_work,
    "words": words_work,
    "summary": summary_work,
    "report": report_work,
}

URGENT = frozenset({"settle"})
"""Kinds that guard what is held: stops and targets never wait behind a search or a training."""

PATIENT = frozenset(
    {
        "backtest", "optimise", "montecarlo", "nulltest", "paths", "train", "drift", "tune", "agent", "replay", "flip",
        "preload", "backup", "words", "summary", "report", "improve",
    }
)  # fmt: skip
"""Kinds that take long or can wait: they have threads of their own, so that no cycle waits behind a night's work."""
