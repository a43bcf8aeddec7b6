"""A job that the autopilot submitted leaves a row: how it went, and how long the step rests when it failed."""

import time
from collections.abc import Callable
from datetime import timedelta

from core.autopilot.plan import rest_after
from core.errors import GlassboxError, JobCancelled
from core.jobs import JobContext
from core.pipeline import Workbench
from core.records import Step, StepRun
from core.settings import AutopilotSettings
from core.store.autopilot import read_step, save_step

BY = "autopilot"
"""Value of the argument `by` of a job that the autopilot submitted."""


def interval_of(step: Step, settings: AutopilotSettings) -> timedelta:
    """Time between two turns of a step."""
    seconds = {
        Step.COLLECT: settings.collection_seconds,
        Step.PREDICT: settings.prediction_seconds,
        Step.SIGNALS: settings.signal_seconds,
        Step.TRADE: settings.trade_seconds,
    }[step]
    return timedelta(seconds=seconds)


def stepped(
    context: JobContext, bench: Workbench, work: Callable[[JobContext, Workbench], str | None]
) -> str | None:
    """Do a job's work; where the autopilot asked for it, keep how it went.

    Arguments of such a job: by (autopilot), step, subject.
    """
    asked = context.arguments
    if asked.get("by") != BY:
        return work(context, bench)
    step, subject = Step(asked["step"]), asked["subject"]
    started, begun = bench.clock(), time.perf_counter()

    def keep(ok: bool, words: str) -> None:
        last = read_step(bench.store, step, subject)
        failures = 0 if ok else (last.failures if last else 0) + 1
        rest = rest_after(failures, interval_of(step, bench.settings.autopilot))
        # whoever guards what is held never rests
        until = bench.clock() + rest if failures and step is not Step.TRADE else None
        seconds = time.perf_counter() - begun
        bench.store.write(save_step(StepRun(step, subject, started, seconds, ok, words, failures, until)))

    try:
        result = work(context, bench)
    except JobCancelled:
        raise
    except GlassboxError as err:
        keep(False, str(err))
        raise
    except Exception as err:
        keep(False, f"Unexpected {type(err).__name__}: {err}")
        raise
    keep(True, context.said)
    return result
