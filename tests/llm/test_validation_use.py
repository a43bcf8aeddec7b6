"""How an answer about a proposed trade is read: whatever it says, no size grows."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.llm.quoting import unknown_numbers
from core.llm.use import Unit
from core.llm.uses.validation import MISQUOTED, TOPICS, VALIDATION, Review, safe_factor
from core.llm.uses.validation_facts import MoodFacts, ask, proposal_unit
from tests.llm.judging_script import FACTS, other, review

UNIT = proposal_unit(FACTS)


def read(*answers: object, units: tuple[Unit, ...] = (UNIT,)) -> tuple[Review | None, ...]:
    return VALIDATION.read(VALIDATION.batch.model_validate_json(json.dumps({"answers": answers})), units)


def test_every_example_is_read_as_it_stands() -> None:
    factors = []
    for asked, answered in VALIDATION.examples:
        facts = json.loads(asked)["proposals"][0]
        unit = Unit(facts["symbol"], json.dumps(facts))
        (said,) = VALIDATION.read(VALIDATION.batch.model_validate_json(answered), (unit,))
        assert said is not None
        assert all(getattr(said.concerns, topic).words != MISQUOTED for topic in TOPICS)
        factors.append(said.factor)
    assert factors == [1.0, 0.5, 0.0]


@pytest.mark.parametrize(
    ("verdict", "said", "kept"),
    [
        ("approve", 1.0, 1.0), ("approve", 5.0, 1.0), ("approve", 0.0, 1.0), ("approve", math.nan, 1.0),
        ("veto", 0.0, 0.0), ("veto", 1.0, 0.0), ("veto", -3.0, 0.0),
        ("shrink", 0.3, 0.3), ("shrink", 1.004, 1.0), ("shrink", -0.004, 0.0),
        ("shrink", 1.5, None), ("shrink", 50.0, None), ("shrink", -0.5, None), ("shrink", math.inf, None),
    ],
)  # fmt: skip
def test_contradictions_are_made_safe(verdict: str, said: float, kept: float | None) -> None:
    assert safe_factor(verdict, said) == kept


@given(
    verdict=st.sampled_from(["approve", "shrink", "veto", "Vetoed", "REDUCE", "approved"]),
    factor=st.floats(allow_nan=False, allow_infinity=False),
    score=st.floats(allow_nan=False, allow_infinity=False),
)
def test_no_answer_ever_enlarges(verdict: str, factor: float, score: float) -> None:
    (said,) = read(review(verdict, factor, score=score))
    if said is not None:
        assert 0.0 <= said.factor <= 1.0
        assert all(0.0 <= getattr(said.concerns, topic).score <= 1.0 for topic in TOPICS)


@pytest.mark.parametrize("broken", ['{"answers": [{"unit": 1}]}', '{"answers": "no"}', "[]", "{}"])
def test_what_is_not_the_schema_is_refused(broken: str) -> None:
    with pytest.raises(ValidationError):
        VALIDATION.batch.model_validate_json(broken)


@pytest.mark.parametrize(
    "answer",
    [
        review(symbol="ETH-USD"), review(unit=2), review("shrink", 7.0), review(score=1.5), review(score=-2.0),
    ],
)  # fmt: skip
def test_what_cannot_be_believed_is_no_answer(answer: dict[str, object]) -> None:
    assert read(answer) == (None,)


def test_each_proposal_gets_its_own_answer() -> None:
    units = (UNIT, proposal_unit(other(symbol="ETH-USD")), proposal_unit(other(symbol="AAPL")))
    said = read(review(unit=2, symbol="ETH-USD", verdict="veto"), review(unit=1), units=units)
    assert [None if answer is None else answer.factor for answer in said] == [1.0, 0.0, None]


def test_words_are_cut_cleaned_and_must_not_invent_numbers() -> None:
    long = "very " * 200
    link = "see [this](http://evil.example/x) or www.evil.example <b>now</b>\u202e"
    (said,) = read(review(words=long))
    assert said is not None and len(said.concerns.trend.words) <= 200
    (said,) = read(review(words=link))
    assert said is not None
    assert not any(part in said.concerns.trend.words for part in ("http", "www", "<", "\u202e", "evil"))
    (said,) = read(review(words="The reward is 1.6 times the risk."))
    assert said is not None and said.concerns.reward.words == "The reward is 1.6 times the risk."
    (said,) = read(review(words="Volatility is 73.9 %."))
    assert said is not None and said.concerns.macro.words == MISQUOTED


def test_the_question_holds_numbers_and_chosen_words_only() -> None:
    asked = json.loads(ask((UNIT,)))["proposals"][0]
    assert asked["unit"] == 1
    assert (asked["size_pct_of_equity"], asked["stop_pct"], asked["target_pct"]) == (10.0, 2.0, 4.0)
    assert asked["sentiment"] == {
        "score": 0.2, "news": 0.2, "social": None, "news_items": 5, "social_items": 0, "events": {"security": 1},
    }  # fmt: skip
    assert unknown_numbers("10 % with a stop of 2 % after 24 bars", UNIT.content) == ()


def test_what_is_not_known_is_null() -> None:
    bare = json.loads(proposal_unit(other(mood=None, forecasts=(), quality=None, regime="")).content)
    assert (bare["sentiment"], bare["forecasts"], bare["data_quality"], bare["regime"]) == (
        None,
        [],
        None,
        None,
    )
    silent = other(mood=MoodFacts(None, None, None, 0, 0, ()))
    assert json.loads(proposal_unit(silent).content)["sentiment"]["score"] is None
