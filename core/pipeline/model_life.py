"""Promote, roll back, prune: who is champion of a series and horizon, and which files stay."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from core.errors import InputError, StoreFull
from core.features import MODEL_COLUMNS
from core.instruments import resolve
from core.pipeline.run import Workbench
from core.pipeline.tuned_parameters import tuned_settings
from core.predict import horizons, recipe
from core.predict.artefacts import description_path, load, written_here
from core.records import ContestState, Deed, ModelStatus, Timeframe
from core.store.audit import save_deed
from core.store.improvements import contestants
from core.store.model_checks import contests_of
from core.store.models import (
    ModelRow,
    all_models,
    champion,
    forget_models,
    promote_model,
    read_model,
    retire_models,
)


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a prune did."""

    removed: tuple[str, ...]
    """Ids of the models that are gone, row and file."""
    left: tuple[str, ...]
    """Files that were changed or do not lie in the models' folder: not ours to remove, their rows are gone."""
    kept: int
    bytes: int
    """Freed."""

    @property
    def words(self) -> str:
        """The result in a sentence or two."""
        noun = "model" if len(self.removed) == 1 else "models"
        said = f"{len(self.removed)} {noun} removed ({self.bytes / 1e6:.1f} MB), {self.kept} kept."
        if self.left:
            said += f" Not written here, so left where they are: {', '.join(self.left)}."
        return said


def fits_settings(bench: Workbench, row: ModelRow) -> bool:
    """Whether cycles with the present settings would take a model made like this one."""
    settings = tuned_settings(
        bench.store, bench.settings.predict, row.symbol, row.timeframe, row.source, row.horizon
    )
    known = {horizon.name: horizon for horizon in horizons(settings)}
    return row.horizon in known and row.recipe == recipe(settings, known[row.horizon], MODEL_COLUMNS)


def promote(bench: Workbench, model_id: str, who: str = "owner", origin: str = "command line") -> ModelRow:
    """Make a model the champion of its series and horizon; a deed in the audit trail.

    Raises:
        UnknownId: no such model.
        InputError: it is the champion already, or was made in another way than the settings ask for.
        UntrustedModel: its file cannot be read.
    """
    row = read_model(bench.store, model_id)
    if row.status is ModelStatus.CHAMPION:
        raise InputError(f"{row.id} is the champion of its series and horizon already.")
    if not fits_settings(bench, row):
        raise InputError(
            f"{row.id} was made in another way than the settings ask for now (features, trees, members or other choices), "
            "so cycles would not use it. Bring the settings back to what they were, or train again."
        )
    load(row.path, row.sha256)  # a champion that cannot be read would be trained anew at the next cycle
    now = champion(bench.store, row.symbol, row.timeframe, row.source, row.horizon)
    deed = Deed(who, origin, "promote", _series(row), now.id if now else "", row.id)
    bench.store.write(promote_model(row), save_deed(deed, bench.clock()))
    return read_model(bench.store, model_id)


def roll_back(
    bench: Workbench, symbol: str, timeframe: Timeframe, source: str, horizon: str,
    who: str = "owner", origin: str = "command line",
) -> ModelRow:  # fmt: skip
    """Put the model before the champion in its place; the champion retires and no longer serves. A deed, too.

    Returns:
        The champion from now on.

    Raises:
        InputError: there is no champion, or none before it that can serve.
    """
    name = resolve(symbol).symbol
    now = champion(bench.store, name, timeframe, source, horizon)
    if now is None:
        raise InputError(
            f"There is no {horizon} champion of {name} {timeframe} from {source}: see `python -m core models list`."
        )
    before = predecessor(bench, now)
    if before is None:
        raise InputError(
            f"{now.id} has no predecessor that can still be used: train the series again instead of rolling back."
        )
    deed = Deed(who, origin, "roll back", _series(now), now.id, before.id)
    bench.store.write(promote_model(before), retire_models([now.id]), save_deed(deed, bench.clock()))
    return read_model(bench.store, before.id)


def predecessor(bench: Workbench, row: ModelRow) -> ModelRow | None:
    """The model that a roll back would bring back: the newest older one that served, made the same way, its file whole."""
    mine = (row.symbol, row.timeframe, row.source, row.horizon, row.recipe)
    older = [
        other
        for other in all_models(bench.store)
        if (other.symbol, other.timeframe, other.source, other.horizon, other.recipe) == mine
        and other.serves
        and (other.as_of, other.trained_at) < (row.as_of, row.trained_at)
    ]
    older.sort(key=lambda other: (other.as_of, other.trained_at), reverse=True)
    return next((other for other in older if written_here(other.path, other.sha256)), None)


def prune(bench: Workbench, keep: int = 3, who: str = "owner", origin: str = "command line") -> Pruned:
    """Remove old models: of each series and horizon the champion, its challengers and the `keep` newest others stay.

    A challenger whose contest was decided against it counts as one of the others.

    Files go before their rows, and rows are taken out of use before their files go: whenever this is stopped, no cycle
    meets a missing file, and the next prune finishes the work. A file that is not, byte for byte, what was recorded is
    never removed.

    Raises:
        InputError: a negative number.
        StoreFull: a file cannot be removed.
    """
    if keep < 0:
        raise InputError(f"{keep} models cannot be kept: give 0 or more.")
    rows = all_models(bench.store)
    doomed = _superfluous(bench, rows, keep)
    bench.store.write(retire_models([row.id for row in doomed]))
    survivors = {row.path for row in rows} - {row.path for row in doomed}
    left, freed = [], 0
    for row in doomed:
        if not row.path.exists():
            continue  # an earlier prune was stopped after it
        if not _ours(row, bench.settings.model_dir) or row.path in survivors:
            left.append(row.path.name)
            continue
        freed += _remove(row.path)
    deed = Deed(who, origin, "prune", "models", f"{len(rows)} models", f"{len(rows) - len(doomed)} models")
    noted = [save_deed(deed, bench.clock())] if doomed else []
    bench.store.write(forget_models([row.id for row in doomed]), *noted)
    return Pruned(
        tuple(row.id for row in doomed if row.path.name not in left),
        tuple(left),
        len(rows) - len(doomed),
        freed,
    )


def _series(row: ModelRow) -> str:
    return f"{row.symbol} {row.timeframe} {row.source}, {row.horizon} champion"


def _superfluous(bench: Workbench, rows: tuple[ModelRow, ...], keep: int) -> list[ModelRow]:
    def series(row: ModelRow) -> tuple[str, str, str, str]:
        return row.symbol, row.timeframe.value, row.source, row.horizon

    doomed: list[ModelRow] = []
    meeting = contestants(bench.store)  # a champion may be succeeded while its contest goes on
    for _, group in groupby(sorted(rows, key=series), key=series):
        old = [
            row
            for row in group
            if row.id not in meeting and (row.status is ModelStatus.RETIRED or _lost(bench, row))
        ]
        old.sort(key=lambda row: (row.as_of, row.trained_at), reverse=True)
        doomed += old[keep:]
    return doomed


def _lost(bench: Workbench, row: ModelRow) -> bool:
    """Whether it is a challenger that its contest has decided against."""
    return row.status is ModelStatus.CHALLENGER and any(
        contest.challenger_id == row.id and contest.state is ContestState.KEEP
        for contest in contests_of(bench.store, row.id)
    )


def _ours(row: ModelRow, folder: Path) -> bool:
    return row.path.resolve().is_relative_to(folder.resolve()) and written_here(row.path, row.sha256)


def _remove(path: Path) -> int:
    """Remove a model's file, then its description; returns the bytes that this frees."""
    freed = 0
    try:
        for part in (path, description_path(path)):
            if part.exists():
                size = part.stat().st_size
                part.unlink()
                freed += size
    except OSError as err:
        raise StoreFull(
            f"The model file {path.name} cannot be removed: {err.strerror or err}. Free its folder and prune again."
        ) from err
    return freed
