"""The third step: a bounded search for better parameters, counted among all that was ever tried."""

import time
from dataclasses import replace

from core.errors import NotEnoughHistory
from core.pipeline.improving.desk import Desk, Finding
from core.pipeline.tuned_parameters import as_allowed, set_on_purpose
from core.pipeline.tuning import Bounds, TuningRequest, tune_models
from core.predict.tuning import TUNED, given
from core.records import ImproveState, Measured, StepVerdict, TuningRun
from core.store.tuning import read_tuning


def search(desk: Desk) -> Finding:
    """Let Optuna search the parameters that the user has left free; the run ends where it finds nothing else."""
    run, settings = desk.run, desk.bench.settings
    held = set_on_purpose(settings.predict)
    if len(held) == len(TUNED):
        return _nothing(
            desk, f"The settings name {', '.join(held)} themselves, so there is nothing to search."
        )
    if desk.night_over():
        words = "The night's time was over before this search could begin; the next night looks again."
        return Finding(replace(run, state=ImproveState.LEFT, words=words), StepVerdict.END, words)
    begun = time.perf_counter()

    def enough() -> bool:
        return desk.night_over() or time.perf_counter() - begun > settings.improve.seconds

    request = TuningRequest(
        desk.instrument, desk.timeframe, run.source, run.as_of, desk.horizon, settings.improve.trials
    )
    tuning_id = f"{run.id}-search"
    try:
        tune_models(desk.bench, tuning_id, request, desk.tell, desk.check, Bounds(desk.present, held, enough))
    except NotEnoughHistory as short:
        return _nothing(desk, str(short))
    done = read_tuning(desk.bench.store, tuning_id)
    assert done is not None, "a search that ended is stored"
    return _found(desk, done, enough())


def _found(desk: Desk, done: TuningRun, stopped: bool) -> Finding:
    run, asked = desk.run, desk.bench.settings.improve
    bound = ""
    if done.trials < asked.trials and stopped:
        bound = f" (the time was over before all {asked.trials})"
    numbers = (
        Measured("trials", float(done.trials), "count", "Sets of parameters tried, all of them counted for good."),
        Measured("given up early", float(done.pruned), "count", "Trials that did badly after a fold."),
        Measured("seconds", done.seconds, "seconds", "How long the search took."),
        *_loss("best in its folds", done.loss, "Log loss less that of the base rate; optimistic, for it was chosen by it."),
        *_loss("present way", done.loss_settings, "The same of the parameters in use."),
    )  # fmt: skip
    if done.chosen is None:
        return _nothing(desk, f"None of {done.trials} trials ran to the end{bound}.", numbers)
    chosen = given(as_allowed(desk.bench.settings.predict, done.chosen))
    if chosen == given(desk.present):
        words = (
            f"The present parameters were the best of {done.trials} trials{bound}: there is nothing to try."
        )
        return _nothing(desk, words, numbers)
    words = (
        f"Best of {done.trials} trials{bound}: {chosen.trees} trees of depth {chosen.depth}, learning rate "
        f"{chosen.learning_rate:.3g}, {' + '.join(chosen.members)}{', classes weighted' if chosen.class_weight else ''}."
    )
    return Finding(
        replace(run, tuning_id=done.id, chosen=done.chosen, words=words), StepVerdict.ON, words, numbers
    )


def _nothing(desk: Desk, words: str, numbers: tuple[Measured, ...] = ()) -> Finding:
    run = replace(desk.run, state=ImproveState.NOTHING_BETTER, words=words)
    return Finding(run, StepVerdict.END, words, numbers)


def _loss(name: str, value: float | None, meaning: str) -> tuple[Measured, ...]:
    return () if value is None else (Measured(name, value, "nats", meaning),)
