"""A training as a job: live curve, stop, go on, ledger, judgement; and the agents in a cycle."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.agent.committee import Agents, TreeMind
from core.agent.q_forest import as_bytes
from core.errors import InputError, JobCancelled, NotEnoughHistory, UnknownId
from core.jobs import Jobs
from core.pipeline import Workbench, run_cycle
from core.pipeline.agent_opinion import agent_of
from core.pipeline.agent_request import read_agent_request, resumed_request
from core.pipeline.agent_training import train_agent
from core.pipeline.replaying import rebuilt_run, replay
from core.records import AgentFile, AgentMethod, AgentRun, CycleRequest, Mode, Timeframe
from core.records.agent import BASELINES
from core.runtime import Runtime
from core.settings import load_settings
from core.store.agents import (
    agent_files,
    agent_runs,
    newest_agent,
    points_of_run,
    read_agent_file,
    read_agent_run,
    read_tested,
    save_agent_file,
)
from core.store.jobs import JobState
from core.store.trials import recent_trials
from tests import quick
from tests.pipeline.conftest import NOON

ASKED = {"symbol": "btc", "timeframe": "1h", "source": "sample", "as_of": "2019-06-20T12:00Z"}


@pytest.fixture
def runtime(home: Path) -> Iterator[Runtime]:
    agent = {"seeds": 2, "iterations": 3, "trees": 6}
    opened = Runtime(load_settings(home=home, **quick.OVERRIDES, agent=agent))
    yield opened
    opened.close()


@pytest.fixture
def bench(runtime: Runtime) -> Workbench:
    return runtime.bench


def trained(
    bench: Workbench, run_id: str, check: Callable[[], None] = lambda: None, **asked: str
) -> AgentRun:
    request = read_agent_request(ASKED | asked, bench.settings.agent)
    train_agent(bench, run_id, request, lambda share, words: check(), check)
    run = read_agent_run(bench.store, run_id)
    assert run is not None
    return run


def agents_of(bench: Workbench, run: AgentRun) -> tuple[AgentFile, Agents]:
    file = read_agent_file(bench.store, run.model_id)
    assert file is not None
    return file, bench.agents.take(Path(file.path), file.sha256)


def test_a_training_is_judged_on_its_last_part_and_every_seed_is_counted(bench: Workbench) -> None:
    run = trained(bench, "one")
    judged = run.judgement
    assert judged is not None and run.finished_at is not None
    span = run.span
    assert (
        span.learn_until < span.watch_from < span.watch_until < span.test_from < span.test_until < run.as_of
    )
    assert span.learn_bars + span.watch_bars + span.test_bars + 2 * span.gap_bars == 600
    assert [score.name for score in judged.seeds] == ["seed 0", "seed 1"]
    assert tuple(score.name for score in judged.baselines) == BASELINES
    cash, hold = judged.baselines[:2]
    assert (
        cash.total_return == 0.0
        and max(cash.growth, hold.growth) == (hold if judged.best == "hold" else cash).growth
    )
    assert judged.earned is (judged.reasons == ()) and "seeds grew by" in judged.verdict
    counted = recent_trials(bench.store, "BTC-USD", "1h")
    assert counted["kind"].tolist() == ["agent", "agent"] and judged.significance.trials == 2
    frame = read_tested(bench.store, "one")
    assert len(frame) == span.test_bars and {"close", "exposure", "held", "seed_1", *BASELINES} <= set(
        frame.columns
    )
    assert frame["committee"].iloc[-1] / frame["committee"].iloc[0] - 1 == pytest.approx(
        judged.committee.total_return
    )
    points = points_of_run(bench.store, "one")
    assert [(p.seed, p.step) for p in points] == [(s, k) for s in (0, 1) for k in (1, 2, 3)]
    assert all(p.error is not None and p.learn is not None and p.watch is not None for p in points)
    assert agent_runs(bench.store, "BTC-USD", Timeframe.H1) == (run,)
    trained(bench, "two")
    again = recent_trials(bench.store, "BTC-USD", "1h")
    assert len(again) == 4 and again["id"].nunique() == 2  # the same again is a run, and no new trial


def test_a_stopped_training_goes_on_and_comes_to_the_same(
    bench: Workbench, home: Path, tmp_path: Path
) -> None:
    left = iter(range(1))

    def check() -> None:
        if len(points_of_run(bench.store, "stopped")) >= 4 and next(left, None) is not None:
            raise JobCancelled("stop")

    with pytest.raises(JobCancelled):
        trained(bench, "stopped", check)
    halfway = read_agent_run(bench.store, "stopped")
    assert halfway is not None and halfway.finished_at is None and agent_files(bench.store) == ()
    learnt = points_of_run(bench.store, "stopped")
    assert [(p.seed, p.step) for p in learnt] == [(0, 1), (0, 2), (0, 3), (1, 1)]
    request = resumed_request(bench, "stopped")
    assert request.as_of == halfway.as_of
    train_agent(bench, "resumed", request, lambda share, words: None, lambda: None)
    resumed = read_agent_run(bench.store, "resumed")
    assert resumed is not None and points_of_run(bench.store, "resumed")[:4] == learnt
    other = Runtime(
        load_settings(home=tmp_path / "other", **quick.OVERRIDES, agent=bench.settings.agent.model_dump())
    )
    try:
        whole = trained(other.bench, "whole")
        assert whole.judgement == resumed.judgement and whole.model_id == resumed.model_id
        mine, theirs = agents_of(bench, resumed)[1].mind, agents_of(other.bench, whole)[1].mind
        assert isinstance(mine, TreeMind) and isinstance(theirs, TreeMind) and mine.units == theirs.units
        assert [as_bytes(f) for f in mine.forests] == [as_bytes(f) for f in theirs.forests]
    finally:
        other.close()
    with pytest.raises(UnknownId):
        resumed_request(bench, "never")


def test_the_job_can_be_cancelled_and_taken_up(runtime: Runtime) -> None:
    jobs: Jobs = runtime.jobs
    job = jobs.submit("agent", ASKED | {"iterations": "200", "seeds": "1"})
    until = time.monotonic() + 60
    while not points_of_run(runtime.bench.store, job) and time.monotonic() < until:
        time.sleep(0.02)
    jobs.cancel(job)
    assert jobs.wait(job, 60).state is JobState.CANCELLED
    first = len(points_of_run(runtime.bench.store, job))
    assert 0 < first < 200
    again = jobs.submit("agent", {"resume": job})
    while len(points_of_run(runtime.bench.store, again)) <= first and time.monotonic() < until:
        time.sleep(0.02)
    jobs.cancel(again)
    jobs.wait(again, 60)
    steps = [p.step for p in points_of_run(runtime.bench.store, again)]
    assert steps == list(range(1, len(steps) + 1)) and len(steps) > first


@pytest.mark.slow  # torch takes ten seconds to import on a busy machine
def test_a_ppo_agent_is_trained_judged_kept_and_heard_like_the_other(bench: Workbench) -> None:
    pytest.importorskip("stable_baselines3", reason="an optional extra: requirements-deep.txt")
    run = trained(bench, "ppo", method="ppo", steps="128", seeds="2")
    assert run.judgement is not None and [s.name for s in run.judgement.seeds] == ["seed 0", "seed 1"]
    assert {p.seed for p in points_of_run(bench.store, "ppo")} == {0, 1}
    _, agents = agents_of(bench, run)
    assert agents.method is AgentMethod.PPO and agents.mind.seeds == 2
    again = trained(bench, "again", method="ppo", steps="128", seeds="2")
    assert again.judgement is not None and again.judgement.seeds == run.judgement.seeds
    cycle(bench, "heard")
    _, heard = rebuilt_run(bench, "heard", "decide")
    assert heard.fused is not None and heard.fused.agent is not None and "PPO" in heard.fused.agent.words


def cycle(bench: Workbench, cycle_id: str) -> None:
    run_cycle(CycleRequest("BTC-USD", Timeframe.H1, "sample", NOON, Mode.PAPER), bench, cycle_id)


def test_in_a_cycle_it_is_heard_and_has_no_say_until_it_has_earned_one(bench: Workbench) -> None:
    cycle(bench, "before")
    _, run = rebuilt_run(bench, "before", "decide")
    assert run.fused is not None and run.fused.agent is None
    file, agents = agents_of(bench, trained(bench, "one"))
    cycle(bench, "after")
    _, run = rebuilt_run(bench, "after", "decide")
    assert run.fused is not None and run.fused.agent is not None
    said = run.fused.agent
    assert said.model_id == file.model_id and said.exposure in agents.mind.exposures
    assert said.earned is file.earned and (said.weight > 0) is file.earned and "would hold" in said.words
    assert (
        replay(bench, "after").first_difference is None and replay(bench, "before").first_difference is None
    )
    earned = replace(file, earned=True, verdict="The agent earns its place: made up.")
    bench.store.write(save_agent_file(earned))
    now = agent_of(run, bench, run.fused)
    assert now is not None and now.earned and now.weight == 0.3 and now.exposure == said.exposure
    cheap = bench.settings.costs.model_copy(update={"fee": 0.0})
    elsewhere = replace(bench, settings=bench.settings.model_copy(update={"costs": cheap}))
    other = agent_of(run, elsewhere, run.fused)
    assert other is not None and not other.earned and other.weight == 0.0 and "other limits" in other.words


def test_agents_of_the_future_are_not_heard(bench: Workbench) -> None:
    file, _ = agents_of(bench, trained(bench, "one"))
    key = ("BTC-USD", Timeframe.H1, "sample")
    assert newest_agent(bench.store, *key, file.as_of, file.trained_at) == file
    early = file.as_of.replace(day=19)
    assert newest_agent(bench.store, *key, early, file.trained_at) is None
    assert newest_agent(bench.store, *key, file.as_of, file.trained_at.replace(year=2000)) is None


def test_a_lost_file_is_told_and_the_cycle_goes_on(bench: Workbench) -> None:
    file, _ = agents_of(bench, trained(bench, "one"))
    Path(file.path).unlink()
    fresh = replace(bench, agents=type(bench.agents)())
    cycle(fresh, "lost")
    _, run = rebuilt_run(fresh, "lost", "decide")
    assert run.fused is not None and run.fused.agent is not None
    assert run.fused.agent.weight == 0.0 and "Train the agent again" in run.fused.agent.words


def test_what_cannot_be_asked_for_is_refused(bench: Workbench) -> None:
    settings = bench.settings.agent
    for wrong in ({"method": "dqn"}, {"seeds": "0"}, {"iterations": "many"}, {"timeframe": "7m"}):
        with pytest.raises(InputError):
            read_agent_request(ASKED | wrong, settings)
    read = read_agent_request(ASKED | {"method": "ppo", "seeds": "12"}, settings)
    assert read.method is AgentMethod.PPO and read.seeds == 12 and read.symbol == "BTC-USD"
    collect = bench.settings.collect.model_copy(update={"train_bars": 300})
    short = replace(bench, settings=bench.settings.model_copy(update={"collect": collect}))
    with pytest.raises(NotEnoughHistory, match="to learn from"):
        trained(short, "short")
