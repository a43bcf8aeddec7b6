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

    code = blocks("python")[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 20
    names: dict = {}
    exec(code, names)
    strategy = names["INSIDE_BAR"]
    series = SampleSource().series[0]
    bars = SampleSource().fetch(resolve("BTC-USD"), Timeframe.H1, series.first, series.clock).iloc[:1500]

    def said(cut: pd.DataFrame) -> pd.DataFrame:
        made = strategy.decide(cut, build_features(cut))
        return pd.DataFrame({"way": made.direction, "sure": made.confidence}, index=cut.index)

    assert set(said(bars)["way"]) == {-1, 0, 1}
    assert leaks(said, bars, random_cuts(len(bars), 15, seed=1)) == ()
    assert "Close" in strategy.explain(bars, build_features(bars))


def test_the_source_shown_serves_bars_through_the_common_door() -> None:
    from datetime import UTC, datetime

    from core.collect import BarRequest, Gate, collect_bars
    from core.tables import empty_bars

    names: dict = {}
    exec(blocks("python")[1], names)
    now = datetime(2024, 3, 5, 12, tzinfo=UTC)
    days = [int(datetime(2024, 3, day, tzinfo=UTC).timestamp()) for day in (2, 3, 4)]
    names["get_json"] = lambda url, **how: [[day, 10, 12, 9, 11, 5] for day in days]
    request = BarRequest(resolve("BTC-USD"), Timeframe.D1, datetime(2024, 3, 2, tzinfo=UTC), now, now)
    found = collect_bars(
        request, [names["MyExchange"]()], lambda *key: empty_bars(), lambda *key: (), Gate(60, lambda: now)
    )
    assert found.source == "myexchange" and found.bars["close"].tolist() == [11.0, 11.0, 11.0]


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
