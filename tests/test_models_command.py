"""`train` and `models` as a script calls them."""

import json

import pytest

from tests.test_commands import quick_home, run  # noqa: F401 (a fixture of every test here)

JUNE = ("--as-of", "2019-06-01T12:00Z")


def said(capsys: pytest.CaptureFixture[str], *words: str) -> dict:
    code, out, _ = run(capsys, *words, "--json")
    assert code == 0
    return json.loads(out)


@pytest.mark.slow
def test_the_life_of_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "models")
    assert code == 0 and "No model yet: python -m core train SYMBOL" in out
    first = said(capsys, "train", "btc", *JUNE)["models"]
    assert {row["horizon"] for row in first} == {"short", "medium", "long"}
    assert {row["status"] for row in first} == {"champion"}
    second = said(capsys, "train", "BTC-USD", "--as-of", "2019-06-08T12:00Z", "--challenge")["models"]
    assert {row["status"] for row in second} == {"challenger"}
    name, before = (next(row["id"] for row in rows if row["horizon"] == "short") for rows in (second, first))

    shown = said(capsys, "models", "show", name)
    assert shown["model"]["parent"] == before and shown["scores"]["rows"] > 0
    assert shown["description"]["training_seconds"] > 0 and len(shown["description"]["data_sha256"]) == 64
    code, out, _ = run(capsys, "models", "show", name)
    assert code == 0 and "out of sample" in out and "written with" in out

    checked = said(capsys, "models", "drift", "BTC", "--as-of", "2019-07-01T12:00Z")
    assert len(checked["reports"]) == 3 and len(checked["contests"]) == 3
    assert all(report["words"] for report in checked["reports"])

    assert said(capsys, "models", "promote", name)["model"]["status"] == "champion"
    code, _, err = run(capsys, "models", "promote", name)
    assert code == 2 and "champion of its series and horizon already" in err
    assert said(capsys, "models", "rollback", "BTC", "1h", "short")["model"]["id"] == before
    assert {row["id"]: row["status"] for row in said(capsys, "models", "list", "BTC")["models"]}[
        name
    ] == "retired"
    assert said(capsys, "models", "list", "ETH")["models"] == []
    assert said(capsys, "models", "prune", "--keep", "0")["removed"] == [name]
    code, out, _ = run(capsys, "models", "list")
    assert code == 0 and out.count("★ champion") == 3 and out.count("◆ challenger") == 2


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("train", "B T C"), 2, "cannot be read"),
        (("train", "BTC", "--timeframe", "2h"), 2, "Timeframe '2h' does not exist"),
        (("train", "ZZZZ"), 1, "No source has 1h bars of ZZZZ"),
        (("train", "BTC", "--as-of", "2017-10-06"), 1, "labelled rows"),
        (("models", "show", "nobody"), 1, "There is no model 'nobody'"),
        (("models", "promote", "nobody"), 1, "There is no model 'nobody'"),
        (("models", "rollback", "BTC", "1h", "weekly"), 2, "invalid choice"),
        (("models", "rollback", "BTC", "1h", "short"), 2, "There is no short champion of BTC-USD"),
        (("models", "prune", "--keep", "-2"), 2, "-2 models cannot be kept"),
        (("models", "drift", "BTC"), 2, "train one first"),
        (("models", "dance"), 2, "invalid choice"),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, tuple) else "",
)
def test_bad_words_are_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], code: int, error: str
) -> None:
    got, out, err = run(capsys, *words)
    assert error in out + err and got == code and "Traceback" not in out + err
