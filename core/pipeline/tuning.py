"""Tuning as a job: trials kept as they come, the choice judged on rows that no trial saw, and what becomes of it."""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from core.errors import InputError, NotEnoughHistory
from core.instruments import resolve
from core.moments import moment
from core.pipeline.model_material import Material, model_material
from core.pipeline.run import Workbench
from core.pipeline.tuning_result import judged
from core.predict import Dataset, Horizon, horizons, labelled_rows, rows_needed
from core.predict.tuning import TUNED, tune
from core.records import Instrument, Timeframe, TuningRun, TuningTrial
from core.settings import PredictSettings
from core.store import Write, dump
from core.store.trials import save_trials
from core.store.tuning import cut_tuning_trials, save_tuning, save_tuning_trial, tuning_trials

Tell = Callable[[float, str], None]
MOST_TRIALS = 2000
USUAL_TRIALS = 25


@dataclass(frozen=True, slots=True)
class TuningRequest:
    """What is tuned."""

    instrument: Instrument
    timeframe: Timeframe
    source: str
    as_of: datetime | None
    horizon: Horizon
    trials: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a search starts from, what it must leave alone, and when it is to end."""

    settings: PredictSettings
    """Its own parameters are the first trial, and the choice is compared with them."""
    held: tuple[str, ...] = ()
    """Names of TUNED that stay."""
    enough: Callable[[], bool] = lambda: False
    """True ends the search before all trials have run."""


def read_tuning_request(asked: Mapping[str, str], settings: PredictSettings) -> TuningRequest:
    """Read a job's arguments: symbol, timeframe, source, as_of (ISO or empty), horizon, trials.

    Raises:
        InputError: no such horizon, or a number of trials that cannot be.
    """
    known = {horizon.name: horizon for horizon in horizons(settings)}
    name, trials = asked.get("horizon", "medium"), asked.get("trials", str(USUAL_TRIALS))
    if name not in known:
        raise InputError(f"There is no horizon {name!r}: choose one of {', '.join(known)}.")
    if not trials.isdigit() or not 1 <= int(trials) <= MOST_TRIALS:
        raise InputError(f"{trials} trials cannot be run: give a number from 1 to {MOST_TRIALS:,}.")
    return TuningRequest(
        resolve(asked["symbol"]),
        Timeframe(asked["timeframe"]),
        asked["source"],
        moment(asked.get("as_of", "")),
        known[name],
        int(trials),
    )


def tune_models(
    bench: Workbench,
    run_id: str,
    request: TuningRequest,
    tell: Tell,
    check: Callable[[], None],
    bounds: Bounds | None = None,
) -> str:
    """Search the members' parameters, store the run and return its id; nothing is used until `use_tuned`.

    What a former run of the same study finished is not run again.

    Args:
        tell: progress; may raise JobCancelled.
        check: raises JobCancelled when the user asked to stop; called after every fold.
        bounds: of a search that is not the user's own; None: everything is tuned, from the settings on.

    Raises:
        NotEnoughHistory: too few labelled rows.
    """
    from core.evaluate.search.studies import study_storage

    begun = time.perf_counter()
    tell(0.0, f"collecting {request.timeframe} bars of {request.instrument.symbol} and their features")
    material = model_material(bench, request.instrument, request.timeframe, request.source, request.as_of)
    bounds = bounds or Bounds(bench.settings.predict)
    settings = bounds.settings
    data = tuning_rows(bench, material, request.horizon)
    study = _study_name(material, request.horizon, settings, data, bounds.held)
    run = _begun(run_id, study, material, request, bench.clock(), len(data.outcome))
    bench.store.write(save_tuning(run))
    kept_by = bench.settings.compute.storage
    if kept_by == ":memory:":
        bench.store.write(cut_tuning_trials(study, 0))  # Optuna has forgotten them
    keeper = _Keeper(bench, run, data, request.trials, tell)
    storage = study_storage(kept_by, bench.settings.study_dir, study)
    trials = tune(
        data, settings, request.trials, storage, study, check, keeper.take, bounds.held, bounds.enough
    )
    tell(0.93, "judging the choice on rows that no trial saw")
    done = judged(run, data, settings, trials, time.perf_counter() - begun)
    bench.store.write(save_tuning(done))
    return run_id


class _Keeper:
    """Commits every trial as it ends: its row, and its entry among all that was ever tried."""

    def __init__(self, bench: Workbench, run: TuningRun, data: Dataset, trials: int, tell: Tell) -> None:
        self._bench, self._run, self._data, self._trials, self._tell = bench, run, data, trials, tell
        self._losses: list[float] = []
        self._kept = {trial.number for trial in tuning_trials(bench.store, run.study)}

    def take(self, trial: TuningTrial) -> None:
        """One trial, unless an earlier run has kept it; may raise JobCancelled afterwards."""
        if trial.number not in self._kept:
            self._bench.store.write(save_tuning_trial(self._run.study, trial), self._counted(trial))
        if trial.loss is not None and not trial.pruned:
            self._losses.append(trial.loss)
        best = list(accumulate(self._losses, min))[-1:]
        words = f", best {best[0]:+.4f} log loss against the base rate" if best else ""
        ran = trial.number + 1
        self._tell(0.05 + 0.87 * min(1.0, ran / self._trials), f"trial {ran:,} of {self._trials:,}{words}")

    def _counted(self, trial: TuningTrial) -> Write:
        from core.evaluate.significance import trial as counted

        opened, run = self._data.opened, self._run
        record = counted(
            batch=run.id,
            kind="tuning",
            symbol=run.symbol,
            timeframe=run.timeframe,
            strategy=f"model {run.horizon}",
            parameters={name: getattr(trial.parameters, name) for name in TUNED},
            start=opened[0].to_pydatetime(),
            stop=opened[-1].to_pydatetime(),
            bars=len(opened),
            costs=self._bench.settings.costs.record(),
            sharpe=None,
        )
        return save_trials([record], self._bench.clock())


def tuning_rows(bench: Workbench, material: Material, horizon: Horizon) -> Dataset:
    """The labelled rows that a search works on.

    Raises:
        NotEnoughHistory: too few.
    """
    settings = bench.settings.predict
    data = labelled_rows(
        material.bars, material.features, horizon.bars, settings.barrier_width, material.timeframe,
        material.moment, bench.settings.collect.train_bars,
    )  # fmt: skip
    needed = rows_needed(horizon, settings.model_copy(update={"folds": settings.folds + 1}))
    if len(data.outcome) < needed:
        raise NotEnoughHistory(
            f"Tuning the {horizon.name} horizon needs {needed} labelled rows (one block is held back) and "
            f"{material.instrument.symbol} {material.timeframe} has {len(data.outcome)}: fetch a longer history."
        )
    return data


def _study_name(
    material: Material, horizon: Horizon, settings: PredictSettings, data: Dataset, held: tuple[str, ...]
) -> str:
    parts = (
        material.instrument.symbol,
        material.timeframe.value,
        material.source,
        str(horizon.bars),
        dump(PredictSettings, settings),
        data.sha256(),
        *held,
    )
    return f"tuning-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:16]}"


def _begun(
    run_id: str, study: str, material: Material, request: TuningRequest, now: datetime, rows: int
) -> TuningRun:
    return TuningRun(
        id=run_id, study=study, symbol=material.instrument.symbol, timeframe=material.timeframe.value,
        source=material.source, horizon=request.horizon.name, as_of=material.moment, created_at=now, trials=0, pruned=0,
        chosen=None, loss=None, loss_settings=None, held_out=None, held_out_settings=None, rows=rows, held_out_rows=0,
        seconds=0.0, finished=False, words="Running.",
    )  # fmt: skip
