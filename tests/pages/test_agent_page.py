"""The agent's page and command: train, judge, explain; all on the sample with few small trees."""

import json

import pytest

from core.__main__ import main
from core.runtime import Runtime
from core.views.agent import agent_list, agent_view, policies_frame
from tests import quick
from tests.pages.conftest import OpenPage

PAGE = "pages/research/agent.py"


def test_before_the_first_training(open_page: OpenPage) -> None:
    test = open_page(PAGE)
    assert not test.exception
    assert any("Press **Train**" in box.value for box in test.info)


@pytest.mark.slow
def test_trained_judged_and_explained(open_page: OpenPage, engine: Runtime) -> None:
    asked = {
        "symbol": "BTC-USD", "timeframe": "1h", "source": "sample", "seeds": "2", "iterations": "2",
        "as_of": "2019-06-26T12:00Z",
    }  # fmt: skip
    job = engine.jobs.wait(engine.jobs.submit("agent", asked), 300)
    assert job.error is None and job.result_id
    view = agent_view(engine.bench, job.result_id)
    assert view.finished and view.run.judgement is not None and not view.run.judgement.earned
    assert list(agent_list(engine.bench, "BTC-USD", engine.settings.timeframe)) == [job.result_id]
    assert len(policies_frame(view.run)) == 1 + 5 + 2
    test = open_page(PAGE, agent=job.result_id)
    assert not test.exception
    assert any("does not earn its place" in box.value for box in test.warning)
    assert next(metric.label for metric in test.metric) == "Growth a year"


@pytest.mark.slow
def test_the_command_trains_lists_and_shows(home, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "settings.toml").write_text(quick.TOML)
    words = (
        "agent",
        "train",
        "BTC-USD",
        "--seeds",
        "1",
        "--iterations",
        "2",
        "--as-of",
        "2019-06-26T12:00Z",
        "--json",
    )
    assert main(words) == 0
    run = json.loads(capsys.readouterr().out)
    assert run["judgement"]["earned"] is False and len(run["judgement"]["seeds"]) == 1
    assert main(("agent", "list")) == 0 and run["id"] in capsys.readouterr().out
    assert main(("agent", "show", run["id"])) == 0 and "does not earn its place" in capsys.readouterr().out
    assert main(("agent", "show", "none")) == 1
    assert main(("agent", "train", "BTC-USD", "--seeds", "0")) == 2
