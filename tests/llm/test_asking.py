"""Cache, batches, budget and replay, with the real client, a real database and a server on loopback."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import JobCancelled
from core.llm import LanguageModel, Purse, language_model, price_of
from core.llm.batching import batches, messages_of, tokens_in, tokens_out
from core.records import CallState
from core.settings import LlmSettings, load_settings
from core.store import Store
from core.store.llm import LlmMemory, read_calls, read_exchange
from tests.llm.server import FakeLlm, Says, Script, fake_llm
from tests.llm.small_use import USE, asked_words, honest, words


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Room:
    """A model on loopback with a real database."""

    def __init__(self, home: Path, store: Store) -> None:
        self.home, self.store, self.clock = home, store, Clock()
        self.memory = LlmMemory(store)

    def model(self, fake: FakeLlm, **llm: Any) -> LanguageModel:
        chosen = {"preset": "custom", "base_url": fake.base_url, "model": "fake-model", "retries": 0} | llm
        made = language_model(load_settings(home=self.home, llm=chosen), self.memory, self.clock)
        assert made is not None
        return made

    def purse(self, model: LanguageModel, **kwargs: Any) -> Purse:
        return Purse(model.settings, "c1", **kwargs)


@pytest.fixture
def room(home: Path, store: Store) -> Room:
    return Room(home, store)


def lengths(asked: Any) -> list[int | None]:
    return [answer.length if answer else None for answer in asked.answers]


def test_no_preset_no_model(home: Path, store: Store) -> None:
    assert language_model(load_settings(home=home), LlmMemory(store), Clock()) is None


def test_each_answer_is_asked_for_once(room: Room) -> None:
    with fake_llm(honest) as fake:
        model = room.model(fake)
        first = model.ask(USE, words("a", "bb", "a"), room.purse(model))
        assert lengths(first) == [1, 2, 1]
        assert asked_words(fake.heard[0]) == ["a", "bb"]
        again = model.ask(USE, words("bb", "ccc"), room.purse(model))
        assert lengths(again) == [2, 3]
        assert [asked_words(request) for request in fake.heard] == [["a", "bb"], ["ccc"]]
        warm = model.ask(USE, words("a", "bb", "ccc"), room.purse(model))
        assert (lengths(warm), len(fake.heard)) == ([1, 2, 3], 2)
    assert [call.state for call in warm.calls] == [CallState.CACHED]
    calls = read_calls(room.store)
    assert sorted(calls["state"]) == ["answered", "answered", "cached", "cached"]
    assert int(calls.loc[calls["state"] == "cached", "tokens_in"].sum()) == 0
    said = read_exchange(room.store, first.calls[0].id)
    assert said is not None and '"length": 2' in said.answer and said.messages[-1] == ("user", '["a", "bb"]')


@pytest.mark.parametrize(
    "change", [{"model": "other"}, {"temperature": 0.5}, {"seed": 9}], ids=lambda change: next(iter(change))
)
def test_another_model_or_parameter_is_another_answer(room: Room, change: dict[str, Any]) -> None:
    with fake_llm(honest) as fake:
        for model in (room.model(fake), room.model(fake, **change)):
            model.ask(USE, words("a"), room.purse(model))
        assert len(fake.heard) == 2


def test_a_further_sample_is_another_answer_with_another_seed(room: Room) -> None:
    with fake_llm(honest) as fake:
        model = room.model(fake)
        for sample in (0, 1, 2, 1):
            model.ask(USE, words("a"), room.purse(model), sample=sample)
        assert [(heard["seed"], heard["temperature"]) for heard in fake.heard] == [
            (1, 0.0),
            (2, 0.7),
            (3, 0.7),
        ]


def test_an_answer_expires_for_the_living_and_never_for_replay(room: Room) -> None:
    hour = timedelta(hours=1)
    with fake_llm(honest) as fake:
        model = room.model(fake)
        unit = words("a", lifetime=hour)
        model.ask(USE, unit, room.purse(model))
        first_known = room.clock.now
        room.clock.now += hour - timedelta(seconds=1)
        model.ask(USE, unit, room.purse(model))
        assert len(fake.heard) == 1
        room.clock.now += timedelta(seconds=1)
        fake.script = lambda request: Says('{"items": [{"word": "a", "length": 7}]}')
        assert lengths(model.ask(USE, unit, room.purse(model))) == [7]
        assert len(fake.heard) == 2
        room.clock.now += 1000 * hour
        assert lengths(model.replaying().ask(USE, unit, room.purse(model))) == [7]
        assert lengths(model.replaying(first_known).ask(USE, unit, room.purse(model))) == [1]
        before = len(read_calls(room.store))
        missing = model.replaying().ask(USE, words("a", "zz"), room.purse(model))
        assert lengths(missing) == [7, None]
        assert "1 of 2 answers are not on record" in missing.problems[0].what
        assert (len(fake.heard), len(read_calls(room.store))) == (2, before)


def test_batches_run_side_by_side_within_the_limit(room: Room) -> None:
    def slow(request: dict[str, Any]) -> Says:
        says = honest(request)
        says.delay = 0.05
        return says

    with fake_llm(slow) as fake:
        model = room.model(fake, batch_units=2, concurrency=3)
        names = [f"w{n}" for n in range(24)]
        asked = model.ask(USE, words(*names), room.purse(model))
        assert lengths(asked) == [len(name) for name in names]
        assert len(fake.heard) == 12
        assert fake.most_at_once <= 3


def truncating(limit: int) -> Script:
    """A server whose answers are cut when they hold more than `limit` items."""

    def script(request: dict[str, Any]) -> Says:
        says = honest(request)
        if len(asked_words(request)) > limit:
            says.content, says.finish = str(says.content)[:30], "length"
        return says

    return script


def test_what_is_cut_is_asked_again_in_halves(room: Room) -> None:
    with fake_llm(truncating(3)) as fake:
        model = room.model(fake)
        names = [f"w{n}" for n in range(8)]
        asked = model.ask(USE, words(*names), room.purse(model))
        assert (asked.complete, asked.problems) == (True, ())
        assert [len(asked_words(request)) for request in fake.heard] == [8, 4, 2, 2, 4, 2, 2]
    assert [call.state for call in asked.calls].count(CallState.TRUNCATED) == 3


def test_units_that_were_passed_over_are_asked_again(room: Room) -> None:
    def forgetful(request: dict[str, Any]) -> Says:
        wanted = asked_words(request)
        kept = wanted if len(wanted) == 1 else [word for word in wanted if word != "w2"]
        return honest({"messages": [{"content": str(kept).replace("'", '"')}]})

    with fake_llm(forgetful) as fake:
        model = room.model(fake)
        asked = model.ask(USE, words("w1", "w2", "w3"), room.purse(model))
        assert asked.complete
        assert [asked_words(request) for request in fake.heard] == [["w1", "w2", "w3"]] or len(
            fake.heard
        ) == 2


def test_a_model_that_never_answers_properly_abstains_and_says_so(room: Room) -> None:
    with fake_llm(lambda request: Says("What a nice day!")) as fake:
        model = room.model(fake)
        asked = model.ask(USE, words("a", "b"), room.purse(model))
        assert lengths(asked) == [None, None]
        assert asked.problems and asked.problems[0].where == "llm/sentiment"
        assert {call.state for call in asked.calls} == {CallState.MALFORMED}
        assert 1 <= len(fake.heard) <= 8


def test_a_server_that_is_down_is_a_problem_and_no_exception(room: Room) -> None:
    with fake_llm(honest) as fake:
        pass
    model = room.model(fake)
    asked = model.ask(USE, words("a"), room.purse(model))
    assert (lengths(asked), [call.state for call in asked.calls]) == ([None], [CallState.FAILED])
    assert asked.problems[0].what


def test_settings_that_cannot_be_used_answer_nothing_and_say_why(home: Path, store: Store) -> None:
    settings = load_settings(home=home, llm={"preset": "openai"})
    model = language_model(settings, LlmMemory(store), Clock())
    assert model is not None
    asked = model.ask(USE, words("a"), Purse(settings.llm))
    assert lengths(asked) == [None]
    assert "GLASSBOX_KEYS__LLM" in asked.problems[0].what


def test_the_first_listed_model_is_taken_and_remembered(room: Room) -> None:
    with fake_llm(honest) as fake:
        model = room.model(fake, model="")
        assert model.name == ""
        model.ask(USE, words("a"), room.purse(model))
        assert model.name == "fake-model"
        fresh = room.model(fake, model="")
    assert lengths(fresh.replaying().ask(USE, words("a"), room.purse(fresh))) == [1]


def test_a_budget_stops_in_the_middle_and_keeps_what_came_before(room: Room) -> None:
    names = [f"w{n}" for n in range(6)]
    with fake_llm(honest) as fake:
        model = room.model(fake, batch_units=2, concurrency=1)
        one = tokens_in(messages_of(USE, words(*names[:2]))) + tokens_out(USE, 2)
        model = room.model(fake, batch_units=2, concurrency=1, cycle_tokens=2 * one)
        fake.script = lambda request: replace(honest(request), tokens=(one - 9, 9))
        purse = room.purse(model)
        asked = model.ask(USE, words(*names), purse)
        assert lengths(asked)[:4] == [2, 2, 2, 2]
        assert purse.spent.tokens <= 2 * one
        states = [call.state for call in asked.calls]
        assert lengths(asked)[4:] == [None, None]
        assert states == [CallState.ANSWERED, CallState.ANSWERED, CallState.OVER_BUDGET]
        assert "tokens for this run" in asked.problems[0].what
        richer = room.model(fake)
        heard = len(fake.heard)
        assert richer.ask(USE, words(*names), room.purse(richer)).complete
        assert len(fake.heard) <= heard + 1  # only what was missing


def test_a_budget_of_nothing_sends_nothing(room: Room) -> None:
    with fake_llm(honest) as fake:
        for limits in ({"cycle_tokens": 0}, {"day_tokens": 0}):
            model = room.model(fake, **limits)
            asked = model.ask(USE, words("a"), room.purse(model))
            assert (lengths(asked), fake.heard) == ([None], [])
            assert asked.calls[0].state is CallState.OVER_BUDGET


def test_money_is_counted_by_the_price_table_and_limits_the_day(room: Room) -> None:
    priced = {"prices": ("fake = 1000 / 2000",), "base_url": "http://192.0.2.1/v1"}
    free = load_settings(home=room.home, llm={"preset": "custom", "model": "fake-model"} | priced).llm
    assert price_of("vendor/Fake-Model", free, free=False) == (0.001, 0.002)
    assert price_of("unknown", free, free=False) is None
    assert price_of("unknown", free, free=True) == (0.0, 0.0)
    with fake_llm(honest) as fake:
        model = room.model(fake, prices=("fake-model = 1000 / 2000",), day_money=0.5, cycle_money=100.0)
        model.endpoint = type(model.endpoint)(**{f: getattr(model.endpoint, f) for f in ("name", "base_url", "key", "model")}, free=False)  # fmt: skip
        estimate = model.estimate(USE, words("a"))
        assert estimate.cost == pytest.approx((estimate.tokens_in + 2 * estimate.tokens_out) / 1000)
        spent = 0.0
        for n in range(50):
            asked = model.ask(USE, words(f"w{n}"), room.purse(model))
            spent += asked.calls[0].cost or 0.0
            if asked.calls[0].state is CallState.OVER_BUDGET:
                break
        assert asked.calls[0].state is CallState.OVER_BUDGET and "for today" in asked.problems[0].what
        assert 0.0 < spent <= 0.5
        assert model.spent_today().money == pytest.approx(spent)
        room.clock.now += timedelta(days=1)
        assert model.ask(USE, words("tomorrow"), room.purse(model)).complete


def test_an_estimate_asks_nobody_and_is_not_exceeded(room: Room) -> None:
    with fake_llm(honest) as fake:
        model = room.model(fake, batch_units=2)
        model.ask(USE, words("a"), room.purse(model))
        estimate = model.estimate(USE, words("a", "b", "c", "d"))
        assert (estimate.units, estimate.cached, estimate.calls, len(fake.heard)) == (4, 1, 2, 1)
        asked = model.ask(USE, words("a", "b", "c", "d"), room.purse(model))
        assert sum(call.tokens_in for call in asked.calls) <= estimate.tokens_in
        assert sum(call.tokens_out for call in asked.calls) <= estimate.tokens_out


def test_a_stop_keeps_what_was_answered(room: Room) -> None:
    stop = threading.Event()

    def check() -> None:
        if stop.is_set():
            raise JobCancelled("Stopped on request.")

    def script(request: dict[str, Any]) -> Says:
        if "w2" in asked_words(request):
            stop.set()
        return honest(request)

    with fake_llm(script) as fake:
        model = room.model(fake, batch_units=1, concurrency=1)
        with pytest.raises(JobCancelled):
            model.ask(USE, words("w0", "w1", "w2", "w3", "w4"), room.purse(model, check=check))
        assert len(fake.heard) <= 4
    kept = model.replaying().ask(USE, words("w0", "w1"), room.purse(model))
    assert kept.complete


def test_many_threads_share_one_model(room: Room) -> None:
    with fake_llm(honest) as fake:
        model = room.model(fake)
        wrong: list[object] = []

        def work(n: int) -> None:
            asked = model.ask(USE, words(f"t{n % 3}", f"own{n}"), room.purse(model))
            if lengths(asked) != [2, len(f"own{n}")]:
                wrong.append(asked)

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
    assert model.spent_today().calls == len(fake.heard)


def test_requests_fill_their_rounds() -> None:
    units = words(*(f"w{n}" for n in range(96)))
    settings = LlmSettings(batch_units=16, batch_tokens=100_000)
    assert [len(batch) for batch in batches(USE, units, settings, side_by_side=4)] == [12] * 8
    assert [len(batch) for batch in batches(USE, units, settings, side_by_side=1)] == [16] * 6
    assert [len(batch) for batch in batches(USE, units[:20], settings, side_by_side=4)] == [10, 10]
    assert [len(batch) for batch in batches(USE, units[:9], settings, side_by_side=4)] == [9]


@given(
    sizes=st.lists(st.integers(1, 3000), max_size=40),
    most_units=st.integers(1, 10),
    most_tokens=st.integers(200, 3000),
    side_by_side=st.integers(1, 6),
)
def test_batches_hold_every_unit_once_and_stay_within_the_limits(
    sizes: list[int], most_units: int, most_tokens: int, side_by_side: int
) -> None:
    units = words(*(f"{n}" + "x" * size for n, size in enumerate(sizes)))
    made = batches(USE, units, LlmSettings(batch_units=most_units, batch_tokens=most_tokens), side_by_side)
    assert [unit for batch in made for unit in batch] == units
    for batch in made:
        assert 1 <= len(batch) <= most_units
        size = tokens_in(messages_of(USE, batch)) + tokens_out(USE, len(batch))
        assert len(batch) == 1 or size <= most_tokens * 1.05 + 20


def test_the_key_is_nowhere_in_the_database(home: Path, room: Room, make_secret: Callable[[], str]) -> None:
    secret = make_secret()
    with fake_llm(lambda request: Says("no", status=401)) as fake:
        chosen = {"preset": "custom", "base_url": fake.base_url, "model": "fake-model", "retries": 0}
        model = language_model(
            load_settings(home=home, llm=chosen, keys={"llm": secret}), room.memory, room.clock
        )
        assert model is not None
        asked = model.ask(USE, words("a"), Purse(model.settings))
        assert fake.keys == [f"Bearer {secret}"]
    assert secret not in repr(asked) and secret not in repr(model.endpoint)
    assert secret not in read_calls(room.store).to_string()
    room.store.close()
    assert secret.encode() not in room.store.path.read_bytes()
