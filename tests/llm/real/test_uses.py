"""The uses on a real model: labels on obvious headlines, and answers that keep to their facts or are none.

A model of half a billion parameters proves the plumbing and obvious cases, not judgement: forecasts, validations and
words may be none, but never beyond their bounds.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from core.llm.asking import Asked, LanguageModel, language_model
from core.llm.budget import Purse
from core.llm.quoting import unknown_numbers
from core.llm.use import Unit
from core.llm.uses.explanation import EXPLANATION
from core.llm.uses.forecast import FORECAST
from core.llm.uses.forecast_asking import snapshot_unit
from core.llm.uses.prose import prose_unit
from core.llm.uses.sentiment import SENTIMENT, TextSentiment, text_unit
from core.llm.uses.summary import SUMMARY
from core.llm.uses.validation import TOPICS, VALIDATION
from core.llm.uses.validation_facts import proposal_unit
from core.records import CallState
from core.runtime import system_clock
from core.settings import load_settings
from core.store import Store
from core.store.llm import LlmMemory
from tests.llm.judging_script import FACTS
from tests.llm.small_use import USE, words
from tests.llm.test_forecast_use import SNAPSHOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]  # a busy processor writes a few tokens a second

HEADLINES = (
    ("NTG", "Northgate", "Northgate doubles quarterly profit and raises its full-year outlook", 1),
    ("MLB", "Marlowe Bank", "Marlowe Bank plunges 30% after its chief executive is charged with fraud", -1),
    ("HLV", "Helvia Pharma", "Helvia Pharma wins approval for its heart drug after a flawless trial", 1),
    ("TDW", "Tidewater Airlines", "Tidewater Airlines files for bankruptcy and grounds its whole fleet", -1),
    ("ALD", "Alder Energy", "Alder Energy lands a record order, shares soar 12%", 1),
    (
        "OCF",
        "Orchid Foods",
        "Orchid Foods shares sink as profit collapses",
        -1,
    ),
    ("BRT", "Brightline Retail", "Brightline Retail beats every estimate as sales surge", 1),
    ("STM", "Sterling Motors", "Sterling Motors reports its worst loss ever, shares tumble", -1),
    ("BTC-USD", "Bitcoin", "Bitcoin rallies to a record high as investors pour in billions", 1),
    ("ETH-USD", "Ethereum", "Hackers steal 200 million dollars of Ethereum, price crashes", -1),
    ("KSW", "Kestrel Software", "Kestrel Software wins its largest contract ever and lifts its dividend", 1),
    ("VNT", "Vantor", "Court bans the sale of Vantor's only product, shares collapse", -1),
)
UNITS = [text_unit(symbol, name, text) for symbol, name, text, _ in HEADLINES]


@dataclass(frozen=True)
class Session:
    """One store and the models on it."""

    gguf: Path
    store: Store
    home: Path

    def model(self, **llm: Any) -> LanguageModel:
        chosen = {"preset": "local", "gguf": str(self.gguf), "timeout_seconds": 600, "concurrency": 1}
        settings = load_settings(home=self.home, llm=chosen | llm)
        made = language_model(settings, LlmMemory(self.store), system_clock)
        assert made is not None
        return made

    def ask(self, use: Any, units: Sequence[Unit], **llm: Any) -> Asked[Any]:
        model = self.model(**llm)
        return model.ask(use, units, Purse(model.settings))


@pytest.fixture(scope="module")
def session(gguf: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = tmp_path_factory.mktemp("home")
    store = Store(home / "real.duckdb")
    yield Session(gguf, store, home)
    store.close()


@pytest.fixture(scope="module")
def batched(session: Session) -> Asked[TextSentiment]:
    """All headlines in one question."""
    return session.ask(SENTIMENT, UNITS)


def right(answers: Sequence[TextSentiment | None]) -> list[bool]:
    """Which answers have the sign of their headline."""
    pairs = zip(answers, HEADLINES, strict=True)
    return [said is not None and said.score * headline[3] > 0 for said, headline in pairs]


def told(asked: Asked[TextSentiment]) -> str:
    """What was said, for a test that fails."""
    said = [
        (unit.symbol, one and (one.score, one.reason)) for unit, one in zip(UNITS, asked.answers, strict=True)
    ]
    return f"{said} {asked.problems}"


def test_obvious_headlines_one_by_one(session: Session) -> None:
    """With another seed, so that nothing comes out of the record."""
    asked = session.ask(SENTIMENT, UNITS, batch_units=1, seed=2)
    assert sum(right(asked.answers)) >= 10, told(asked)
    assert len(asked.calls) >= len(UNITS)


def test_obvious_headlines_together(batched: Asked[TextSentiment]) -> None:
    assert sum(right(batched.answers)) >= 9, told(batched)
    assert batched.calls[0].units == len(UNITS)


def test_the_server_keeps_the_schema(batched: Asked[TextSentiment]) -> None:
    assert {call.mode for call in batched.calls} == {"json_schema"}
    assert all(call.tokens_in and call.tokens_out and call.seconds for call in batched.calls)
    assert all(call.cost == 0.0 for call in batched.calls)


def test_a_second_time_costs_no_call_and_says_the_same(
    session: Session, batched: Asked[TextSentiment]
) -> None:
    again = session.ask(SENTIMENT, UNITS)
    answered = [unit for unit, said in zip(UNITS, batched.answers, strict=True) if said is not None]
    replayed = session.model().replaying()
    once_more = replayed.ask(SENTIMENT, UNITS, Purse(replayed.settings))
    assert once_more.answers == batched.answers
    assert sum(call.attempts for call in once_more.calls) == 0
    if len(answered) == len(UNITS):
        assert again.answers == batched.answers
        assert [call.state for call in again.calls] == [CallState.CACHED]


def test_an_answer_that_is_cut_splits_its_batch(session: Session) -> None:
    """Eight words get the tokens of about five."""
    named = words("profit", "loss", "market", "share", "bond", "future", "option", "dividend")
    asked = session.ask(replace(USE, tokens_out=1), named)
    assert asked.calls[0].state is CallState.TRUNCATED
    assert [call.units for call in asked.calls[:2]] == [8, 4]
    assert len([said for said in asked.answers if said is not None]) >= 4, asked.problems


def test_a_forecast_keeps_to_its_snapshot_or_is_none(session: Session) -> None:
    unit = snapshot_unit(SNAPSHOT)
    asked = session.ask(FORECAST, [unit])
    assert answered_or_told(asked)
    for item in asked.answers[0].horizons if asked.answers[0] else ():
        assert item.horizon in ("short", "medium", "long")
        assert item.p_down + item.p_flat + item.p_up == pytest.approx(1.0)
        assert min(item.p_down, item.p_flat, item.p_up) >= 0.0
        assert unknown_numbers(item.reason, unit.content) == ()


def test_a_validation_never_enlarges_or_is_none(session: Session) -> None:
    asked = session.ask(VALIDATION, [proposal_unit(FACTS)])
    assert answered_or_told(asked)
    said = asked.answers[0]
    if said is not None:
        assert 0.0 <= said.factor <= 1.0
        assert all(0.0 <= getattr(said.concerns, topic).score <= 1.0 for topic in TOPICS)


@pytest.mark.parametrize("use", [EXPLANATION, SUMMARY], ids=lambda use: use.kind.value)
def test_words_keep_to_their_facts_or_are_none(session: Session, use: Any) -> None:
    facts = dict(json.loads(use.examples[0][0])["facts"][0])
    about = "KLM 1d" if use is EXPLANATION else "2024-04-02"
    unit = prose_unit("KLM", about, {k: v for k, v in facts.items() if k not in ("unit", "about")})
    asked = session.ask(use, [unit])
    assert answered_or_told(asked)
    if asked.answers[0] is not None:
        assert unknown_numbers(asked.answers[0].words, unit.content) == ()


def answered_or_told(asked: Asked[Any]) -> bool:
    """There is an answer, or a problem that says why not; and the server was really asked."""
    sent = any(call.tokens_out > 0 and call.mode == "json_schema" for call in asked.calls)
    return sent and (asked.complete or bool(asked.problems))
