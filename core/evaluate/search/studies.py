"""Optuna's studies: where they are kept, and what an Optuna trial says of a cell."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import SettingsError
from core.evaluate.search.cells import Scores
from core.evaluate.search.found import Found
from core.evaluate.search.space import values
from core.records import Dimension

if TYPE_CHECKING:
    import optuna

FIGURES = "figures"


def study_storage(storage: str, folder: Path, study: str) -> Any:
    """The storage of one study.

    Args:
        storage: `journal`, `:memory:` or the URL of a database.
        folder: of the journals.
        study: name of the study; each has a journal of its own, so that none has to be read through for another.

    Raises:
        SettingsError: the URL cannot be used.
    """
    import optuna

    if storage == ":memory:":
        return optuna.storages.InMemoryStorage()
    if storage == "journal":
        from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

        folder.mkdir(parents=True, exist_ok=True)
        path = str(folder / f"{study}.journal")
        return optuna.storages.JournalStorage(JournalFileBackend(path, lock_obj=JournalFileOpenLock(path)))
    try:
        return optuna.storages.RDBStorage(storage)
    except Exception as err:
        raise SettingsError(
            f"The setting compute.storage {storage!r} cannot be used ({type(err).__name__}): take journal, :memory: or "
            "the URL of a database whose driver is installed, e.g. sqlite:////tmp/studies.db."
        ) from err


def distribution(dimension: Dimension) -> "optuna.distributions.BaseDistribution":
    """The same range in Optuna's words."""
    from optuna.distributions import FloatDistribution, IntDistribution

    high = dimension.high if dimension.log else float(values(dimension)[-1])  # the last that the steps reach
    if dimension.whole:
        step = 1 if dimension.log else int(dimension.step)
        return IntDistribution(int(dimension.low), int(high), log=dimension.log, step=step)
    step_or_none = None if dimension.log or dimension.fixed else dimension.step
    return FloatDistribution(dimension.low, high, log=dimension.log, step=step_or_none)


def figures_of(scores: Scores, row: int) -> list[float | None]:
    """One cell's figures as JSON can hold them."""
    found = (float(getattr(scores, name)[row]) for name in Scores.__slots__)
    return [value if np.isfinite(value) else None for value in found]


def found_in(trials: "Sequence[optuna.trial.FrozenTrial]", space: Sequence[Dimension]) -> Found:
    """The cells that trials ran, in their order; trials without figures were refused by the strategy."""
    import optuna

    ran = [trial for trial in trials if FIGURES in trial.user_attrs]
    cells = np.array([[float(trial.params[d.name]) for d in space] for trial in ran]).reshape(-1, len(space))
    table = np.array([trial.user_attrs[FIGURES] for trial in ran], dtype=float).reshape(-1, 4)
    pruned = np.array([trial.state is optuna.trial.TrialState.PRUNED for trial in ran], dtype=bool)
    return Found(cells, Scores(*(np.ascontiguousarray(table[:, i]) for i in range(4))), pruned)
