"""Knowledge cut-offs: which name counts, and what is called contaminated."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.knowledge import contaminated, cutoff_of
from core.settings import LlmSettings

SETTINGS = LlmSettings(cutoffs=("qwen2.5 = 2024-03-01", "Qwen2.5-Coder = 2024-02-01", "gpt-5 = 2024-09-30"))
CUTOFF = datetime(2024, 3, 1, tzinfo=UTC)
ASKED = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("model", "known"),
    [
        ("qwen2.5-7b-instruct", date(2024, 3, 1)),
        ("qwen2.5-coder-0.5b", date(2024, 2, 1)),
        ("Qwen/Qwen2.5-7B", date(2024, 3, 1)),
        ("openrouter/qwen/QWEN2.5-CODER-32b", date(2024, 2, 1)),
        ("gpt-5-mini", date(2024, 9, 30)),
        ("gpt-4", None),
        ("my-qwen2.5", None),
        ("", None),
    ],
)
def test_the_longest_name_that_the_models_begins_with_counts(model: str, known: date | None) -> None:
    assert cutoff_of(model, SETTINGS) == known


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (CUTOFF - timedelta(days=400), True),
        (CUTOFF, True),
        (CUTOFF + timedelta(hours=23), True),
        (CUTOFF + timedelta(days=1), False),
        (ASKED, False),
    ],
)
def test_on_and_before_the_cutoff_is_contaminated(as_of: datetime, expected: bool) -> None:
    assert contaminated("qwen2.5-7b", as_of, ASKED, SETTINGS) is expected


@given(age=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)))
def test_without_a_cutoff_only_the_last_day_is_clean(age: timedelta) -> None:
    assert contaminated("unheard-of", ASKED - age, ASKED, SETTINGS) is (age > timedelta(days=1))


@given(
    first=st.integers(0, 2190).map(lambda days: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=days)),
    later=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=900)),
)
def test_what_follows_a_clean_moment_is_clean(first: datetime, later: timedelta) -> None:
    for model in ("qwen2.5-7b", "unheard-of"):
        if not contaminated(model, first, ASKED, SETTINGS):
            assert not contaminated(model, first + later, ASKED, SETTINGS)
