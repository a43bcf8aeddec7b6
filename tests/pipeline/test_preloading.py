"""Texts are scored beforehand: of the right assets, in quiet moments, within their share of the budget."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.llm.preload import QUIET
from core.pipeline import Workbench
from core.pipeline.preloading import CYCLE_ID, allowance, last_call, preload, wanted
from core.preloader import AGAIN, KIND, Preloader
from core.records import Headline
from core.runtime import Runtime
from core.settings import Settings, load_settings
from core.store.jobs import JobState
from core.store.llm import LlmMemory, read_calls
from core.store.news import save_headlines
from core.store.visits import save_visit
from tests import quick
from tests.llm.sentiment_script import asked_items
from tests.llm.server import FakeLlm, fake_llm
from tests.llm.whole_script import answers_all
from tests.stored_calls import call

MORNING = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)


class Clock:
    """Stands where a test puts it."""

    def __init__(self) -> None:
        self.now = MORNING

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def fake() -> Iterator[FakeLlm]:
    with fake_llm(answers_all) as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(fake: FakeLlm, clock: Clock) -> Iterator[Runtime]:
    """A runtime that asks the fake server."""
    runtime = Runtime(settings_for(fake), clock)
    yield runtime
    runtime.close()


def settings_for(fake: FakeLlm, **llm: object) -> Settings:
    chosen = {"preset": "custom", "base_url": fake.base_url, "model": "fake-model"} | llm
    return load_settings(**quick.OVERRIDES, llm=chosen)


def visit(bench: Workbench, symbol: str, *hours: float) -> None:
    bench.store.write(*(save_visit(symbol, MORNING - timedelta(hours=ago)) for ago in hours))


def story(symbol: str, number: int) -> Headline:
    at = MORNING - timedelta(hours=number + 1)
    title = f"{symbol} item number {number}: the {'good ' * number}news of the day about {symbol}"
    return Headline(
        f"{symbol}-{number}", "feed", title, f"https://example.org/{symbol}/{number}", (symbol,), at, at
    )


def asked_about(fake: FakeLlm) -> set[str]:
    return {item["asset"].split()[0] for request in fake.heard for item in asked_items(request)}


def told(share: float, words: str) -> None:
    """Nobody listens."""


def test_the_assets_of_the_habit_are_scored_and_then_at_hand(opened: Runtime, fake: FakeLlm) -> None:
    bench = opened.bench
    visit(bench, "ETH-USD", 24, 48, 72)
    bench.store.write(save_headlines([story("ETH-USD", 0), story("ETH-USD", 1), story("AAPL", 0)]))
    words = preload(bench, told)
    assert asked_about(fake) == {"ETH-USD"} and "2 of 2 texts" in words
    assert read_calls(bench.store)["cycle_id"].tolist() == [CYCLE_ID]
    before = len(fake.heard)
    assert "2 of 2 texts" in preload(bench, told) and len(fake.heard) == before


def test_without_a_visit_or_a_model_nobody_is_asked(opened: Runtime, fake: FakeLlm) -> None:
    assert "No asset was looked at" in preload(opened.bench, told)
    visit(opened.bench, "ETH-USD", 1)
    assert "No language model" in preload(replace(opened.bench, llm=None), told)
    assert not fake.heard


def test_a_visit_of_weeks_ago_is_not_worth_it(opened: Runtime) -> None:
    visit(opened.bench, "ETH-USD", 24 * 20 + 5)
    assert wanted(opened.bench, MORNING) == ()


def test_preloading_keeps_to_its_share_of_the_day(fake: FakeLlm, clock: Clock) -> None:
    opened = Runtime(settings_for(fake, day_tokens=40_000, day_money=2.0, preload_share=0.25), clock)
    try:
        left = allowance(opened.bench, MORNING)
        assert (left.cycle_tokens, left.cycle_money) == (10_000, 0.5)
        memory = LlmMemory(opened.store)
        memory.note(
            call(
                1, MORNING - timedelta(hours=1), cycle_id=CYCLE_ID, tokens_in=9_000, tokens_out=500, cost=0.2
            )
        )
        memory.note(
            call(2, MORNING - timedelta(hours=1), cycle_id="a cycle", tokens_in=9_000, tokens_out=500)
        )
        memory.note(call(3, MORNING - timedelta(hours=9), cycle_id=CYCLE_ID))  # yesterday
        left = allowance(opened.bench, MORNING)
        assert left.cycle_tokens == 500 and left.cycle_money == pytest.approx(0.3)
        visit(opened.bench, "ETH-USD", 1)
        opened.store.write(save_headlines([story("ETH-USD", number) for number in range(4)]))
        words = preload(opened.bench, told)
        assert not fake.heard and "0 of 4 texts" in words and "budget" in words
    finally:
        opened.close()


def test_the_job_is_submitted_in_a_quiet_minute_only(opened: Runtime, clock: Clock, fake: FakeLlm) -> None:
    preloader, bench = Preloader(opened), opened.bench
    assert preloader.look() is None, "nobody looked at anything yet"
    visit(bench, "ETH-USD", 24, 0.01)
    bench.store.write(save_headlines([story("ETH-USD", 0)]))
    assert preloader.look() is None, "somebody is at work"
    clock.now = MORNING + QUIET
    job_id = preloader.look()
    assert job_id is not None
    job = opened.jobs.wait(job_id, 60)
    assert (job.kind, job.state) == (KIND, JobState.DONE) and "1 of 1 texts" in job.log[-1]
    assert last_call(bench) == clock.now
    clock.now += AGAIN / 2
    assert preloader.look() is None, "so soon again"
    clock.now += AGAIN / 2
    assert preloader.look() is not None


@pytest.mark.parametrize(
    "llm",
    [{"preload": False}, {"uses": ("forecast",)}, {"preset": "none"}],
    ids=["off", "no texts", "no model"],
)
def test_switched_off_nothing_is_submitted(opened: Runtime, fake: FakeLlm, llm: dict[str, object]) -> None:
    visit(opened.bench, "ETH-USD", 24, 48)
    opened.apply(settings_for(fake, **llm))
    assert Preloader(opened).look() is None


def test_it_ends_at_once_when_the_server_stops(opened: Runtime) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=Preloader(opened).run, args=(stop, 3600.0))
    thread.start()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_trouble_with_the_database_is_logged_and_the_next_look_tries_again(
    opened: Runtime, caplog: pytest.LogCaptureFixture
) -> None:
    visit(opened.bench, "ETH-USD", 24)
    with opened.store.transaction() as cursor:
        cursor.execute("DROP TABLE visits")
    Preloader(opened).run(_Once(), every=0.0)
    assert "Preloading:" in caplog.text


class _Once(threading.Event):
    """Set after one look."""

    def wait(self, timeout: float | None = None) -> bool:
        over = self.is_set()
        self.set()
        return over
