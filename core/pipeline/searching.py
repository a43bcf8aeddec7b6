"""A search as a job: cells run in rounds that are kept as they come, then the choice and what it is worth."""

import time
from collections.abc import Callable

import numpy as np

from core.evaluate.search import Case, Crew, Found, accepted_cells, crew, objective_values, sweep_grid
from core.evaluate.search.cells import Scores
from core.evaluate.search.studies import study_storage
from core.evaluate.search.tpe import search_tpe
from core.evaluate.walk_forward import Walked, WindowRun, cut_windows, stitch, usual_plan, walk_window
from core.pipeline.run import Workbench
from core.pipeline.search_case import Prepared, prepare, trial_of
from core.pipeline.search_result import searched_summary, walked_summary
from core.records import Objective, SearchMethod, SearchRequest
from core.store.search_runs import (
    FIGURES,
    begin_search,
    end_search,
    read_cells,
    read_windows,
    save_cells,
    save_window,
)
from core.store.trials import save_trials

Tell = Callable[[float, str], None]
Check = Callable[[], None]
_PAUSE = 0.4
"""Seconds between two commits: often enough to watch, seldom enough not to be felt."""
OBJECTIVE_WORDS = {
    Objective.SHARPE: "Sharpe ratio", Objective.RETURN: "return", Objective.DRAWDOWN: "drawdown",
    Objective.CALMAR: "Calmar ratio",
}  # fmt: skip


def search(bench: Workbench, run_id: str, request: SearchRequest, tell: Tell, check: Check) -> str:
    """Run a search, store it and return its id.

    What a former run of the same study has finished is not run again: cells and windows are read back from the store,
    and TPE goes on from Optuna's storage.

    Args:
        tell: progress; may raise JobCancelled.
        check: raises JobCancelled when the user asked to stop; called after every round.

    Raises:
        InputError, NotEnoughHistory, SettingsError: in one sentence.
    """
    begun = time.perf_counter()
    tell(0.01, f"collecting {request.timeframe} bars of {request.symbol}")
    ready = prepare(bench, run_id, request)
    bench.store.write(begin_search(run_id, ready.study, request, bench.clock()))
    compute, history = bench.settings.compute, ready.case.history
    with crew(compute, (history.bars, history.features)) as workers:
        if request.method is SearchMethod.WALK_FORWARD:
            walked = _walk(bench, ready, workers, tell, check)
            tell(0.95, "judging the curve out of sample")
            summary, curve = walked_summary(bench, ready, walked, begun)
        else:
            found = _run(bench, ready, ready.case, 0, workers, Progress(tell, check, 0.03, 0.9))
            tell(0.92, "judging: neighbourhoods, importance, overfitting")
            summary, curve = searched_summary(bench, ready, found, begun), None
    bench.store.write(end_search(summary, curve))
    return run_id


class Progress:
    """Tells how far a part of the search is, at most a few times a second."""

    def __init__(self, tell: Tell, check: Check, low: float, high: float, where: str = "") -> None:
        """`low` to `high`: the part's share of the whole bar; `where`: said before the numbers."""
        self._tell, self._check = tell, check
        self._low, self._high, self._where = low, high, where
        self._last = 0.0
        self._best = -np.inf

    def done(self, case: Case, cells: int, total: int, part: Found) -> None:
        """Cells that are through; may raise JobCancelled."""
        self._check()
        values = objective_values(part.scores, case.objectives[0], case.years)[~part.pruned]
        self._best = max(self._best, float(np.nanmax(values, initial=-np.inf)))
        now = time.monotonic()
        if now - self._last < _PAUSE and cells < total:
            return
        self._last = now
        best = (
            f", best {OBJECTIVE_WORDS[case.objectives[0]]} {self._best:.2f}"
            if np.isfinite(self._best)
            else ""
        )
        share = self._low + (self._high - self._low) * min(1.0, cells / max(total, 1))
        self._tell(share, f"{self._where}{cells:,} of {total:,} cells{best}")


class Keeper:
    """Gathers finished cells and commits them, with their trials, a few times a second and at the end."""

    def __init__(self, bench: Workbench, ready: Prepared, case: Case, part: int) -> None:
        self._bench, self._ready, self._case, self._part = bench, ready, case, part
        self._waiting: list[tuple[int, Found]] = []
        self._last = 0.0

    def take(self, position: int, found: Found) -> None:
        """Cells from a position on."""
        self._waiting.append((position, found))
        if time.monotonic() - self._last >= _PAUSE:
            self.commit()

    def commit(self) -> None:
        """Write what waits, in one transaction."""
        if not self._waiting:
            return
        writes = []
        for position, found in self._waiting:
            figures = np.column_stack([getattr(found.scores, name) for name in FIGURES])
            writes.append(
                save_cells(self._ready.study, self._part, position, found.cells, figures, found.pruned)
            )
            ratios = np.where(found.pruned, np.nan, found.scores.sharpe)  # a piece's ratio is not the cell's
            trials = [
                trial_of(self._ready, self._case, cell, float(ratio))
                for cell, ratio in zip(found.cells, ratios, strict=True)
            ]
            writes.append(save_trials(trials, self._bench.clock()))
        self._waiting.clear()
        self._bench.store.write(*writes)
        self._last = time.monotonic()


def _run(
    bench: Workbench, ready: Prepared, case: Case, part: int, workers: Crew, progress: Progress
) -> Found:
    """One grid or TPE search, gone on with where a former run stopped."""
    request, keeper = ready.request, Keeper(bench, ready, case, part)
    before = _kept(bench, ready.study, case, part)
    total = len(accepted_cells(case)) if case.method is SearchMethod.GRID else request.trials

    def keep(position: int, found: Found) -> None:
        keeper.take(position, found)
        progress.done(case, position + len(found), total, found)

    try:
        if case.method is SearchMethod.GRID:
            return sweep_grid(case, workers, keep, before)
        name = f"{ready.study}-{part}"
        storage = study_storage(bench.settings.compute.storage, bench.settings.study_dir, name)
        return search_tpe(
            case, workers, request.trials, request.seed, request.prune, storage, name, keep, len(before)
        )
    finally:
        keeper.commit()


def _kept(bench: Workbench, study: str, case: Case, part: int) -> Found:
    """Cells that a former run has kept."""
    table = read_cells(bench.store, study, case.names, part)
    scores = Scores(*(table[name].to_numpy(copy=True) for name in FIGURES))
    return Found(table[list(case.names)].to_numpy(copy=True), scores, table["pruned"].to_numpy(copy=True))


def _walk(bench: Workbench, ready: Prepared, workers: Crew, tell: Tell, check: Check) -> Walked:
    history = ready.case.history
    plan = ready.request.windows or usual_plan(history.length)
    windows = cut_windows(history.first, history.stop, plan)
    finished = {
        row.result.number: WindowRun(row.result, row.equity, row.trade_returns)
        for row in read_windows(bench.store, ready.study)
    }
    runs = []
    for number, window in enumerate(windows):
        low, high = (0.03 + 0.9 * (number + step) / len(windows) for step in (0, 1))
        where = f"window {number + 1} of {len(windows)}: "
        if number not in finished:
            progress = Progress(tell, check, low, high, where)
            run = walk_window(ready.case, window, number, _searching(bench, ready, workers, progress))
            bench.store.write(save_window(ready.study, run.result, run.equity, run.trade_returns))
            finished[number] = run
        runs.append(finished[number])
    return stitch(ready.case, windows, runs)


def _searching(
    bench: Workbench, ready: Prepared, workers: Crew, progress: Progress
) -> Callable[[Case, int], Found]:
    def searching(case: Case, number: int) -> Found:
        return _run(bench, ready, case, number + 1, workers, progress)

    return searching
