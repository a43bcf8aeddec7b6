"""Tuning runs of a series, as the page shows them."""

from dataclasses import dataclass

from core.pipeline import Workbench
from core.pipeline.tuned_parameters import set_on_purpose
from core.records import Timeframe, TuningRun, TuningTrial
from core.store.tuning import Adopted, adopted_parameters, read_tuning, tuning_trials, tunings_of
from core.views.number import Number


@dataclass(frozen=True, slots=True)
class TuningView:
    """What is known of the tuning of a series."""

    run: TuningRun | None
    """The newest that ended; None before."""
    trials: tuple[TuningTrial, ...]
    numbers: tuple[Number, ...]
    adopted: Adopted | None
    """Tuned parameters that trainings of the run's series use now."""
    on_purpose: tuple[str, ...]
    """Settings that the user has set, and that are stronger than tuned ones."""


def tuning_view(bench: Workbench, symbol: str, timeframe: Timeframe) -> TuningView:
    """The newest finished tuning of an asset and timeframe."""
    done = (run for run in tunings_of(bench.store, symbol, timeframe.value) if run.finished)
    run = next(done, None)
    held = set_on_purpose(bench.settings.predict)
    if run is None:
        return TuningView(None, (), (), None, held)
    adopted = adopted_parameters(bench.store, symbol, timeframe.value, run.source)
    return TuningView(run, tuning_trials(bench.store, run.study), _numbers(run), adopted, held)


def live_tuning(bench: Workbench, run_id: str) -> tuple[TuningTrial, ...] | None:
    """Trials of a run under way; None before it has begun."""
    run = read_tuning(bench.store, run_id)
    return None if run is None else tuning_trials(bench.store, run.study)


def _numbers(run: TuningRun) -> tuple[Number, ...]:
    def said(value: float | None) -> str:
        return "–" if value is None else f"{value:+.4f}".replace("-", "−")

    return (
        Number(
            "Chosen, in its folds",
            said(run.loss),
            "Log loss of the best trial less that of the base rate, in the folds that chose it; below 0 is better than "
            "knowing nothing. Optimistic: the luckiest of many trials looks best.",
            f"settings {said(run.loss_settings)}",
        ),
        Number(
            "Chosen, on unseen rows",
            said(run.held_out),
            f"The same on the last {run.held_out_rows:,} rows, which no trial saw. This is the number to trust.",
            f"settings {said(run.held_out_settings)}",
        ),
        Number(
            "Trials",
            f"{run.trials:,}",
            "Sets of parameters that were tried; each is counted for good among all that was ever tried on this asset.",
            f"{run.pruned:,} given up early",
        ),
    )
