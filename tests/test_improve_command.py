"""`improve` as a script calls it."""

import json

import pytest

from tests.test_commands import quick_home, run  # noqa: F401 (a fixture of every test here)


def test_nothing_yet_a_run_without_a_model_and_what_is_shown_then(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "improve")
    assert (
        code == 0 and "No daily optimisation yet" in out and "00:00 UTC" in out and "at most 20 trials" in out
    )
    at = ("--timeframe", "1h", "--source", "sample", "--as-of", "2019-06-01T12:00Z")
    code, out, _ = run(capsys, "improve", "btc", "--run", *at, "--json")
    (night,) = json.loads(out)["nights"]
    assert code == 0 and night["run"]["state"] == "no model yet" and night["run"]["symbol"] == "BTC-USD"
    assert [step["step"] for step in night["steps"]] == ["results", "drift"]
    code, out, _ = run(capsys, "improve", "BTC")
    assert code == 0 and "– no model yet" in out and "nothing to check" in out
    assert "No daily optimisation yet" in run(capsys, "improve", "eth")[1]
    assert run(capsys, "improve", "btc", "--timeframe", "7q")[0] == 2
