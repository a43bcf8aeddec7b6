"""The night's work: once a night, caught up after a sleep, and out of the way of trading."""

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from core.jobs import JobContext, Jobs
from core.records import CycleRequest, Mode, Timeframe
from core.runtime import Runtime
from core.settings import Settings, load_settings
from core.store import Store
from core.store.autopilot import last_night
from core.store.cycles import open_cycle
from core.store.jobs import JobState
from core.views.autopilot_nights import night_view
from tests import quick
from tests.autopilot.test_pilot import Clock

EVENING = datetime(2026, 1, 5, 20, tzinfo=UTC)


def settings() -> Settings:
    """Only the back-up at night: what the others do is told elsewhere."""
    quiet = {"daily_report": False, "daily_optimisation": False}
    return load_settings(**quick.OVERRIDES, autopilot=quiet)


def opened(clock: Clock) -> Runtime:
    return Runtime(settings(), clock)


def backups(runtime: Runtime) -> list[JobState]:
    runtime.jobs.drain(60)
    return [job.state for job in runtime.jobs.recent(200) if job.kind == "backup"]


def test_a_night_comes_once_and_a_missed_one_is_caught_up_once(home: Path) -> None:
    clock = Clock()
    clock.now = EVENING
    runtime = opened(clock)
    runtime.resume()
    assert last_night(runtime.store) is None and backups(runtime) == []  # it was never on
    runtime.autopilot.start("ann", "test", ("BTC-USD",))
    runtime.close()
    clock.now += timedelta(days=2, hours=6)  # two nights slept through
    runtime = opened(clock)
    runtime.resume()
    runtime.schedule.close()
    night = last_night(runtime.store)
    assert night is not None and (night.day, night.begun_at) == (date(2026, 1, 8), clock.now)
    assert backups(runtime) == [JobState.DONE]
    assert not runtime.night()
    view = night_view(runtime.bench, {})
    assert "begun 02:00 UTC because nobody was awake" in view.words
    works = {work.name: work for work in view.works}
    assert works["Back-up"].on and works["Back-up"].words.startswith("2026-01-08 02:00 UTC, 0 s: ")
    assert not works["Daily report"].on and works["Daily report"].words == "Not yet."
    runtime.close()
    runtime = opened(clock)
    runtime.resume()
    runtime.schedule.close()
    assert backups(runtime) == [JobState.DONE]
    clock.now = datetime(2026, 1, 9, tzinfo=UTC)
    assert runtime.night() and backups(runtime) == [JobState.DONE, JobState.DONE]
    runtime.close()


def test_a_night_that_was_cut_short_is_finished_at_the_next_start(home: Path) -> None:
    clock = Clock()
    clock.now = EVENING - timedelta(days=1)
    runtime = opened(clock)
    runtime.autopilot.start("ann", "test", ("BTC-USD",))
    clock.now = EVENING
    assert runtime.night()
    runtime.jobs.drain(60)
    with runtime.store.transaction() as cursor:  # as a power cut leaves it
        cursor.execute("UPDATE jobs SET state = 'running', finished_at = NULL WHERE kind = 'backup'")
    runtime.close()
    runtime = opened(clock)
    runtime.resume()
    runtime.schedule.close()
    assert sorted(backups(runtime)) == [JobState.DONE, JobState.INTERRUPTED]
    runtime.close()


def test_no_trade_waits_for_a_night(store: Store) -> None:
    go, traded = threading.Event(), threading.Event()

    def long(context: JobContext) -> None:
        go.wait(20)

    def trade(context: JobContext) -> None:
        traded.set()

    jobs = Jobs(store, {"improve": long, "cycle": trade}, 1, lambda: datetime.now(UTC), patient=("improve",))
    for number in range(3):
        jobs.submit("improve", {}, key=str(number))
    jobs.submit("cycle", {})
    assert traded.wait(10)
    go.set()
    jobs.close()


def test_a_night_of_a_server_whose_autopilot_is_off_keeps_the_back_up(home: Path) -> None:
    clock = Clock()
    clock.now = EVENING
    runtime = Runtime(load_settings(**quick.OVERRIDES), clock)
    assert runtime.night()
    runtime.jobs.drain(60)
    assert [job.kind for job in runtime.jobs.recent()] == ["backup"], "no cycle ran, and nothing is traded"
    runtime.close()


def nightly(runtime: Runtime) -> list[tuple[str, dict[str, str]]]:
    """What nights have submitted, oldest first."""
    runtime.schedule.close()
    runtime.jobs.drain(60)
    jobs = sorted(runtime.jobs.recent(200), key=lambda job: (job.submitted_at, job.kind))
    return [(job.kind, dict(job.arguments)) for job in jobs if job.key.endswith(":nightly")]


def test_a_server_whose_autopilot_is_off_catches_a_missed_night_up_once(home: Path) -> None:
    clock = Clock()
    clock.now = EVENING

    def served() -> list[tuple[str, dict[str, str]]]:
        runtime = Runtime(load_settings(**quick.OVERRIDES), clock)
        runtime.resume()
        told = nightly(runtime)
        runtime.close()
        return told

    assert served() == [], "a new database has missed nothing"
    request = CycleRequest("BTC-USD", Timeframe.H1, "sample", None, Mode.PAPER)
    runtime = Runtime(load_settings(**quick.OVERRIDES), clock)
    runtime.store.write(open_cycle("monday", request, clock.now))
    runtime.close()
    assert served() == [], "it is the same day still"
    clock.now = EVENING + timedelta(days=2, hours=14)  # Monday evening, then Thursday morning
    backup, report = ("backup", {}), ("report", {"day": "2026-01-05"})
    assert served() == [backup, report]
    clock.now += timedelta(hours=2)
    assert served() == [backup, report], "it was caught up already"
    clock.now += timedelta(days=1)
    assert served() == [backup, report, backup], "no cycle ran since, so there is nothing to tell"
