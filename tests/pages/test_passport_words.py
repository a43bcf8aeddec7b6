"""The passport's second look and its words."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.__main__ import main
from core.records import Concern, CycleReport, PlainWords, Validation
from core.runtime import Runtime
from core.store.cycles import close_cycle
from core.store.words import save_words
from core.views.in_words import TOPICS, markdown, second_look
from tests.llm.server import FakeLlm, Says, fake_llm
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts

CONCERNS = tuple(
    Concern(topic, 0.9 - 0.1 * place, "No *markup* [here](http://x).") for place, topic in enumerate(TOPICS)
)


@pytest.fixture
def fake() -> Iterator[FakeLlm]:
    with fake_llm(lambda asked: Says("{}")) as server:
        yield server


def press_explain(test: AppTest, engine: Runtime) -> AppTest:
    next(button for button in test.button if button.key == "passport_explain").click().run()
    job = next(job for job in engine.jobs.recent() if job.kind == "words")
    assert engine.jobs.wait(job.id, 60).error is None
    return test.run()


def test_without_a_model_the_passport_says_so_and_the_template_speaks(
    open_page: OpenPage, cycle: CycleReport, engine: Runtime
) -> None:
    test = open_page("pages/trading/passport.py", cycle=cycle.id)
    assert "No language model is configured" in texts(test)
    test = press_explain(test, engine)
    written = texts(test)
    assert not test.exception
    assert "By the program's own template, no language model" in written
    assert "it never moves a decision" in written
    assert "The program ordered to" in written
    assert not [
        button for button in test.button if button.key == "passport_explain"
    ]  # nobody else can be asked


def test_with_a_model_its_words_and_its_name_are_shown(
    open_page: OpenPage, cycle: CycleReport, engine: Runtime, fake: FakeLlm
) -> None:
    def answer(asked: dict[str, object]) -> Says:
        facts = json.loads(asked["messages"][-1]["content"])["facts"][0]  # type: ignore[index]
        said = {"unit": 1, "about": facts["about"], "words": "An order was *sent*. It was small."}
        return Says(json.dumps({"answers": [said]}))

    fake.script = answer
    chosen = {"preset": "custom", "base_url": fake.base_url, "model": "fake-model", "uses": ("explanation",)}
    llm = engine.settings.llm.model_validate(chosen)
    engine.apply(engine.settings.model_copy(update={"llm": llm}))
    test = press_explain(open_page("pages/trading/passport.py", cycle=cycle.id), engine)
    written = texts(test)
    assert markdown("An order was *sent*. It was small.") in written
    assert "By the language model" in written and markdown("fake-model") in written


def test_the_second_look_shows_seven_concerns_and_the_badge(
    open_page: OpenPage, cycle: CycleReport, engine: Runtime
) -> None:
    assert cycle.decision is not None
    validation = Validation(
        "shrunk", 0.5, CONCERNS, "It shrinks the trade to 50% of its size.", "fake-model", True
    )
    report = replace(cycle, decision=replace(cycle.decision, validation=validation))
    engine.store.write(close_cycle(report))
    test = open_page("pages/trading/passport.py", cycle=cycle.id)
    written = texts(test)
    assert not test.exception
    assert all(f"**{topic}**" in written for topic in TOPICS)
    assert markdown("No *markup* [here](http://x).") in written
    assert {metric.label: metric.value for metric in test.metric}["Size kept"] == "50 %"
    assert any("contaminated" in str(item.value) for item in test.markdown)


def test_decisions_of_before_have_their_own_words(cycle: CycleReport) -> None:
    assert cycle.decision is not None
    old = second_look(replace(cycle, decision=replace(cycle.decision, validation=None)))
    assert old is not None and "before trades were validated" in old.words
    assert second_look(replace(cycle, decision=None)) is None


def test_stored_words_of_a_template_may_be_asked_for_again_once_a_model_is_there(
    open_page: OpenPage, cycle: CycleReport, engine: Runtime, fake: FakeLlm
) -> None:
    words = PlainWords("explanation", cycle.id, "Plain.", "", "No language model is configured.", cycle.as_of)
    engine.store.write(save_words(words))
    chosen = {"preset": "custom", "base_url": fake.base_url, "model": "fake-model"}
    engine.apply(engine.settings.model_copy(update={"llm": engine.settings.llm.model_validate(chosen)}))
    test = open_page("pages/trading/passport.py", cycle=cycle.id)
    assert "Ask the language model" in [button.label for button in test.button]


def test_the_summary_command_tells_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["summary", "2024-03-05", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["words"] == "On 2024-03-05 no cycle was run, so nothing was decided."
    assert (answer["by"], answer["facts"]["day"]) == ("", "2024-03-05")
    assert main(["summary"]) == 0
    assert "Written without a language model" in capsys.readouterr().out
    assert main(["summary", "today"]) == 2
    assert "write it like" in capsys.readouterr().err
