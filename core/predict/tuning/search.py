"""Optuna over the members' parameters: resumable, pruned fold by fold, stopped at any trial.

Each trial's sampler is seeded by the number of the trials before it, so that a search that was stopped and goes on asks
the same questions as one that never stopped.
"""

import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import numpy as np

from core.predict.dataset import Dataset
from core.predict.tuning.folds import excess_by_fold, tuning_splits
from core.predict.tuning.space import applied, distributions, from_words, given, to_words
from core.predict.validation import Split
from core.records import TuningTrial
from core.settings import PredictSettings

if TYPE_CHECKING:
    import optuna

Told = Callable[[TuningTrial], None]
_SECONDS = "seconds"
_FOLDS = "folds"


def tune(
    data: Dataset,
    settings: PredictSettings,
    trials: int,
    storage: Any,
    study_name: str,
    check: Callable[[], None],
    told: Told,
    held: Collection[str] = (),
    enough: Callable[[], bool] = lambda: False,
) -> tuple[TuningTrial, ...]:
    """Run trials until there are so many, those of an earlier run of this study included.

    Args:
        data: labelled rows; the last block is not touched.
        settings: what the tuned parameters replace; its own are the first trial.
        storage: Optuna's, e.g. of `core.evaluate.search.studies.study_storage`.
        study_name: in the storage; a study of that name goes on.
        check: called after every fold; raises to stop. The trial under way is then asked anew next time.
        told: of every trial, those of an earlier run first.
        held: names of TUNED that stay as the settings have them.
        enough: asked after every trial but the first; true ends the search there.

    Returns:
        All trials in their order.
    """
    study = _opened(storage, study_name)
    splits, _ = tuning_splits(data, settings)
    done = [_record(trial) for trial in _finished(study)]
    for trial in done:
        told(trial)
    while len(done) < trials and not (len(done) > 1 and enough()):
        asked = _ask(study, settings, len(done), held)
        done.append(_run(study, asked, data, splits, settings, check))
        told(done[-1])
    return tuple(done)


def _opened(storage: Any, study_name: str) -> "optuna.Study":
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        storage=storage, study_name=study_name, load_if_exists=True, direction="minimize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=5, n_min_trials=4),
    )  # fmt: skip
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)  # its process ended; it is asked anew
    return study


def _finished(study: "optuna.Study") -> "list[optuna.trial.FrozenTrial]":
    import optuna

    states = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    return study.get_trials(deepcopy=False, states=states)


def _ask(
    study: "optuna.Study", settings: PredictSettings, number: int, held: Collection[str]
) -> "optuna.Trial":
    import optuna

    if number == 0:
        study.enqueue_trial(to_words(given(settings)), skip_if_exists=False)
    own = int(np.random.SeedSequence((settings.seed, number)).generate_state(1)[0])
    study.sampler = optuna.samplers.TPESampler(seed=own, n_startup_trials=8)
    return study.ask(distributions(settings, held))


def _run(
    study: "optuna.Study",
    trial: "optuna.Trial",
    data: Dataset,
    splits: tuple[Split, ...],
    settings: PredictSettings,
    check: Callable[[], None],
) -> TuningTrial:
    import optuna

    begun = time.perf_counter()
    chosen = applied(settings, from_words(trial.params))
    losses, rows, pruned = [], [], False
    for step, (loss, count) in enumerate(excess_by_fold(data, splits, chosen)):
        check()
        losses.append(loss)
        rows.append(count)
        trial.report(float(np.average(losses, weights=rows)), step)
        if step + 2 < len(splits) and trial.should_prune():
            pruned = True
            break
    trial.set_user_attr(_FOLDS, len(losses))
    trial.set_user_attr(_SECONDS, time.perf_counter() - begun)
    if pruned:
        return _record(study.tell(trial, state=optuna.trial.TrialState.PRUNED))
    return _record(study.tell(trial, float(np.average(losses, weights=rows))))


def _record(trial: "optuna.trial.FrozenTrial") -> TuningTrial:
    import optuna

    pruned = trial.state is optuna.trial.TrialState.PRUNED
    steps = trial.intermediate_values
    loss = steps[max(steps)] if pruned and steps else trial.value
    return TuningTrial(
        number=trial.number,
        parameters=from_words(trial.params),
        loss=None if loss is None else float(loss),
        folds=int(trial.user_attrs.get(_FOLDS, 0)),
        pruned=pruned,
        seconds=float(trial.user_attrs.get(_SECONDS, 0.0)),
    )
