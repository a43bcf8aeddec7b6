"""A cell's figures are those of a backtest of the same, in one process or in several."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError, SettingsError
from core.evaluate import run_backtest
from core.evaluate.search import Crew, accepted_cells, crew, evaluate_cells, sweep_grid
from core.evaluate.search import cells as cells_module
from core.records import Dimension
from core.settings import Backend, ComputeSettings


def brute_force(case, cells: np.ndarray) -> np.ndarray:
    found = []
    for cell in cells:
        decide = case.factory(dict(zip(case.names[:2], cell[:2], strict=True)))
        rules = replace(case.terms.rules, stop=cell[2] or np.nan, target=cell[3] or np.nan)
        terms, direction = case.terms, decide(case.history.bars, case.history.features)[case.history.first :]
        m = run_backtest(
            case.history.traded, direction, rules, terms.costs, terms.cash, terms.instrument, terms.timeframe
        ).metrics
        found.append((m.total_return, np.nan if m.sharpe is None else m.sharpe, m.max_drawdown, m.trades))
    return np.array(found)


def table(scores) -> np.ndarray:
    return np.column_stack([scores.total_return, scores.sharpe, scores.max_drawdown, scores.trades])


def test_a_sweep_is_a_backtest_of_every_cell(bars: pd.DataFrame, make_case, forget) -> None:
    case = make_case(bars)
    found = sweep_grid(case, Crew(1), forget)
    # fast 4…20 below slow 12…48, three stops: 2 + 5 + 5 + 5 pairs
    assert len(found) == 3 * (2 + 5 + 5 + 5)
    assert np.unique(found.scores.trades).size > 3
    np.testing.assert_allclose(table(found.scores), brute_force(case, found.cells), rtol=1e-9, atol=1e-11)


def test_chunks_change_nothing(bars: pd.DataFrame, make_case, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(bars)
    cells = accepted_cells(case)
    whole = table(evaluate_cells(case.history, case.factory, case.names, cells, case.terms))
    monkeypatch.setattr(cells_module, "CHUNK_BYTES", 5 * case.history.length)
    parts = table(evaluate_cells(case.history, case.factory, case.names, cells, case.terms))
    np.testing.assert_array_equal(whole, parts)


def test_what_comes_after_the_history_changes_no_cell(bars: pd.DataFrame, make_case) -> None:
    case = make_case(bars)
    poisoned = bars.copy()
    poisoned.iloc[600:] = poisoned.iloc[600:].to_numpy()[::-1] * 3.0
    cells = accepted_cells(case)
    found = [
        table(evaluate_cells(make_case(b).history.until(600), case.factory, case.names, cells, case.terms))
        for b in (bars, poisoned)
    ]
    np.testing.assert_array_equal(*found)


def test_a_refused_cell_has_no_figures(bars: pd.DataFrame, make_case) -> None:
    case = make_case(bars)
    cells = np.array([[20.0, 12.0, 0.0, 0.03], [4.0, 12.0, 0.0, 0.03]])
    found = table(evaluate_cells(case.history, case.factory, case.names, cells, case.terms))
    assert np.isnan(found[0]).all() and np.isfinite(found[1]).all()


@pytest.mark.slow  # two fresh processes import and load compiled code
@pytest.mark.parametrize("backend", [Backend.LOKY, Backend.THREADING])
def test_workers_give_the_same_figures(bars: pd.DataFrame, make_case, forget, backend: Backend) -> None:
    case = make_case(bars)
    alone = sweep_grid(case, Crew(1), forget)
    with crew(ComputeSettings(backend=backend, workers=2)) as workers:
        assert workers.count == 2
        together = sweep_grid(case, workers, forget)
    np.testing.assert_array_equal(table(alone.scores), table(together.scores))
    np.testing.assert_array_equal(alone.cells, together.cells)


def test_a_grid_without_end_is_refused(bars: pd.DataFrame, make_case) -> None:
    wide = (Dimension("fast", 2, 500, 1), Dimension("slow", 3, 1000, 1), *make_case(bars).space[2:])
    with pytest.raises(InputError, match="more than 100,000"):
        accepted_cells(make_case(bars, wide))
    with pytest.raises(InputError, match="takes no cell"):
        accepted_cells(make_case(bars, (Dimension("fast", 60, 80, 10), *make_case(bars).space[1:])))


def test_a_cluster_that_cannot_be_had_is_a_sentence() -> None:
    pytest.importorskip(
        "distributed", reason="dask[distributed] is in requirements-cluster.txt, not installed here"
    )
    with pytest.raises(SettingsError, match="no address is set"), crew(ComputeSettings(backend=Backend.DASK)):
        pass


def test_ray_that_is_missing_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SettingsError, match="pip install ray"), crew(ComputeSettings(backend=Backend.RAY)):
        pass
