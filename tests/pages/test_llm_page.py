"""The language model page without a model, with one, its calls, its cost, its test; the budget before a run; settings."""

from collections.abc import Callable, Iterator

import pytest

from core.runtime import Runtime
from core.store.jobs import JobState
from core.store.visits import read_visits
from core.views.llm import dollars
from core.views.llm_estimate import cycle_estimate
from tests.llm.server import FakeLlm, Says, fake_llm
from tests.llm.whole_script import answers_all
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts
from tests.stored_calls import ANSWER, PROMPT, store_calls

PAGE = "pages/system/llm.py"
CYCLE = "pages/trading/cycle.py"
SETTINGS = "pages/system/settings.py"


@pytest.fixture
def fake() -> Iterator[FakeLlm]:
    with fake_llm(answers_all) as server:
        yield server


@pytest.fixture
def switch_on(engine: Runtime, fake: FakeLlm) -> Callable[..., None]:
    """Choose the fake server, with other settings by keyword."""

    def switch(**other: object) -> None:
        chosen = {"preset": "custom", "base_url": fake.base_url, "model": "fake-model"} | other
        llm = type(engine.settings.llm).model_validate(engine.settings.llm.model_dump() | chosen)
        engine.apply(engine.settings.model_copy(update={"llm": llm}))

    return switch


def numbers(test) -> dict[str, str]:
    return {metric.label: metric.value for metric in test.metric}


def codes(test) -> list[str]:
    return [item.value for item in test.code]


def test_without_a_model_it_says_so_and_how_to_get_one(open_page: OpenPage) -> None:
    test = open_page(PAGE)
    assert not test.exception and [item.value for item in test.title] == ["Language model"]
    assert "No language model is configured; the lexicon scores headlines, nothing else asks one" in texts(
        test
    )
    table = test.table[0].value
    assert len(table) == 7 and "openrouter" in table.index
    assert not [button for button in test.button if button.key == "llm_test"]
    assert len(test.get("plotly_chart")) == 2


@pytest.mark.parametrize("view", ["Cost", "Calls", "Record", "Prompts"])
def test_every_view_without_a_call_says_what_to_do(open_page: OpenPage, view: str) -> None:
    test = open_page(PAGE, llm_view=view)
    assert not test.exception and not test.error


def test_with_a_model_the_head_says_where_it_answers(
    open_page: OpenPage, switch_on: Callable[..., None]
) -> None:
    switch_on(cutoffs=("fake = 2024-05-01",))
    test = open_page(PAGE)
    assert not test.exception and "It knows the world until 2024-05-01" in texts(test)
    assert numbers(test)["State"] == "ready" and numbers(test)["At the same time"] == "0 of 4"
    facts = test.table[0].value
    assert "none is set" in facts.to_string() and "fake-model" in facts.to_string()


def test_the_connection_is_tested_by_a_job(
    open_page: OpenPage, engine: Runtime, switch_on: Callable[..., None]
) -> None:
    switch_on()
    test = open_page(PAGE)
    next(button for button in test.button if button.key == "llm_test").click().run()
    job = next(job for job in engine.jobs.recent() if job.kind == "llm_test")
    assert engine.jobs.wait(job.id, 60).state is JobState.DONE
    again = open_page(PAGE)
    assert not again.exception and "answers in" in again.success[0].value
    assert numbers(again)["Latency"].endswith(" s")


def test_a_refused_key_is_told_without_the_key(
    open_page: OpenPage, engine: Runtime, switch_on: Callable[..., None], fake: FakeLlm
) -> None:
    fake.script = lambda request: Says("Incorrect API key provided: sk-very-secret", status=401)
    switch_on()
    job = engine.jobs.wait(engine.jobs.submit("llm_test", {}), 60)
    assert job.state is JobState.FAILED
    test = open_page(PAGE)
    assert not test.exception and len(test.error) == 1 and "sk-very-secret" not in test.error[0].value


def test_settings_that_cannot_be_used_are_told(open_page: OpenPage, switch_on: Callable[..., None]) -> None:
    switch_on(preset="openai", base_url="")
    test = open_page(PAGE)
    assert not test.exception and "needs a key" in test.error[0].value


def test_cost_by_use_model_asset_and_day(open_page: OpenPage, engine: Runtime) -> None:
    store_calls(engine.store, engine.bench.clock())
    test = open_page(PAGE)
    assert not test.exception and len(test.get("plotly_chart")) == 2
    assert numbers(test)["From the record"] == "35%"
    assert "Price unknown (requests: 1)" in texts(test)
    for by, groups in (("Day", 2), ("Model", 2), ("Asset", 2), ("Use", 3)):
        shown = open_page(PAGE, llm_by=by, llm_measure="US dollars")
        assert not shown.exception and "Where does the money go?" in shown.get("plotly_chart")[0].proto.spec
        table = next(frame.value for frame in shown.dataframe if "unpriced" in frame.value)
        assert len(table) == groups and table["calls"].sum() == pytest.approx(4)
    assert table["group"].tolist() == ["sentiment", "forecast", "validation"]


def test_calls_are_listed_and_narrowed(open_page: OpenPage, engine: Runtime) -> None:
    store_calls(engine.store, engine.bench.clock())
    test = open_page(PAGE, llm_view="Calls")
    assert not test.exception and "5 of 5 calls" in texts(test)
    next(item for item in test.multiselect if item.key == "llm_symbol").set_value(["ETH-USD"]).run()
    assert not test.exception and "1 of 5 calls" in texts(test)


def test_prompt_and_answer_are_shown_as_text(open_page: OpenPage, engine: Runtime) -> None:
    store_calls(engine.store, engine.bench.clock())
    test = open_page(PAGE, llm_view="Calls")
    row = next(frame.value for frame in test.dataframe if "attempts" in frame.value)
    wanted = row.index[row["id"] == "call-1"][0]
    test.session_state["llm_calls"] = {"selection": {"rows": [int(wanted)], "columns": [], "cells": []}}
    test.run()
    assert not test.exception
    assert PROMPT in codes(test) and ANSWER in codes(test)
    assert not any("<script>" in item.value for item in test.markdown)


def test_every_prompt_is_shown_with_its_version(open_page: OpenPage) -> None:
    test = open_page(PAGE, llm_view="Prompts")
    assert not test.exception
    table = next(frame.value for frame in test.dataframe if "sha256" in frame.value)
    assert set(table["use"]) == {"sentiment", "forecast", "validation", "summary", "explanation"}
    assert len(codes(test)) >= 3 * len(table)


def test_the_budget_is_shown_before_the_run(
    open_page: OpenPage, switch_on: Callable[..., None], fake: FakeLlm
) -> None:
    assert "No language model is configured" in texts(open_page(CYCLE))
    switch_on()
    test = open_page(CYCLE)
    written = texts(test).replace("\\", "")
    assert not test.exception and "This run may ask fake-model up to 3 times" in written
    assert "left today: 1,000,000 tokens and $1.00" in written and not fake.heard
    switch_on(cycle_tokens=1_000)
    short = open_page(CYCLE)
    assert any("does not hold all of it" in item.value for item in short.warning)


def test_the_estimate_adds_up(engine: Runtime, switch_on: Callable[..., None]) -> None:
    timeframe = engine.settings.timeframe
    switch_on(uses=("forecast",))
    one = cycle_estimate(engine.bench, "BTC-USD", timeframe, "sample").estimate
    switch_on(uses=("forecast",), samples=3)
    three = cycle_estimate(engine.bench, "BTC-USD", timeframe, "sample").estimate
    assert one and three and (one.calls, three.calls) == (1, 3)
    assert three.tokens_in == 3 * one.tokens_in and three.tokens_out == 3 * one.tokens_out
    switch_on(uses=())
    assert "asked for nothing" in cycle_estimate(engine.bench, "BTC-USD", timeframe, "sample").words
    switch_on(preset="openai", base_url="")
    assert "costs nothing" in cycle_estimate(engine.bench, "BTC-USD", timeframe, "sample").words


def test_what_a_run_takes_is_at_most_what_was_said(
    open_page: OpenPage, engine: Runtime, switch_on: Callable[..., None], fake: FakeLlm
) -> None:
    switch_on()
    said = cycle_estimate(engine.bench, "BTC-USD", engine.settings.timeframe, "sample").estimate
    arguments = {"symbol": "BTC-USD", "timeframe": engine.settings.timeframe.value, "source": "sample"}
    assert engine.jobs.wait(engine.jobs.submit("cycle", arguments), 120).error is None
    spent = engine.bench.llm.spent_today()
    assert [visit.symbol for visit in read_visits(engine.store, engine.opened_at.replace(year=2000))] == [
        "BTC-USD"
    ]
    assert said and 0 < spent.calls <= said.calls and spent.tokens <= said.tokens_in + said.tokens_out
    test = open_page(PAGE, llm_view="Calls")
    assert (
        not test.exception
        and "answered" in next(f.value for f in test.dataframe if "state" in f.value)["state"].tolist()
    )


def test_a_preset_saved_on_the_settings_page_counts_at_once(
    open_page: OpenPage, engine: Runtime, fake: FakeLlm
) -> None:
    test = open_page(SETTINGS)
    by_key = {item.key: item for item in (*test.selectbox, *test.text_input)}
    by_key["settings_llm_preset"].set_value("custom")
    by_key["settings_llm_base_url"].set_value(fake.base_url)
    save = next(b for b in test.button if b.label == "Save" and "llm" in str(b.form_id))
    save.click().run()
    assert not test.exception and not test.error
    assert engine.bench.llm is not None and engine.bench.llm.endpoint.base_url == fake.base_url
    assert "GLASSBOX_KEYS__LLM** — missing" in texts(test)


def test_looking_at_an_asset_is_remembered_once(open_page: OpenPage, engine: Runtime) -> None:
    test = open_page(PAGE, asset="ETH-USD")
    test.run()
    visits = read_visits(engine.store, engine.opened_at.replace(year=2000))
    assert [visit.symbol for visit in visits].count("ETH-USD") == 1


def test_money_is_told_with_the_digits_it_needs() -> None:
    assert [dollars(value) for value in (0, 0.05, 0.9854, 0.00031, 0.00002, 12.5, None)] == [
        "$0.00", "$0.05", "$0.9854", "$0.0003", "$0.00002", "$12.50", "price unknown",
    ]  # fmt: skip
