"""Searches as jobs: recorded, resumable, cancellable, on a cluster; the real engine on the sample."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.pipeline import searching
from core.pipeline.search_request import request_arguments, space_from
from core.records import Objective, SearchMethod, SearchRequest, SearchSummary, WindowPlan
from core.runtime import Runtime
from core.settings import load_settings
from core.store.jobs import JobRow, JobState
from core.store.search_runs import count_cells, read_cells, read_search, read_windows
from core.store.trials import tally

ROOT = Path(__file__).resolve().parents[2]
WISHES = {"fast": "4:20:4", "slow": "24:64:8"}


@pytest.fixture
def engine(home: Path) -> Iterator[Runtime]:
    opened = Runtime(load_settings(source="sample"))
    yield opened
    opened.close()


def request(engine: Runtime, method: SearchMethod = SearchMethod.GRID, **terms) -> SearchRequest:
    space = space_from("sma_cross", WISHES, engine.settings, True)
    return SearchRequest("NVDA", "1d", "sample", "sma_cross", method, space, **terms)


def job_of(engine: Runtime, asked: SearchRequest) -> JobRow:
    return engine.jobs.wait(engine.jobs.submit("optimise", request_arguments(asked)), 150)


def done(engine: Runtime, asked: SearchRequest) -> SearchSummary:
    job = job_of(engine, asked)
    assert job.state is JobState.DONE, job.error
    summary = read_search(engine.store, job.id).summary
    assert summary is not None
    return summary


def bare(summary: SearchSummary) -> SearchSummary:
    """Without what differs from run to run; the verdict knows how often was tried, and so differs too."""
    return replace(summary, id="", seconds=0.0, verdict=None)


def cut_after(monkeypatch: pytest.MonkeyPatch, engine: Runtime, commits: int) -> None:
    """Make the next search end as if it were cancelled, after so many commits of cells."""
    whole = searching.Keeper.commit
    seen = 0

    def counting(keeper: searching.Keeper) -> None:
        nonlocal seen
        whole(keeper)
        seen += 1
        if seen == commits:
            for job in engine.jobs.active():
                engine.jobs.cancel(job.id)

    monkeypatch.setattr(searching.Keeper, "commit", counting)
    monkeypatch.setattr(searching, "_PAUSE", 0.0)


def test_a_grid_is_recorded_cell_by_cell(engine: Runtime) -> None:
    summary = done(engine, request(engine))
    assert summary.cells == 30 and summary.plateau is not None and summary.peak is not None
    assert summary.plateau.mean >= summary.peak.mean and summary.peak.score >= summary.plateau.score
    counted = tally(engine.store, "NVDA", "1d")
    assert (counted.runs, counted.distinct) == (30, 30) and counted.sharpe_variance
    assert summary.verdict is not None and summary.verdict.significance.trials == 30
    assert summary.overfitting is not None and 0 <= summary.overfitting.pbo <= 1
    assert summary.superiority is not None and 0 <= summary.superiority <= 1
    cells = read_cells(engine.store, summary.study, [d.name for d in summary.request.space])
    assert len(cells) == 30 and cells["sharpe"].max() == pytest.approx(summary.peak.score)


def test_the_same_search_again_runs_nothing_and_counts_nothing(engine: Runtime) -> None:
    first, again = done(engine, request(engine)), done(engine, request(engine))
    assert bare(first) == bare(again)
    assert tally(engine.store, "NVDA", "1d").runs == 30


def test_a_backtest_of_a_cell_is_no_new_trial(engine: Runtime) -> None:
    from core.views.search import backtest_arguments

    summary = done(engine, request(engine))
    assert summary.plateau is not None
    before = tally(engine.store, "NVDA", "1d").distinct
    near = dict(summary.plateau.parameters)
    job = engine.jobs.wait(engine.jobs.submit("backtest", backtest_arguments(summary, near)), 150)
    assert job.state is JobState.DONE, job.error
    with engine.store.cursor() as cursor:
        ids = cursor.execute(
            "SELECT count(DISTINCT id), count(*) FROM trials WHERE kind = 'backtest'"
        ).fetchone()
        shared = cursor.execute(
            "SELECT count(*) FROM trials b JOIN trials s USING (id) WHERE b.kind = 'backtest' AND s.batch = ?",
            [summary.id],
        ).fetchone()
    assert ids == (1, 1) and shared == (1,), "the backtest has the id of its cell"
    assert tally(engine.store, "NVDA", "1d").distinct >= before


@pytest.mark.parametrize(
    ("method", "terms", "commits"),
    [
        (SearchMethod.GRID, {}, 1),
        (SearchMethod.TPE, {"trials": 24}, 9),
        (SearchMethod.WALK_FORWARD, {"windows": WindowPlan(1500, 600)}, 4),
        (
            SearchMethod.WALK_FORWARD,
            {"windows": WindowPlan(1500, 1200), "inner": SearchMethod.TPE, "trials": 10},
            15,
        ),
    ],
    ids=["grid", "tpe", "walk-forward", "walk-forward by tpe"],
)
def test_cancelled_and_gone_on_with_is_the_same(
    engine: Runtime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: SearchMethod,
    terms: dict,
    commits: int,
) -> None:
    asked = request(engine, method, **terms)
    other = Runtime(load_settings(home=tmp_path / "other", source="sample"))
    try:
        whole = done(other, asked)
        everything = tally(other.store, "NVDA", "1d")
    finally:
        other.close()
    with monkeypatch.context() as patched:
        cut_after(patched, engine, commits)
        job = job_of(engine, asked)
    assert job.state is JobState.CANCELLED
    row = read_search(engine.store, job.id)
    kept = count_cells(engine.store, row.study)
    assert row.summary is None and 0 < kept < whole.cells + whole.pruned
    resumed = done(engine, asked)
    assert bare(resumed) == bare(whole)
    counted = tally(engine.store, "NVDA", "1d")
    assert (counted.runs, counted.distinct) == (everything.runs, everything.distinct), (
        "each cell was counted once"
    )
    assert counted.sharpe_variance == pytest.approx(everything.sharpe_variance)


def test_a_walk_forward_keeps_its_windows(engine: Runtime) -> None:
    summary = done(engine, request(engine, SearchMethod.WALK_FORWARD, windows=WindowPlan(1500, 600, 5)))
    walked = summary.walk_forward
    assert walked is not None and len(walked.windows) == len(read_windows(engine.store, summary.study)) > 3
    for window in walked.windows:
        assert window.train_stop < window.test_start and window.cells == 30
    assert tally(engine.store, "NVDA", "1d").runs == 30 * len(walked.windows)
    assert summary.verdict is not None


def test_limits_that_nothing_keeps_choose_nothing(engine: Runtime) -> None:
    summary = done(engine, request(engine, least_trades=100_000))
    assert summary.plateau is None and summary.left_out == 30 and summary.verdict is None
    assert any("No cell keeps the limits" in note for note in summary.notes)


def test_several_objectives(engine: Runtime) -> None:
    asked = request(engine, SearchMethod.TPE, trials=20, objectives=(Objective.SHARPE, Objective.DRAWDOWN))
    summary = done(engine, asked)
    assert summary.front and summary.pruned == 0


def test_bad_requests_are_sentences(engine: Runtime) -> None:
    good = request(engine)
    for asked, said in (
        (replace(good, trials=0), "give 1 to"),
        (replace(good, worst_drawdown=2.0), "above 0, at most 1"),
        (replace(good, objectives=()), "at least one objective"),
        (replace(good, strategy="nothing"), "There is no strategy"),
        (replace(good, space=good.space[1:]), "must hold fast, slow, stop, target"),
        (
            replace(good, method=SearchMethod.WALK_FORWARD, windows=WindowPlan(100_000, 500)),
            "take shorter windows",
        ),
    ):
        job = job_of(engine, asked)
        assert job.state is JobState.FAILED and said in (job.error or ""), job.error


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A dask scheduler and two workers in processes of their own, on loopback."""
    pytest.importorskip(
        "distributed", reason="dask[distributed] is in requirements-cluster.txt, not installed here"
    )
    port, env = free_port(), os.environ | {"PYTHONPATH": str(ROOT)}
    address = f"tcp://127.0.0.1:{port}"
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]  # fmt: skip
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path)]  # fmt: skip
    log = (tmp_path / "dask.log").open("wb")
    running = [
        subprocess.Popen(words, env=env, stdout=log, stderr=log) for words in (scheduler, worker, worker)
    ]
    try:
        from distributed import Client

        with Client(address, timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        yield address
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:  # a worker that still looks for its scheduler
                process.kill()
                process.wait()
        log.close()


@pytest.mark.slow
@pytest.mark.timeout(600)  # three processes that may each have to compile
def test_a_cluster_of_two_workers_finds_the_same(engine: Runtime, cluster: str) -> None:
    alone = done(engine, request(engine))
    engine.apply(load_settings(source="sample", compute={"backend": "dask", "address": cluster}))
    asked = request(engine, seed=8)  # another study, so that nothing is read back
    spread = done(engine, asked)
    assert spread.plateau == alone.plateau and spread.peak == alone.peak
    names = [d.name for d in asked.space]
    one, other = (read_cells(engine.store, s.study, names).to_numpy(dtype=float) for s in (alone, spread))
    np.testing.assert_array_equal(one, other)
    assert worked(cluster) == 2


def worked(address: str) -> int:
    """How many workers of the cluster have been sent work."""
    from distributed import Client

    with Client(address, timeout=10) as client:
        return sum("core.evaluate.search.cells" in modules for modules in client.run(_loaded).values())


def _loaded() -> list[str]:
    return list(sys.modules)


@pytest.mark.slow
def test_no_scheduler_is_a_sentence(engine: Runtime) -> None:
    pytest.importorskip(
        "distributed", reason="dask[distributed] is in requirements-cluster.txt, not installed here"
    )
    address = f"tcp://127.0.0.1:{free_port()}"
    engine.apply(load_settings(source="sample", compute={"backend": "dask", "address": address}))
    job = job_of(engine, request(engine))
    assert job.state is JobState.FAILED and "No dask scheduler answers" in (job.error or "")
