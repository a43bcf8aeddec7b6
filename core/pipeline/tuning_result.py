"""What a tuning chose, and what the choice is worth on rows that no trial saw."""

from collections.abc import Sequence
from dataclasses import replace

from core.predict import Dataset
from core.predict.tuning import applied, given, held_out_excess, tuning_splits
from core.records import TunedParameters, TuningRun, TuningTrial
from core.settings import PredictSettings


def judged(
    run: TuningRun, data: Dataset, settings: PredictSettings, trials: Sequence[TuningTrial], seconds: float
) -> TuningRun:
    """The run with its choice: best of the trials that ran every fold, tried on the block that none saw."""
    whole = [trial for trial in trials if trial.loss is not None and not trial.pruned]
    run = replace(
        run,
        trials=len(trials),
        pruned=sum(trial.pruned for trial in trials),
        seconds=seconds,
        finished=True,
        words="No trial has run to the end.",
    )
    if not whole:
        return run
    best = min(whole, key=lambda trial: (trial.loss, trial.number))
    own = next((trial.loss for trial in whole if trial.parameters == given(settings)), None)
    splits, last = tuning_splits(data, settings)
    tuned = held_out_excess(data, splits, last, applied(settings, best.parameters))
    plain = held_out_excess(data, splits, last, settings)
    run = replace(
        run, chosen=best.parameters, loss=best.loss, loss_settings=own, held_out=tuned, held_out_settings=plain,
        held_out_rows=len(last.test),
    )  # fmt: skip
    return replace(run, words=_words(run, best.parameters, tuned, plain))


def _words(run: TuningRun, chosen: TunedParameters, tuned: float, plain: float) -> str:
    said = (
        f"Best of {run.trials:,} trials: {chosen.trees} trees of depth {chosen.depth}, learning rate "
        f"{chosen.learning_rate:.3g}, {' + '.join(chosen.members)}{', classes weighted' if chosen.class_weight else ''}. "
        f"On the last {run.held_out_rows:,} rows, which no trial saw, its log loss is {abs(tuned):.4f} "
        f"{'below' if tuned < 0 else 'above'} that of knowing nothing; with the settings it is {abs(plain):.4f} "
        f"{'below' if plain < 0 else 'above'}. "
    )
    if tuned >= 0:
        return said + "It does not beat knowing nothing there: using it is not advised."
    if tuned >= plain:
        return said + "The settings do as well there: the gain in the folds was luck of the search."
    return (
        said
        + "It is better there too; so few rows are no proof, and only new bars will tell whether it lasts."
    )
