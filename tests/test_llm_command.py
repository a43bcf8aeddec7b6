"""`llm` as a script calls it: state, cost, calls, prompts, a test, and questions by hand."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store import Store
from core.store.llm import read_calls
from tests.llm.server import FakeLlm, fake_llm
from tests.llm.whole_script import answers_all
from tests.test_commands import quick_home, run  # noqa: F401 (a fixture of every test here)


@pytest.fixture
def fake(home: Path, quick_home: None) -> Iterator[FakeLlm]:  # noqa: F811
    """A model that answers, named in the settings."""
    with fake_llm(answers_all) as server:
        with (home / "settings.toml").open("a") as settings:
            settings.write(
                f'\n[llm]\npreset = "custom"\nbase_url = "{server.base_url}"\nmodel = "fake-model"\n'
            )
        yield server


def said(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    code, out, err = run(capsys, *words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_without_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "llm")
    assert code == 0 and "No language model is configured" in out and "GLASSBOX_LLM__PRESET" in out
    assert said(capsys, "llm", "status") == {"configured": False}
    assert said(capsys, "llm", "cost")["rows"] == [] and said(capsys, "llm", "calls")["calls"] == []
    code, _, err = run(capsys, "llm", "test")
    assert code == 2 and "No language model is configured" in err


def test_status_and_test(capsys: pytest.CaptureFixture[str], fake: FakeLlm) -> None:
    status = said(capsys, "llm", "status")
    assert (
        status["configured"] and status["model"] == "fake-model" and status["facts"]["Key"] == "none is set"
    )
    tested = said(capsys, "llm", "test")
    assert tested["model"] == "fake-model" and "answers in" in tested["message"]
    code, out, _ = run(capsys, "llm")
    assert code == 0 and "Tokens today" in out and "fake-model" in out


def test_a_wrong_key_is_one_sentence_without_the_key(
    capsys: pytest.CaptureFixture[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "settings.toml").write_text('[llm]\npreset = "openai"\n')
    monkeypatch.setenv("GLASSBOX_KEYS__LLM", "sk-very-secret")
    code, out, _ = run(capsys, "llm", "--json")
    status = json.loads(out)
    assert code == 1 and "needs the name of a model" in status["fault"] and "sk-very-secret" not in out
    code, _, err = run(capsys, "llm", "test")
    assert code == 2 and "sk-very-secret" not in err


def test_score_then_calls_and_cost(capsys: pytest.CaptureFixture[str], fake: FakeLlm, home: Path) -> None:
    words = ("llm", "score", "ETH", "BTC", "--at", "2019-09-30T00:00Z", "--last-days", "60")
    assert (
        "texts about ETH-USD, BTC-USD are scored" in said(capsys, *words)["message"] and len(fake.heard) == 1
    )
    said(capsys, *words)
    assert len(fake.heard) == 1, "all of it is on record"
    calls = said(capsys, "llm", "calls")["calls"]
    assert [row["state"] for row in calls] == ["cached", "answered"]
    shown = said(capsys, "llm", "calls", calls[1]["id"])
    assert shown["messages"][0][0] == "system" and '"items"' in shown["answer"]
    rows = said(capsys, "llm", "cost", "--by", "asset")["rows"]
    assert {row["group"]: row["calls"] for row in rows} == {"ETH-USD": 0.5, "BTC-USD": 0.5}
    code, out, _ = run(capsys, "llm", "cost")
    assert code == 0 and "sentiment" in out and "$0.00" in out
    store = Store(home / "data" / "glassbox.duckdb")
    assert len(read_calls(store)) == 2
    store.close()


def test_prompts_are_told_word_for_word(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "llm", "prompts")
    assert code == 0 and out.startswith("# Prompts")
    assert len(said(capsys, "llm", "prompts")["prompts"]) == 5


@pytest.mark.slow
def test_forecast_several_assets_in_one_request(capsys: pytest.CaptureFixture[str], fake: FakeLlm) -> None:
    found = said(capsys, "llm", "forecast", "BTC", "ETH", "--as-of", "2018-06-01T12:00Z")
    assert [asset["symbol"] for asset in found["assets"]] == ["BTC-USD", "ETH-USD"]
    opinions = [item["llm"] for asset in found["assets"] for item in asset["forecasts"]]
    assert len(opinions) == 6 and all(opinion["model"] == "fake-model" for opinion in opinions)
    assert sum("snapshots" in request["messages"][-1]["content"] for request in fake.heard) == 1


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("llm", "cost", "--days", "0"), 2, "count from 1"),
        (("llm", "cost", "--by", "mood"), 2, "invalid choice"),
        (("llm", "calls", "nobody"), 2, "There is no call 'nobody'"),
        (("llm", "score", "B T C"), 2, "cannot be read"),
        (("llm", "forecast", "BTC", "--timeframe", "2h"), 2, "Timeframe '2h' does not exist"),
        (("llm", "dance"), 2, "invalid choice"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, tuple) else "",
)
def test_bad_words_are_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, error: str
) -> None:
    found, _, err = run(capsys, *words)
    assert found == code and error in err
