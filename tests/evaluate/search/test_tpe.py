"""Optuna's search: seeded, resumable, honest about limits."""

from dataclasses import replace

import numpy as np
import optuna
import pandas as pd
import pytest

from core.errors import GlassboxError, JobCancelled, SettingsError
from core.evaluate.search import Crew, choose
from core.evaluate.search.studies import study_storage
from core.evaluate.search.tpe import search_tpe
from core.records import Dimension, Objective, SearchMethod

SPACE = (
    Dimension("fast", 3, 30, log=True), Dimension("slow", 20, 120, log=True),
    Dimension("stop", 0.0, 0.04, 0.01, whole=False), Dimension("target", 0.03, 0.03, whole=False),
)  # fmt: skip
MEMORY = ":memory:"


@pytest.fixture
def storage(tmp_path):
    """(storage setting, study name) → an Optuna storage."""
    return lambda kind, name: study_storage(kind, tmp_path / "studies", name)


def table(found) -> np.ndarray:
    s = found.scores
    return np.column_stack([found.cells, s.total_return, s.sharpe, s.max_drawdown, s.trades, found.pruned])


def test_one_seed_one_search(bars: pd.DataFrame, make_case, forget, storage) -> None:
    case = make_case(bars, SPACE, method=SearchMethod.TPE)
    runs = [
        table(search_tpe(case, Crew(1), 25, seed, True, storage(MEMORY, "s"), "s", forget))
        for seed in (3, 3, 4)
    ]
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


@pytest.mark.parametrize("kind", ["journal", "sqlite:///{folder}/studies.db"])
@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_study_goes_on_as_if_it_had_not_stopped(
    bars: pd.DataFrame, make_case, forget, storage, tmp_path, kind: str, workers: int
) -> None:
    case, kind = make_case(bars, SPACE, method=SearchMethod.TPE), kind.format(folder=tmp_path)
    whole = search_tpe(case, Crew(workers), 30, 3, True, storage(MEMORY, "w"), "w", forget)
    kept: list[int] = []

    def stop(position: int, found) -> None:
        kept.append(position + len(found))
        if kept[-1] >= 14:
            raise JobCancelled("enough")

    with pytest.raises(JobCancelled):
        search_tpe(case, Crew(workers), 30, 3, True, storage(kind, "r"), "r", stop)
    # A process that died while it ran a cell leaves it open.
    study = optuna.load_study(study_name="r", storage=storage(kind, "r"))
    study.ask({"fast": optuna.distributions.IntDistribution(3, 30, log=True)})
    told: list[int] = []
    resumed = search_tpe(
        case, Crew(workers), 30, 3, True, storage(kind, "r"), "r", lambda at, found: told.append(at), kept[-1]
    )
    assert told[0] == kept[-1], "what was kept is not told again"
    np.testing.assert_array_equal(table(whole), table(resumed))


def test_a_study_that_another_process_takes_over_ends_with_a_sentence(
    bars: pd.DataFrame, make_case, forget, storage, tmp_path
) -> None:
    case, kind = make_case(bars, SPACE, method=SearchMethod.TPE), f"sqlite:///{tmp_path}/studies.db"
    mine, theirs = storage(kind, "t"), storage(kind, "t")

    def begun_elsewhere(asked):
        search_tpe(case, Crew(1), 1, 3, True, theirs, "t", forget)  # closes what is under way
        return case.factory(asked)

    taken = replace(case, factory=begun_elsewhere)
    with pytest.raises(GlassboxError, match="Another process runs the study t"):
        search_tpe(taken, Crew(1), 10, 3, True, mine, "t", forget)


def test_poor_cells_are_given_up_only_where_asked(bars: pd.DataFrame, make_case, forget, storage) -> None:
    case = make_case(bars, SPACE, method=SearchMethod.TPE)
    pruned = search_tpe(case, Crew(1), 40, 3, True, storage(MEMORY, "p"), "p", forget)
    whole = search_tpe(case, Crew(1), 40, 3, False, storage(MEMORY, "q"), "q", forget)
    assert 0 < pruned.pruned.sum() < 40 and not whole.pruned.any()
    chosen = choose(case, pruned)
    assert chosen.plateau is not None and not pruned.pruned[chosen.plateau]
    assert np.isnan(chosen.scores[pruned.pruned]).all()


def test_several_objectives_have_a_front_within_the_limits(
    bars: pd.DataFrame, make_case, forget, storage
) -> None:
    case = make_case(
        bars,
        SPACE,
        (Objective.SHARPE, Objective.DRAWDOWN),
        SearchMethod.TPE,
        worst_drawdown=0.2,
        least_trades=15,
    )
    found = search_tpe(case, Crew(1), 40, 3, True, storage(MEMORY, "m"), "m", forget)
    chosen = choose(case, found)
    assert not found.pruned.any() and len(chosen.front)
    assert (found.scores.max_drawdown[chosen.front] >= -0.2).all()
    assert (found.scores.trades[chosen.front] >= 15).all()


def test_the_limits_reach_optuna(bars: pd.DataFrame, make_case, forget, storage) -> None:
    case = make_case(bars, SPACE, method=SearchMethod.TPE, worst_drawdown=0.05, least_trades=20)
    kept = storage(MEMORY, "c")
    found = search_tpe(case, Crew(1), 15, 3, False, kept, "c", forget)
    trials = [t for t in optuna.load_study(study_name="c", storage=kept).trials if "figures" in t.user_attrs]
    for row, trial in enumerate(trials):
        assert trial.constraints["drawdown"] == pytest.approx(-found.scores.max_drawdown[row] - 0.05)
        assert trial.constraints["trades"] == pytest.approx(max(-1, (20 - found.scores.trades[row]) / 20))


def test_a_storage_that_cannot_be_used_is_a_sentence(storage) -> None:
    with pytest.raises(SettingsError, match=r"compute\.storage 'nosuch://x'"):
        storage("nosuch://x", "s")
