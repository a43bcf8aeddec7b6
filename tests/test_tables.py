from datetime import UTC, datetime

import pandas as pd
import pytest

from core.errors import BadData
from core.records import Timeframe
from core.tables import BAR_COLUMNS, check_bars, closed_bars, empty_bars


def three_hours() -> pd.DataFrame:
    index = pd.date_range("2024-01-01", periods=3, freq="h", tz="UTC", name="date").as_unit("us")
    rows = [(10.0, 12.0, 9.0, 11.0, 5.0), (11.0, 13.0, 10.0, 12.0, 0.0), (12.0, 12.5, 11.0, 11.5, 7.0)]
    return pd.DataFrame(rows, columns=list(BAR_COLUMNS), index=index)


def test_good_and_empty_bars_pass_unchanged() -> None:
    bars = three_hours()
    pd.testing.assert_frame_equal(check_bars(bars, "here"), bars)
    assert check_bars(empty_bars(), "here").empty


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (lambda f: f.assign(high=[1.0, 1.0, 1.0]), "high below"),
        (lambda f: f.assign(low=[20.0, 20.0, 20.0]), "low above|high below"),
        (lambda f: f.assign(close=[-1.0, 1.0, 1.0]), "greater_than"),
        (lambda f: f.assign(open=[None, 1.0, 1.0]), "null|high|not_nullable"),
        (lambda f: f.iloc[::-1], "out of order"),
        (lambda f: f.iloc[[0, 0, 1]], "doubled"),
        (lambda f: f.drop(columns="volume"), "volume|column"),
        (lambda f: f.tz_localize(None), "UTC"),
    ],
)
def test_each_broken_rule_is_named_with_its_place(fault, said: str) -> None:
    with pytest.raises(BadData, match=f"file x.*({said})"):
        check_bars(fault(three_hours()), "file x")


def test_a_bar_is_visible_when_it_has_closed_not_before() -> None:
    bars = three_hours()
    seen = [
        len(closed_bars(bars, Timeframe.H1, datetime(2024, 1, 1, h, m, tzinfo=UTC)))
        for h, m in [(0, 59), (1, 0), (1, 1), (3, 0)]
    ]
    assert seen == [0, 1, 1, 3]
