"""`report` on the command line: written to a file, printed again, refused in one sentence."""

import json
import re
from pathlib import Path

import pytest

from core.__main__ import main
from core.llm import Purse
from core.pipeline.daily_analysis import write_report
from core.report.day_markdown import bare, foreign, plain
from core.runtime import Runtime
from core.settings import load_settings
from tests import quick
from tests.report.told_day import DAY, HOSTILE, NOW, traded_day


@pytest.fixture
def told(home: Path) -> None:
    """A home whose database holds the report of the day written by hand."""
    (home / "settings.toml").write_text(quick.TOML)
    opened = Runtime(load_settings(), lambda: NOW)
    traded_day(opened.bench)
    write_report(opened.bench, DAY, Purse(opened.settings.llm))
    opened.close()


def test_a_day_is_written_as_both_files_and_told_as_json(
    told: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, begins in (("day.md", "# Daily report of Tuesday"), ("day.html", "<!doctype html>")):
        target = tmp_path / name
        assert main(["report", "2024-03-05", "--write", str(target)]) == 0
        assert target.read_text(encoding="utf-8").startswith(begins)
        assert f"Written to {target}." in capsys.readouterr().out
    assert main(["report", "2024-03-05", "--stored", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["report"]["assets"][0]["market"]["close"] == 124.0 and said["day"] == "2024-03-05"


def test_a_terminal_gets_no_strokes_that_renderers_need(
    told: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "day.md"
    assert main(["report", "2024-03-05", "--write", str(target)]) == 0
    capsys.readouterr()
    assert main(["report", "2024-03-05", "--stored"]) == 0
    printed, kept = capsys.readouterr().out, target.read_text(encoding="utf-8")
    assert "\\" not in printed and "$10,060.00" in printed
    assert "\\$10,060.00" in kept and not re.search(r"(?<!\\)\$", kept), "a page would take it for a formula"


@pytest.mark.parametrize("words", [HOSTILE, r"C:\new\$x", r"\\", "a_b *c* ://", "no sign"])
def test_words_come_out_as_they_were(words: str) -> None:
    assert bare(foreign(words)) == bare(plain(words)) == words


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["2024-03-05", "--write", "day.pdf"], 2, "let the file end in .md or .html"),
        (["yesterday"], 2, "is no day"),
        (["2024-03-05", "--stored"], 1, "There is no report of 2024-03-05"),
        (["9999-12-31"], 2, "has not begun"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    words: list[str], code: int, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *words]) == code
    assert why in capsys.readouterr().err
