"""`optimise` on the command line: one JSON object, sentences, exit codes."""

import json
from pathlib import Path

import pytest

from core.__main__ import main
from tests import quick


@pytest.fixture(autouse=True)
def quick_home(home: Path) -> None:
    (home / "settings.toml").write_text(quick.TOML)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        code = main(["optimise", "NVDA", "--timeframe", "1d", *words])
    except SystemExit as stop:
        code = int(stop.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_grid_for_people_and_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    space = ("--space", "fast=5:20:5", "slow=30:60:10")
    code, out, err = run(capsys, *space)
    assert code == 0 and "of 16 cells" in err
    assert "Plateau: fast" in out and "Peak: fast" in out and "Overfitting (PBO)" in out
    code, out, _ = run(capsys, *space, "--json")
    found = json.loads(out)
    assert code == 0 and found["cells"] == 16 and found["request"]["method"] == "grid"
    assert set(found["plateau"]["parameters"]) == {"fast", "slow", "stop", "target"}


def test_tpe_with_two_objectives(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "--method", "tpe", "--trials", "15", "--space", "fast=3:40:log", "slow=50:200:log",
        "--objective", "sharpe", "max_drawdown", "--max-drawdown", "0.5", "--json",
    )  # fmt: skip
    found = json.loads(out)
    assert code == 0 and found["cells"] == 15 and found["front"]


def test_walk_forward(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys, "--method", "walk-forward", "--space", "fast=5:20:5", "--windows", "1500:1200:5", "--anchored", "--json"
    )  # fmt: skip
    walked = json.loads(out)["walk_forward"]
    assert code == 0 and len(walked["windows"]) >= 3 and "efficiency" in walked
    assert len({window["train_start"] for window in walked["windows"]}) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--space", "fast"), "write it like fast=5:50:5"),
        (("--space", "speed=1:2:1"), "no parameter 'speed'"),
        (("--space", "fast=60:80:5", "slow=30"), "takes no cell"),
        (("--windows", "many"), "write them like 2000:500"),
        (("--anchored",), "add --windows"),
        (("--trials", "0"), "give 1 to"),
    ],
)
def test_bad_input_is_one_sentence(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    code, out, err = run(capsys, *words)
    assert code == 2 and said in err and out == ""
