"""The mood at past bars: from what could be read then, by the lexicon and by what a language model is on record with."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from core.collect import LIVE
from core.instruments import resolve
from core.llm import Purse
from core.pipeline import Workbench
from core.pipeline.mood import mood_of
from core.pipeline.news import headlines_at
from core.pipeline.text_scoring import score_texts
from core.pipeline.whole_cycle.moods import Published, mood_signals, moods_of, published
from core.records import Headline, NewsKind
from core.runtime import Runtime
from core.sentiment import Lexicon
from core.settings import load_settings
from core.signals import sentiment_signal
from core.store.news import save_headlines
from tests import quick
from tests.llm.sentiment_script import judging
from tests.llm.server import FakeLlm, fake_llm

BTC = resolve("BTC-USD")
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MOMENTS = [NOON + n * HOUR for n in range(-48, 1)]


def headline(key: str, title: str, hours: float, fetched: float | None = None, **more: object) -> Headline:
    at, seen = NOON - hours * HOUR, NOON - (hours if fetched is None else fetched) * HOUR
    return replace(Headline(key, "wire", title, "", ("BTC-USD",), at, seen), **more)  # type: ignore[arg-type]


NEWS = (
    headline("a", "Bitcoin surges as a fund is approved", 40),
    headline("b", "Exchange hacked, withdrawals halted", 30, 20),
    headline("c", "Bitcoin rallies on new demand", 12, 11, kind=NewsKind.SOCIAL),
    headline("d", "Conference opens in Berlin", 5),
    headline("u", "Bitcoin crashes without a date", 25, dated=False),
)


@pytest.fixture
def fake() -> Iterator[FakeLlm]:
    # the other way round, so that nobody mistakes the model for the lexicon
    with fake_llm(
        judging(lambda asset, text: {"score": -0.9 if "surge" in text or "rall" in text else 0.9})
    ) as server:
        yield server


def open_bench(home: Path, fake: FakeLlm, cutoffs: tuple[str, ...] = ("fake-model = 2024-01-01",)) -> Runtime:
    llm = {"preset": "custom", "base_url": fake.base_url, "model": "fake-model", "cutoffs": list(cutoffs)}
    settings = load_settings(home=home, **quick.OVERRIDES | {"llm": llm, "news": {"sources": []}})
    return Runtime(settings, clock=lambda: NOON)


@pytest.fixture
def bench(home: Path, fake: FakeLlm) -> Iterator[Workbench]:
    opened = open_bench(home, fake)
    opened.store.write(save_headlines(NEWS))
    yield opened.bench
    opened.close()


def known_to(bench: Workbench) -> tuple[Published, ...]:
    return published(bench, BTC, LIVE, MOMENTS[0] - timedelta(days=5), NOON)[0]


def test_what_has_no_date_is_left_out_and_late_items_count_from_when_they_came(bench: Workbench) -> None:
    known, problems = published(bench, BTC, LIVE, MOMENTS[0], NOON)
    assert [one.item.id for one in known] == ["a", "b", "c", "d"]
    assert known[1].known_at == NOON - 20 * HOUR
    assert "1 headlines have no date" in problems[0].what
    signals = dict(
        zip(MOMENTS, mood_signals("BTC-USD", known, MOMENTS, Lexicon(), bench.settings), strict=True)
    )
    assert signals[NOON - 41 * HOUR] is None and signals[NOON - 40 * HOUR] is not None
    assert signals[NOON - 21 * HOUR] == signals[NOON - 40 * HOUR], "published, not yet fetched"
    assert signals[NOON - 20 * HOUR] != signals[NOON - 21 * HOUR]


def test_every_bar_reads_what_a_cycle_of_its_close_would_read(bench: Workbench, fake: FakeLlm) -> None:
    """Bit for bit, with the lexicon and with a model whose answers are on record."""
    done = score_texts(bench, ["BTC-USD"], lambda share, words: None, Purse(bench.settings.llm))
    assert done.scored == 5
    moods = moods_of(bench, BTC, known_to(bench), MOMENTS, bench.settings)
    asked = len(fake.heard)
    for moment, signal in zip(MOMENTS, moods.clean, strict=True):
        seen = tuple(h for h in headlines_at(bench, BTC, LIVE, moment, moment)[0] if h.dated)
        lived = mood_of(bench, BTC, seen, moment, moment, Purse(bench.settings.llm)).sentiment
        assert sentiment_signal(lived) == signal
    assert len(fake.heard) == asked, "everything was on record"
    assert moods.scored == 4 and moods.contaminated == 0 and moods.clean == moods.remembered
    assert moods.clean[-1] is not None and moods.clean[10] is not None


def test_nobody_is_asked_and_what_is_not_on_record_keeps_the_lexicons_score(
    bench: Workbench, fake: FakeLlm
) -> None:
    moods = moods_of(bench, BTC, known_to(bench), MOMENTS, bench.settings)
    alone = mood_signals("BTC-USD", known_to(bench), MOMENTS, bench.lexicon, bench.settings)
    assert list(moods.clean) == alone and moods.scored == 0 and fake.heard == []


@pytest.mark.parametrize(
    ("cutoffs", "stale"),
    [
        (("fake-model = 2026-05-03",), 28),  # closes of the 3rd and before, from the first item on
        (("fake-model = 2030-01-01",), 41),
        ((), 16),  # not known: all that is older than a day
    ],
    ids=["in between", "after all", "not known"],
)
def test_answers_of_a_model_that_may_remember_are_apart(
    home: Path, fake: FakeLlm, cutoffs: tuple[str, ...], stale: int
) -> None:
    opened = open_bench(home, fake, cutoffs)
    bench = opened.bench
    bench.store.write(save_headlines(NEWS))
    alone = mood_signals("BTC-USD", known_to(bench), MOMENTS, bench.lexicon, bench.settings)
    score_texts(bench, ["BTC-USD"], lambda share, words: None, Purse(bench.settings.llm))
    moods = moods_of(bench, BTC, known_to(bench), MOMENTS, bench.settings)
    opened.close()
    dirty = [a != b for a, b in zip(moods.clean, moods.remembered, strict=True)]
    assert moods.contaminated == stale >= sum(dirty) > 0
    spoilt = [place for place, differs in enumerate(dirty) if differs]
    assert [moods.clean[place] for place in spoilt] == [alone[place] for place in spoilt]
    if cutoffs != ("fake-model = 2030-01-01",):
        assert moods.clean[-1] == moods.remembered[-1] != alone[-1]


@given(moment=st.integers(0, 47), later=st.lists(st.floats(0.01, 30), min_size=1, max_size=4))
@hypothesis(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_came_later_changes_what_was_read_before(
    bench: Workbench, moment: int, later: list[float]
) -> None:
    """Items published before and fetched after a moment, or published after it, change nothing up to it."""
    known = known_to(bench)
    at = MOMENTS[moment]
    planted = [
        Published(headline(f"x{n}", f"Bitcoin crashes, report {n}", 47 - n), at + hours * HOUR)
        for n, hours in enumerate(later)
    ]
    more = sorted([*known, *planted], key=lambda one: one.item.published_at)
    before = mood_signals("BTC-USD", known, MOMENTS, bench.lexicon, bench.settings)
    after = mood_signals("BTC-USD", more, MOMENTS, bench.lexicon, bench.settings)
    assert before[: moment + 1] == after[: moment + 1]
