"""The autopilot over a real engine on the sample, its jobs done at once."""

import itertools
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.autopilot import Autopilot
from core.errors import GlassboxError, InputError, UnknownSymbol
from core.jobs import JobContext
from core.records import Step
from core.runtime import Runtime
from core.settings import load_settings
from core.store.audit import check_chain, read_audit
from core.store.autopilot import last_heartbeat, read_step, read_steps
from core.store.cycles import list_cycles
from core.store.visits import read_visits
from core.work import HANDLERS
from tests import quick

START = datetime(2026, 1, 5, 12, 0, 30, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


class AtOnce:
    """Does a job when it is submitted, as the pool's thread would; what fails is kept."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self.done: list[tuple[str, str]] = []
        self.failed: list[str] = []

    def submit(self, kind: str, arguments: Mapping[str, str], key: str = "") -> str:
        job_id = f"{kind}-{len(self.done)}"
        self.done.append((kind, key))
        context = _Context(job_id, arguments)
        try:
            HANDLERS[kind](context, self._runtime.bench)
        except GlassboxError as err:
            self.failed.append(str(err))
        return job_id


class _Context(JobContext):
    def __init__(self, job_id: str, arguments: Mapping[str, str]) -> None:
        self.id, self.arguments, self.said = job_id, dict(arguments), ""

    def progress(self, fraction: float, message: str) -> None:
        self.said = message

    def check(self) -> None:
        """Never cancelled."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runtime(home: Path, clock: Clock) -> Iterator[Runtime]:
    (home / "settings.toml").write_text(quick.TOML)
    opened = Runtime(load_settings(), clock)
    yield opened
    opened.close()


@pytest.fixture
def jobs(runtime: Runtime) -> AtOnce:
    return AtOnce(runtime)


@pytest.fixture
def pilot(runtime: Runtime, jobs: AtOnce) -> Autopilot:
    return Autopilot(lambda: runtime.bench, jobs)


def test_it_does_nothing_before_it_is_switched_on(pilot: Autopilot, jobs: AtOnce) -> None:
    assert pilot.state is None and pilot.stop("ann", "page") is None
    assert [pilot.turn(step) for step in Step] == [()] * 4 and jobs.done == []
    with pytest.raises(InputError, match="no assets yet"):
        pilot.force(Step.COLLECT, "ann", "page")


def test_switching_leaves_a_trail(pilot: Autopilot, runtime: Runtime) -> None:
    pilot.start("ann", "page", ("btc/usdt", "ETH-USD", "BTC-USD"))
    state = pilot.state
    assert state is not None and state.running
    assert (state.assets, state.timeframe, state.source) == (("BTC-USD", "ETH-USD"), "1h", "sample")
    pilot.stop("bob", "rest 127.0.0.1")
    assert pilot.state is not None and not pilot.state.running
    told = [(e.deed.who, e.deed.origin, e.deed.action, e.deed.after[:3]) for e in read_audit(runtime.store)]
    assert told == [("bob", "rest 127.0.0.1", "stop", "off"), ("ann", "page", "start", "on:")]
    assert check_chain(runtime.store).broken_at is None


def test_what_cannot_be_is_refused_and_nothing_is_switched(pilot: Autopilot) -> None:
    with pytest.raises(UnknownSymbol):
        pilot.start("ann", "page", ("???",))
    with pytest.raises(InputError, match="choose one of"):
        pilot.start("ann", "page", ("BTC-USD",), timeframe="2h")
    assert pilot.state is None


def test_a_round_collects_forecasts_and_decides(pilot: Autopilot, jobs: AtOnce, runtime: Runtime) -> None:
    pilot.start("ann", "page", ("BTC-USD", "ETH-USD"))
    for step in Step:
        pilot.turn(step)
    assert jobs.failed == []
    assert [kind for kind, _ in jobs.done] == ["fetch"] * 2 + ["forecast"] * 2 + ["cycle"] * 2 + [
        "settle"
    ] * 2
    assert {symbol for _, symbol in jobs.done} == {"BTC-USD", "ETH-USD", "live", "sample-crypto-2019"}
    runs = read_steps(runtime.store)
    assert len(runs) == 8 and all(run.ok and run.failures == 0 and run.words for run in runs)
    assert read_visits(runtime.store, START - timedelta(days=1)) == ()
    assert last_heartbeat(runtime.store) == START


def test_each_turn_on_the_sample_goes_one_bar_further(pilot: Autopilot, runtime: Runtime) -> None:
    pilot.start("ann", "page", ("BTC-USD",))
    for _ in range(3):
        pilot.turn(Step.SIGNALS)
    moments = sorted(list_cycles(runtime.store)["as_of"])
    assert [later - earlier for earlier, later in itertools.pairwise(moments)] == [timedelta(hours=1)] * 2


def test_forecasts_can_be_switched_off(home: Path, clock: Clock) -> None:
    opened = Runtime(load_settings(**quick.OVERRIDES, autopilot={"predictions": False}), clock)
    try:
        jobs = AtOnce(opened)
        pilot = Autopilot(lambda: opened.bench, jobs)
        pilot.start("ann", "page", ("BTC-USD",))
        assert pilot.turn(Step.PREDICT) == () and pilot.turn(Step.TRADE) != ()
    finally:
        opened.close()


def test_what_fails_rests_longer_each_time_and_may_be_forced(
    pilot: Autopilot, jobs: AtOnce, runtime: Runtime, clock: Clock
) -> None:
    pilot.start("ann", "page", ("BTC-USD",), source="file:/nowhere.csv")
    assert pilot.turn(Step.COLLECT) != ()
    run = read_step(runtime.store, Step.COLLECT, "BTC-USD")
    assert run is not None and not run.ok and "nowhere" in run.words and "nowhere" in jobs.failed[0]
    assert (run.failures, run.rests_until) == (1, START + timedelta(minutes=2))
    clock.now += timedelta(minutes=1)
    assert pilot.turn(Step.COLLECT) == ()
    clock.now += timedelta(minutes=1)
    assert pilot.turn(Step.COLLECT) != ()
    run = read_step(runtime.store, Step.COLLECT, "BTC-USD")
    assert run is not None and (run.failures, run.rests_until) == (2, clock.now + timedelta(minutes=4))
    assert pilot.force(Step.COLLECT, "bob", "page") != ()
    assert read_audit(runtime.store)[0].deed.action == "force"


def test_a_failed_cycle_rests_too(pilot: Autopilot, jobs: AtOnce, runtime: Runtime) -> None:
    pilot.start("ann", "page", ("BTC-USD",), source="file:/nowhere.csv")
    pilot.turn(Step.SIGNALS)
    run = read_step(runtime.store, Step.SIGNALS, "BTC-USD")
    assert run is not None and not run.ok and run.rests_until is not None and len(jobs.failed) == 1


def test_a_server_that_starts_again_goes_on(
    pilot: Autopilot, runtime: Runtime, jobs: AtOnce, clock: Clock
) -> None:
    assert not pilot.resume()
    pilot.start("ann", "page", ("BTC-USD",))
    pilot.turn(Step.TRADE)
    clock.now += timedelta(hours=7)
    assert Autopilot(lambda: runtime.bench, jobs).resume()
    deed = read_audit(runtime.store)[0].deed
    assert deed.action == "resume" and "12:00:30" in deed.before
    assert deed.after == (
        "away for 7 h; no job was under way; no book was open; missed bars are met in their order"
    )
    pilot.stop("ann", "page")
    assert not Autopilot(lambda: runtime.bench, jobs).resume()
