"""`backtest` as a script calls it."""

import json
from pathlib import Path

import pytest

from tests.test_commands import quick_home, run  # noqa: F401 (a fixture of every test here)

SMALL = ("backtest", "BTC", "--timeframe", "1d")


def test_every_choice_reaches_the_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page, table = tmp_path / "r.html", tmp_path / "r.csv"
    code, out, _ = run(
        capsys, *SMALL, "--param", "fast=5", "--param", "slow=15", "--fee", "0.002", "--stop", "none", "--size", "0.3",
        "--no-short", "--profile", "bold", "--cash", "2500", "--html", str(page), "--csv", str(table), "--json",
    )  # fmt: skip
    found = json.loads(out)
    assert code == 0 and json.loads(found["parameters"]) == {"fast": 5, "slow": 15}
    assert found["costs"]["fee"] == 0.002 and found["initial_cash"] == 2500
    profile = json.loads(found["profile"])
    assert (profile["stop"], profile["size"], profile["short"], profile["target"]) == (None, 0.3, False, 0.15)
    assert found["verdict"]["kind"] and found["intervals"]["reps"] == 1000
    assert "Moving-average cross (5 / 15)" in page.read_text("utf-8")
    assert len(table.read_text("utf-8").splitlines()) == found["metrics"]["trades"] + 1


def test_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, *SMALL)
    assert code == 0 and "Paid for trading" in out and "Assumed:" in out and "edge" in out.lower()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--param", "fast=900"), "fast of sma_cross is 900"),
        (("--param", "fast"), "write it like fast=10"),
        (("--param", "speed=1"), "There is no 'speed' of sma_cross"),
        (("--stop", "abc"), "stop of the risk profile is 'abc'"),
        (("--fee", "0.7"), "fee of the costs is 0.7"),
        (("--profile", "wild"), "There is no risk profile 'wild'"),
        (("--cash", "-1"), "must be above 0"),
        (("--from", "2019-01-01", "--to", "2018-01-01"), "The dates are swapped"),
    ],
    ids=lambda value: " ".join(value)[:24] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_bad_words_are_one_sentence_and_exit_2(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, _, err = run(capsys, *SMALL, *words)
    assert code == 2 and said in err and "Traceback" not in err


def test_a_file_that_cannot_be_written_is_a_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, _, err = run(capsys, *SMALL, "--csv", str(tmp_path / "no" / "where.csv"))
    assert code == 1 and "cannot be written" in err
