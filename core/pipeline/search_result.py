"""What a finished search says: choice, hold, overfitting, verdict, in one record."""

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from core.evaluate import run_backtest
from core.evaluate.search import Case, Choice, Found, cell_result, choose, grid_size, values
from core.evaluate.search.cells import bracket, directions_of
from core.evaluate.search.importance import importance
from core.evaluate.search.selection import cell_returns, hold_returns, search_overfitting, search_superiority
from core.evaluate.walk_forward import Walked
from core.evaluate.walk_forward.out_of_sample import curve_figures
from core.pipeline.run import Workbench
from core.pipeline.search_case import Prepared
from core.records import EdgeVerdict, Figures, SearchMethod, SearchSummary
from core.store.search_runs import count_cells
from core.store.trials import tally


def searched_summary(bench: Workbench, ready: Prepared, found: Found, begun: float) -> SearchSummary:
    """The result of a grid or TPE search."""
    case, request = ready.case, ready.request
    choice = choose(case, found)
    chosen = tuple(row for row in (choice.plateau, choice.peak) if row is not None)
    returns = cell_returns(case, found, chosen)
    curve = _hold(case, case.history.first, case.history.stop)
    overfit = search_overfitting(returns)
    counted = np.isfinite(choice.scores)
    return SearchSummary(
        **_head(ready, curve, begun),
        cells=int((~found.pruned).sum()),
        pruned=int(found.pruned.sum()),
        left_out=int((counted & ~choice.allowed).sum()),
        plateau=None if choice.plateau is None else cell_result(case, found, choice, choice.plateau),
        peak=None if choice.peak is None else cell_result(case, found, choice, choice.peak),
        front=tuple(int(row) for row in choice.front),
        importance=importance(case.space, found.cells, choice.scores),
        overfitting=overfit,
        superiority=search_superiority(returns, hold_returns(case, curve), request.seed),
        walk_forward=None,
        verdict=_cell_verdict(bench, ready, found, choice, curve, None if overfit is None else overfit.pbo),
        notes=_notes(ready, found, choice),
    )


def walked_summary(
    bench: Workbench, ready: Prepared, walked: Walked, begun: float
) -> tuple[SearchSummary, pd.DataFrame]:
    """The result of a walk-forward, and its curve beside buy and hold over the same bars."""
    case, index = ready.case, ready.case.history.bars.index
    first = int(index.searchsorted(walked.equity.index[0]))
    hold = _hold(case, first, first + len(walked.equity))
    curve = pd.DataFrame({"equity": walked.equity.to_numpy(), "hold": hold}, index=walked.equity.index)
    verdict = _verdict(bench, ready, walked.equity.to_numpy(), walked.trade_returns, hold, None)
    idle = sum(not window.parameters for window in walked.summary.windows)
    notes = [
        "Each window is searched on its own bars and traded on those that follow; no search sees a bar of its test.",
        "At the end of a window an open position is valued at the last close, less what closing it would cost.",
    ]
    if idle:
        notes.append(f"In {idle} windows no cell kept the limits: their tests stay in cash.")
    summary = SearchSummary(
        **_head(ready, hold, begun), cells=count_cells(bench.store, ready.study), pruned=0, left_out=0, plateau=None,
        peak=None, front=(), importance=(), overfitting=None, superiority=None, walk_forward=walked.summary,
        verdict=verdict, notes=tuple(notes),
    )  # fmt: skip
    return summary, curve


def _head(ready: Prepared, hold: np.ndarray, begun: float) -> dict[str, Any]:
    history, index = ready.case.history, ready.case.history.bars.index
    return {
        "id": ready.batch,
        "study": ready.study,
        "request": ready.request,
        "data_source": ready.found.collected.source,
        "start": index[history.first].to_pydatetime(),
        "stop": index[history.stop - 1].to_pydatetime(),
        "bars": history.length,
        "hold": _figures(hold, ready.case),
        "seconds": time.perf_counter() - begun,
    }


def _figures(curve: np.ndarray, case: Case) -> Figures:
    return curve_figures(curve, 0, case.terms.bars_per_year)


def _hold(case: Case, first: int, stop: int) -> np.ndarray:
    """Equity (n,) of buy and hold over these rows with the same costs."""
    terms, bars = case.terms, case.history.bars.iloc[first:stop]
    idle = np.zeros(len(bars), dtype=np.int8)
    done = run_backtest(bars, idle, terms.rules, terms.costs, terms.cash, terms.instrument, terms.timeframe)
    return done.curves["hold"].to_numpy()


def _cell_verdict(
    bench: Workbench, ready: Prepared, found: Found, choice: Choice, hold: np.ndarray, pbo: float | None
) -> EdgeVerdict | None:
    """What the chosen cell proves when all that was tried is counted."""
    if choice.plateau is None:
        return None
    case = ready.case
    cell = found.cells[choice.plateau]
    own = {n: float(v) for n, v in zip(case.names, cell, strict=True) if n not in ("stop", "target")}
    decide = case.factory(own)
    if decide is None:
        return None
    stop, target = bracket(case.names, cell, case.terms.rules)
    terms = case.terms
    done = run_backtest(
        case.history.traded, directions_of(case.history, decide), replace(terms.rules, stop=stop, target=target),
        terms.costs, terms.cash, terms.instrument, terms.timeframe,
    )  # fmt: skip
    trades = done.trades["return_"].to_numpy(dtype=float)
    return _verdict(bench, ready, done.curves["equity"].to_numpy(), trades, hold, pbo)


def _verdict(
    bench: Workbench,
    ready: Prepared,
    equity: np.ndarray,
    trades: np.ndarray,
    hold: np.ndarray,
    pbo: float | None,
) -> EdgeVerdict | None:
    from core.evaluate.verdict import judge_edge

    if not (np.isfinite(equity).all() and equity.min() > 0):
        return None
    costs = ready.case.terms.costs
    return judge_edge(
        equity[1:] / equity[:-1] - 1.0,
        trades,
        hold[1:] / hold[:-1] - 1.0,
        ready.case.terms.bars_per_year,
        tally(bench.store, ready.instrument.symbol, ready.request.timeframe),
        pbo=pbo,
        costs_on=costs.fee + costs.half_spread + costs.slippage > 0,
        seed=ready.request.seed,
    )


def _notes(ready: Prepared, found: Found, choice: Choice) -> tuple[str, ...]:
    case, request = ready.case, ready.request
    notes = []
    if case.method is SearchMethod.GRID:
        refused = grid_size(case.space) - len(found)
        if refused:
            notes.append(f"{refused:,} cells of the grid were left out because the strategy refuses them.")
    else:
        searched = [d for d in case.space if not d.fixed]
        if len(request.objectives) > 1 and request.prune:
            notes.append("With several objectives no cell is given up early: Optuna prunes only for one.")
        if all(not d.log for d in searched) and grid_size(case.space) <= request.trials:
            notes.append(
                "The grid of these ranges is no larger than the number of trials: grid would run every cell."
            )
    if choice.plateau is None:
        notes.append("No cell keeps the limits on drawdown and trades: loosen them, or take other ranges.")
    elif choice.plateau != choice.peak:
        notes.append(
            "The plateau is taken, not the peak: the best single cell owes more to luck than a cell whose neighbours "
            "are good too."
        )
    rim = _rim(ready, found, choice)
    if rim:
        notes.append(
            f"The plateau lies at the rim of {', '.join(rim)}: better cells may lie beyond; widen the range."
        )
    return tuple(notes)


def _rim(ready: Prepared, found: Found, choice: Choice) -> list[str]:
    """Dimensions in which the chosen cell is the first or last value."""
    if choice.plateau is None or ready.case.method is not SearchMethod.GRID:
        return []
    cell = found.cells[choice.plateau]
    return [
        d.name
        for d, value in zip(ready.case.space, cell, strict=True)
        if not d.fixed and value in (values(d)[0], values(d)[-1])
    ]
