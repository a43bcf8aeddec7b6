import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from core.errors import InputError, NotFound, UnknownId
from core.jobs import JobContext, Jobs
from core.store import Store
from core.store.jobs import JobState


class Bench:
    """Jobs whose steps a test releases."""

    def __init__(self, store: Store) -> None:
        self.go = threading.Event()
        self.started = threading.Event()
        self.runs = 0
        handlers = {"slow": self.slow, "refuse": self.refuse, "break": self.crash, "input": self.wrong}
        self.jobs = Jobs(store, handlers, 2, lambda: datetime.now(UTC))

    def slow(self, context: JobContext) -> str:
        self.runs += 1
        self.started.set()
        context.progress(0.5, "half way")
        self.go.wait(5)
        context.progress(0.9, "nearly")
        return f"result of {context.arguments['name']}"

    def refuse(self, context: JobContext) -> None:
        raise NotFound("yfinance knows no such asset.")

    def wrong(self, context: JobContext) -> None:
        raise InputError("Dates are swapped.")

    def crash(self, context: JobContext) -> None:
        raise ZeroDivisionError("by zero")


@pytest.fixture
def bench(store: Store) -> Iterator[Bench]:
    made = Bench(store)
    yield made
    made.go.set()
    made.jobs.close()


def test_a_job_runs_tells_and_ends(bench: Bench) -> None:
    job_id = bench.jobs.submit("slow", {"name": "a"})
    assert bench.started.wait(5)
    assert bench.jobs.read(job_id).state in (JobState.RUNNING, JobState.QUEUED)
    bench.go.set()
    job = bench.jobs.wait(job_id, 5)
    assert (job.state, job.result_id, job.progress) == (JobState.DONE, "result of a", 1.0)
    assert job.log == ("half way", "nearly")
    assert job.finished_at is not None and job.started_at is not None and job.finished_at >= job.started_at


def test_one_job_of_a_key_at_a_time(bench: Bench) -> None:
    first = bench.jobs.submit("slow", {"name": "a"}, key="BTC-USD")
    assert bench.jobs.submit("slow", {"name": "again"}, key="BTC-USD") == first
    assert bench.jobs.submit("slow", {"name": "b"}, key="ETH-USD") != first
    bench.go.set()
    bench.jobs.wait(first, 5)
    assert bench.jobs.submit("slow", {"name": "c"}, key="BTC-USD") != first


def test_cancel_stops_at_the_next_step(bench: Bench) -> None:
    job_id = bench.jobs.submit("slow", {"name": "a"})
    assert bench.started.wait(5)
    bench.jobs.cancel(job_id)
    bench.go.set()
    job = bench.jobs.wait(job_id, 5)
    assert (job.state, job.result_id) == (JobState.CANCELLED, None)


@pytest.mark.parametrize(
    ("kind", "said", "bad_input"),
    [
        ("refuse", "no such asset", False),
        ("input", "swapped", True),
        ("break", "Unexpected ZeroDivisionError", False),
    ],
)
def test_failures_end_as_a_sentence(bench: Bench, kind: str, said: str, bad_input: bool) -> None:
    job = bench.jobs.wait(bench.jobs.submit(kind, {}), 5)
    assert job.state is JobState.FAILED
    assert said in (job.error or "")
    assert job.bad_input is bad_input


def test_what_a_dead_process_left_is_marked(store: Store, bench: Bench) -> None:
    job_id = bench.jobs.submit("slow", {"name": "a"})
    assert bench.started.wait(5)
    after = Jobs(store, {}, 1, lambda: datetime.now(UTC))  # what a restarted process does first
    job = after.read(job_id)
    assert job.state is JobState.INTERRUPTED
    assert "Run it again" in (job.error or "")
    after.close()


def test_unknown_kinds_and_ids(bench: Bench) -> None:
    with pytest.raises(InputError, match="choose one of"):
        bench.jobs.submit("dance", {})
    with pytest.raises(UnknownId):
        bench.jobs.read("nope")


def test_urgent_work_does_not_wait_behind_long_work(store: Store) -> None:
    go, guarded = threading.Event(), threading.Event()

    def long(context: JobContext) -> None:
        go.wait(20)

    def guard(context: JobContext) -> None:
        guarded.set()

    jobs = Jobs(store, {"long": long, "guard": guard}, 1, lambda: datetime.now(UTC), urgent=("guard",))
    for number in range(3):
        jobs.submit("long", {}, key=str(number))
    jobs.submit("guard", {})
    assert guarded.wait(10)
    go.set()
    jobs.close()
