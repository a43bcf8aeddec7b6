"""Every attack against a model that obeys it: what may move, moves by the cap at most, and nothing else moves."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from core.llm.uses.sentiment import Event
from core.pipeline.run import Workbench
from core.records import Action, Direction, Forecast, Sentiment, Signal
from core.runtime import Runtime
from core.sentiment import Lexicon, ModelScore, aggregate
from core.settings import SentimentSettings, Settings
from core.store.llm import read_calls, read_exchange
from tests.llm.injection.attacks import ATTACKS, HALF_A_CHARACTER, KEY, Attack
from tests.llm.injection.chain import NOW, PRICE, Judged, attacked, book_of, decided, honest, item, judged
from tests.llm.injection.obeying import Lure
from tests.llm.server import FakeLlm

LOT = 1e-8
BY_ID = {attack.id: attack for attack in ATTACKS}
each_attack = pytest.mark.parametrize("attack", ATTACKS, ids=BY_ID)
EVENTS = ("", *get_args(Event))
WORDS = ("alpha", "bravo", "charlie", "delta", "foxtrot", "golf", "hotel", "india")
"""No two of them are alike: each item tells a story of its own."""
MALFORMED = {"other", "prose", "escape", "echo"}
"""Answers that are refused: a repair is asked for or the batch is split, so that they cost more requests."""
MOST_REQUESTS = 2 * (1 + 2 + 4 + 8)
"""Of one batch: halves, three times, with one repair each."""


@pytest.fixture(scope="module")
def judge(runtime: Runtime, obedient: FakeLlm, lure: Lure) -> Callable[..., Judged]:
    """(attack, blind) → what the chain makes of five honest headlines and the attack; each is judged once.

    `blind`: nothing is recognised as an attack, so that every text reaches the model.
    """
    known: dict[tuple[str, bool], Judged] = {}

    def of(attack: Attack, blind: bool) -> Judged:
        if (attack.id, blind) not in known:
            with pytest.MonkeyPatch.context() as patch:
                if blind:
                    patch.setattr("core.sentiment.reading.DANGEROUS", frozenset())
                n = 2 * list(BY_ID).index(attack.id) + blind + 1
                texts = (*honest(n), *attacked(attack, lure.link, n))
                known[attack.id, blind] = judged(runtime.bench, texts, attack, obedient, lure)
        return known[attack.id, blind]

    return of


@pytest.fixture(scope="module")
def moods(judge: Callable[..., Judged]) -> tuple[Sentiment, ...]:
    """What attacks arrive at, and the worst that could be; every attack by itself has a test of its own."""
    found = [judge(attack, blind).sentiment for attack in ATTACKS[::5] for blind in (False, True)]
    return (*found, *(replace(found[0], score=score) for score in (-1.0, 1.0)))


def test_there_are_enough_attacks_of_every_kind() -> None:
    assert len(ATTACKS) >= 70
    assert len(BY_ID) == len(ATTACKS)
    assert len({attack.kind for attack in ATTACKS}) >= 15


@each_attack
def test_an_attack_is_held(
    attack: Attack, judge: Callable[..., Judged], obedient: FakeLlm, lure: Lure, settings: Settings
) -> None:
    """Scores in their range, one item's weight capped, the model asked once and nobody else at all."""
    port = int(obedient.base_url.split(":")[2].split("/")[0])
    for found in (judge(attack, blind=False), judge(attack, blind=True)):
        assert found.sentiment.score is not None and -1.0 <= found.sentiment.score <= 1.0
        for one in found.sentiment.items:
            assert -1.0 <= one.score <= 1.0 and 0.0 <= one.confidence <= 1.0 and 0.0 <= one.relevance <= 1.0
            assert one.weight <= settings.sentiment.item_cap + 1e-12
            assert "http" not in one.reason and one.event in EVENTS
        assert found.connections <= {("127.0.0.1", port)}
        assert len(found.heard) <= (MOST_REQUESTS if _malformed(attack) else 1)
        for request in found.heard:
            assert "tools" not in request and "functions" not in request and KEY not in json.dumps(request)
    assert lure.asked == []


def _malformed(attack: Attack) -> bool:
    return attack.answer in MALFORMED or attack.answer == "numbers"


@each_attack
def test_a_text_that_looks_like_an_attack_is_not_shown_to_the_model(
    attack: Attack, judge: Callable[..., Judged]
) -> None:
    found = judge(attack, blind=False)
    flagged = [
        one.title
        for one in found.sentiment.items
        if {"instructions", "homoglyphs", "encoded"} & set(one.flags)
    ]
    shown = [text for request in found.heard for text in _texts(request)]
    assert not set(flagged) & set(shown)
    assert all(one.scorer == "" for one in found.sentiment.items if one.title in flagged)


def test_texts_stand_as_data_in_the_users_message_and_nowhere_else(judge: Callable[..., Judged]) -> None:
    """Every request says the same but for its last message, which is JSON whose texts are one clean line."""
    requests = [request for attack in ATTACKS for request in judge(attack, blind=True).heard]
    first = [request for request in requests if request["messages"][-1]["content"].startswith('{"items"')]
    assert len({json.dumps(request["messages"][:-1]) for request in first}) == 1
    for request in first:
        assert request["messages"][-1]["role"] == "user"
        for text in _texts(request):
            assert text == " ".join(text.split()) and len(text) <= 300 and text.isprintable()


def _texts(request: dict) -> list[str]:
    try:
        return [one["text"] for one in json.loads(request["messages"][-1]["content"])["items"]]
    except (ValueError, KeyError, TypeError):  # a request for a repair holds no texts of its own
        return []


def test_the_key_is_in_the_header_alone(
    runtime: Runtime, obedient: FakeLlm, lure: Lure, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in what is asked, not in the ledger, not in any table, not in the log."""
    again = replace(BY_ID["leak-key"], id="leak-key-again")
    with caplog.at_level(logging.DEBUG):
        told = judged(runtime.bench, attacked(again, lure.link, 0), again, obedient, lure)
    assert len(told.heard) == 1 or told.sentiment.items[0].flags
    assert set(obedient.keys) == {f"Bearer {KEY}"}
    assert KEY not in caplog.text and KEY not in repr(told)
    calls = read_calls(runtime.store)
    assert len(calls) and KEY not in calls.to_json()
    for call in calls["id"]:
        said = read_exchange(runtime.store, call)
        assert said is None or KEY not in repr(said)
    with runtime.store.cursor() as cursor:
        for (table,) in cursor.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal"
        ).fetchall():
            assert KEY not in cursor.execute(f'SELECT * FROM "{table}"').df().to_json(default_handler=str), (
                table
            )
    for file in runtime.settings.home.rglob("*"):
        assert not file.is_file() or KEY.encode() not in file.read_bytes(), file


def test_an_attack_that_is_obeyed_does_move_the_sentiment(judge: Callable[..., Judged]) -> None:
    """Otherwise this file would prove nothing."""
    told = {attack.id: judge(attack, blind=True).sentiment for attack in ATTACKS if attack.answer == "score"}
    moved = [id for id, mood in told.items() if mood.score == pytest.approx(BY_ID[id].says)]
    assert len(moved) >= 0.8 * len(told), set(told) - set(moved)


def test_numbers_out_of_range_are_refused_and_the_lexicon_speaks(judge: Callable[..., Judged]) -> None:
    for attack in (a for a in ATTACKS if a.answer == "numbers"):
        assert not any(one.scorer for one in judge(attack, blind=True).sentiment.items), attack.id


def test_an_answer_that_echoes_something_else_is_refused(judge: Callable[..., Judged]) -> None:
    for attack in (a for a in ATTACKS if a.answer == "echo"):
        assert not any(one.scorer for one in judge(attack, blind=True).sentiment.items), attack.id


sources = st.sampled_from(
    ["sma_cross", "rsi_bollinger", "forecast:short", "forecast:medium", "forecast:long"]
)
opinions = st.lists(
    st.builds(
        Signal, sources, st.sampled_from(Direction), st.floats(0, 1), st.floats(0, 1), st.just("short"), st.just("")
    ),
    unique_by=lambda signal: signal.source,
    max_size=5,
)  # fmt: skip
worth = st.lists(st.booleans(), min_size=3, max_size=3)
shares = st.one_of(st.just(0.0), st.floats(-0.15, 0.15), st.sampled_from([1e-9, -1e-9, 0.1, -0.1, 0.5]))


def _forecasts(calibrated: list[bool]) -> tuple[Forecast, ...]:
    return tuple(
        Forecast(horizon, 4, 0.2, 0.2, 0.6, 0.3, 0.4, 0.3, 0.1 if good else -0.1, 500, good, "m", NOW)
        for horizon, good in zip(("short", "medium", "long"), calibrated, strict=True)
    )


@hypothesis(max_examples=400)
@given(
    data=st.data(), signals=opinions, calibrated=worth, share=shares, cash=st.sampled_from([50.0, 10_000.0, 1e9]),
    threshold=st.sampled_from([0.0, 0.05, 0.3, 0.7, 1.0]), cap=st.sampled_from([0.0, 0.1, 0.25, 1.0]),
    short=st.booleans(), quality=st.sampled_from([100.0, 10.0]),
)  # fmt: skip
def test_whatever_is_written_the_position_moves_by_the_cap_at_most(
    data: st.DataObject, signals: list[Signal], calibrated: list[bool], share: float, cash: float, threshold: float,
    cap: float, short: bool, quality: float, moods: tuple[Sentiment, ...], runtime: Runtime,
) -> None:  # fmt: skip
    """Any attack, or any score there is; any opinions, any book, any settings."""
    mood = data.draw(st.sampled_from(moods))
    if data.draw(st.booleans()):
        mood = replace(mood, score=data.draw(st.floats(-1, 1)))
    given_settings = _changed(runtime.settings, threshold, cap, short)
    book, forecasts = book_of(share, cash), _forecasts(calibrated)
    alone = decided(None, signals, forecasts, book, given_settings, quality)
    told = decided(mood, signals, forecasts, book, given_settings, quality)
    room = cap * told.largest + LOT
    before = share * cash / PRICE
    assert told.fused.numbers_only == pytest.approx(alone.fused.score, abs=1e-12)
    assert abs(told.asked - alone.asked) <= room
    assert abs(told.held - alone.asked) <= room or told.held == pytest.approx(before, abs=1e-12)
    proposal = told.decision.proposal
    if proposal.action is Action.OPEN:
        assert (proposal.stop, proposal.target) == (
            given_settings.risk.stop_loss,
            given_settings.risk.take_profit,
        )
        assert abs(told.asked) <= told.largest * (1 + 1e-9)
    limits = {check.name: check.limit for check in told.decision.checks}
    for check in alone.decision.checks:
        assert limits.get(check.name, check.limit) == check.limit


def _changed(settings: Settings, threshold: float, cap: float, short: bool) -> Settings:
    return settings.model_copy(
        update={
            "signals": settings.signals.model_copy(update={"threshold": threshold}),
            "sentiment": settings.sentiment.model_copy(update={"text_cap": cap}),
            "risk": settings.risk.model_copy(update={"allow_short": short}),
        }
    )


@each_attack
def test_each_attack_moves_a_position_by_the_cap_at_most(
    attack: Attack, judge: Callable[..., Judged], runtime: Runtime
) -> None:
    """With a threshold of zero, so that any opinion at all trades; with opinions beside it, and without."""
    eager = _changed(runtime.settings, 0.0, runtime.settings.sentiment.text_cap, short=True)
    for share, signals, blind in product(
        (0.0, 0.1, -0.1), ((), (_says(Direction.UP),), (_says(Direction.DOWN),)), (False, True)
    ):
        told = decided(judge(attack, blind).sentiment, signals, (), book_of(share), eager)
        alone = decided(None, signals, (), book_of(share), eager)
        assert abs(told.asked - alone.asked) <= eager.sentiment.text_cap * told.largest + LOT


def _says(way: Direction) -> Signal:
    return Signal("sma_cross", way, 0.5, 0.5, "short", "")


def test_half_a_character_in_an_answer_is_no_more_than_a_bad_answer(
    runtime: Runtime, obedient: FakeLlm, lure: Lure
) -> None:
    """It can neither be stored nor sent as it is; the items keep the lexicon's score."""
    found = judged(runtime.bench, attacked(HALF_A_CHARACTER, lure.link, 0), HALF_A_CHARACTER, obedient, lure)
    assert found.sentiment.score is not None


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=8), st.data())
def test_what_one_item_says_moves_the_sentiment_by_its_cap_at_most(
    scores: list[float], data: st.DataObject
) -> None:
    """Of news and of posts alike, however new it is: from neutral by the cap, from one end to the other by twice that."""
    sentiment, lexicon = SentimentSettings(), Lexicon()
    ages = data.draw(st.lists(st.floats(0, 150), min_size=len(scores), max_size=len(scores)))
    names = [f"{word} {word[::-1]} report" for word in WORDS[: len(scores)]]
    items = [item(name, f"i{n}", age) for n, (name, age) in enumerate(zip(names, ages, strict=True))]
    said = {f"i{n}": ModelScore(score, 1.0, 1.0, "other", "short", "", "m") for n, score in enumerate(scores)}
    place = data.draw(st.integers(0, len(scores) - 1))
    changed = said | {f"i{place}": replace(said[f"i{place}"], score=data.draw(st.floats(-1, 1)))}
    before, after = (
        aggregate("BTC-USD", items, NOW, lexicon, sentiment, 7.0, known)[0].score for known in (said, changed)
    )
    assert before is not None and after is not None
    room = sentiment.item_cap * abs(changed[f"i{place}"].score - scores[place])
    assert abs(after - before) <= room + 1e-9


def test_settings_are_what_they_were(
    judge: Callable[..., Judged], runtime: Runtime, bench: Workbench
) -> None:
    before = runtime.settings.model_dump_json()
    files = {path: path.read_bytes() for path in runtime.settings.home.glob("*.toml")}
    for attack in (a for a in ATTACKS if a.answer == "extra"):
        judge(attack, blind=True)
    assert runtime.settings.model_dump_json() == before
    assert {path: path.read_bytes() for path in runtime.settings.home.glob("*.toml")} == files
    assert bench.settings is runtime.settings


@pytest.fixture
def bench(runtime: Runtime) -> Workbench:
    return runtime.bench
