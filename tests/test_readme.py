"""What README promises works as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

from core.__main__ import parser
from core.collect import SampleSource
from core.features import build_features, leaks, random_cuts
from core.instruments import resolve
from core.records import Timeframe

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_strategy_of_20_lines_is_a_strategy_without_look_ahead() -> None:
    import pandas as pd

    (code,) = blocks("python")
    assert len([line for line in code.splitlines() if line.strip()]) <= 20
    names: dict = {}
    exec(code, names)
    strategy = names["DONCHIAN"]
    series = SampleSource().series[0]
    bars = SampleSource().fetch(resolve("BTC-USD"), Timeframe.H1, series.first, series.clock).iloc[:600]

    def said(cut: pd.DataFrame) -> pd.DataFrame:
        made = strategy.decide(cut, build_features(cut))
        return pd.DataFrame({"way": made.direction, "sure": made.confidence}, index=cut.index)

    assert set(said(bars)["way"]) == {-1, 0, 1}
    assert leaks(said, bars, random_cuts(len(bars), 15, seed=1)) == ()
    assert "Close" in strategy.explain(bars, build_features(bars))


@pytest.mark.parametrize(
    "line", [line for block in blocks("sh") for line in block.splitlines() if "-m core" in line]
)
def test_every_command_shown_is_understood(line: str) -> None:
    words = shlex.split(line, comments=True)
    options = parser().parse_args(words[words.index("core") + 1 :])
    assert callable(options.run)


@pytest.mark.parametrize("target", re.findall(r"\]\(((?!http)[^)#]+)\)", README))
def test_every_file_linked_is_there(target: str) -> None:
    assert (ROOT / target).exists()
