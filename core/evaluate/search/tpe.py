"""Optuna's tree-structured Parzen estimator (Bergstra et al. 2011; Watanabe 2023), asked and told by us.

Each question has its own seed, made of the search's seed and the number of cells told so far: a study that was
stopped and goes on asks the same questions as one that never stopped.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import GlassboxError, InputError
from core.evaluate.search.cells import Scores
from core.evaluate.search.crew import Crew
from core.evaluate.search.found import Case, Found, Keep, together
from core.evaluate.search.objectives import objective_values, violations
from core.evaluate.search.studies import FIGURES, distribution, figures_of, found_in

if TYPE_CHECKING:
    import optuna

PIECES = (0.25, 0.5)
"""Shares of the history after which a poor cell is given up."""
LEAST_PIECE = 100
"""Bars; pieces shorter than this tell nothing."""


def search_tpe(
    case: Case,
    crew: Crew,
    trials: int,
    seed: int,
    prune: bool,
    storage: Any,
    study_name: str,
    keep: Keep,
    kept: int = 0,
) -> Found:
    """Run cells where good ones are likely.

    Args:
        case: what is searched.
        crew: who runs it; as many cells are asked for at once as there are workers.
        trials: cells to run, those of an earlier run of this study included.
        seed: of the sampler.
        prune: give up cells whose leading objective is below the median on the first quarter or half; only with one
            objective (Optuna prunes no others).
        storage: of `study_storage`.
        study_name: in the storage; a study of that name goes on.
        keep: told of finished cells as they come.
        kept: cells of this study that were kept before; what the study knows beyond them is told again.

    Raises:
        InputError: the strategy takes hardly any cell of the space.
        GlassboxError: another process has taken this study over.
    """
    with _untaken(study_name):
        study = _opened(case, storage, study_name)
        parts = [found_in(_finished(study), case.space)]
        done = len(parts[0])
        if done != kept:
            known = kept if kept < done else 0
            keep(known, parts[0].rows(slice(known, None)))
        refused = 0
        while done < trials:
            asked = [_ask(study, case, seed) for _ in range(min(crew.count, trials - done))]
            cells = np.array([[float(trial.params[name]) for name in case.names] for trial in asked])
            told = _run(study, case, crew, asked, cells, prune and len(case.objectives) == 1)
            part = found_in(sorted(told, key=lambda trial: trial.number), case.space)
            refused += len(asked) - len(part)
            if refused > 200 + 20 * trials:
                raise InputError(
                    "The strategy takes hardly any cell of this space: give ranges that fit together."
                )
            if len(part):
                keep(done, part)
                parts.append(part)
                done += len(part)
    return together(parts, len(case.space))


@contextmanager
def _untaken(study_name: str) -> Iterator[None]:
    """Whoever opens a study closes the trials that are under way in it; the loser of that ends with a sentence."""
    from optuna.exceptions import UpdateFinishedTrialError

    try:
        yield
    except UpdateFinishedTrialError as err:
        raise GlassboxError(
            f"Another process runs the study {study_name} now and has closed this one's trials: let it end, then ask for "
            "the same search again, which takes over what was found."
        ) from err


def _opened(case: Case, storage: Any, study_name: str) -> "optuna.Study":
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(
        storage=storage, study_name=study_name, load_if_exists=True,
        directions=["maximize"] * len(case.objectives),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=10, n_min_trials=5),
    )  # fmt: skip
    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)  # its process ended; it is asked anew
    return study


def _finished(study: "optuna.Study") -> "list[optuna.trial.FrozenTrial]":
    import optuna

    states = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    return study.get_trials(deepcopy=False, states=states)


def _ask(study: "optuna.Study", case: Case, seed: int) -> "optuna.Trial":
    import optuna

    live = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED, optuna.trial.TrialState.RUNNING)
    number = len(study.get_trials(deepcopy=False, states=live))
    own = int(np.random.SeedSequence((seed, number)).generate_state(1)[0])
    study.sampler = optuna.samplers.TPESampler(seed=own, n_startup_trials=max(10, 4 * len(case.space)))
    return study.ask({dimension.name: distribution(dimension) for dimension in case.space})


def _run(
    study: "optuna.Study",
    case: Case,
    crew: Crew,
    asked: "Sequence[optuna.Trial]",
    cells: np.ndarray,
    prune: bool,
) -> "list[optuna.trial.FrozenTrial]":
    """Evaluate the cells piece by piece, and tell Optuna what became of each."""
    own = [place for place, name in enumerate(case.names) if name not in ("stop", "target")]
    told, left = [], []
    for place, cell in enumerate(cells):
        if case.factory({case.names[i]: float(cell[i]) for i in own}) is None:
            asked[place].set_constraint("refused", 1.0)
            told.append(study.tell(asked[place], values=[0.0] * len(case.objectives)))
        else:
            left.append(place)
    for step, share in enumerate(PIECES if prune else ()):
        length = int(share * case.history.length)
        if length < LEAST_PIECE or not left:
            continue
        piece = case.over(case.history.until(case.history.first + length))
        scores = crew.evaluate(piece.history, case.factory, case.names, cells[left], case.terms)
        poor = [row for row, place in enumerate(left) if _poor(piece, asked[place], scores, row, step)]
        told += [_give_up(study, asked[left[row]], scores, row) for row in poor]
        left = [place for row, place in enumerate(left) if row not in poor]
    if left:
        scores = crew.evaluate(case.history, case.factory, case.names, cells[left], case.terms)
        told += [_tell(study, case, asked[place], scores, row) for row, place in enumerate(left)]
    return told


def _poor(piece: Case, trial: "optuna.Trial", scores: Scores, row: int, step: int) -> bool:
    value = float(objective_values(scores, piece.objectives[0], piece.years)[row])
    if not math.isfinite(value):
        return False
    trial.report(value, step)
    return trial.should_prune()


def _give_up(
    study: "optuna.Study", trial: "optuna.Trial", scores: Scores, row: int
) -> "optuna.trial.FrozenTrial":
    import optuna

    trial.set_user_attr(FIGURES, figures_of(scores, row))
    return study.tell(trial, state=optuna.trial.TrialState.PRUNED)


def _tell(
    study: "optuna.Study", case: Case, trial: "optuna.Trial", scores: Scores, row: int
) -> "optuna.trial.FrozenTrial":
    values = [float(objective_values(scores, wanted, case.years)[row]) for wanted in case.objectives]
    fall, rare = violations(scores, case.worst_drawdown, case.least_trades)[row]
    if case.worst_drawdown is not None:
        trial.set_constraint("drawdown", float(fall))
    if case.least_trades:
        trial.set_constraint("trades", float(rare))
    if not all(math.isfinite(value) for value in values):  # no trade, no Sharpe ratio: nothing to learn from
        trial.set_constraint("undefined", 1.0)
        values = [0.0] * len(values)
    trial.set_user_attr(FIGURES, figures_of(scores, row))
    return study.tell(trial, values=values)
