"""The Features page: every feature in words, with its unit, and the check that none sees the future."""

import pandas as pd
import pytest

from core.features import FEATURES
from core.records import Timeframe
from core.runtime import Runtime
from core.views import features as views

PAGE = "pages/research/features.py"


def test_a_feature_is_chosen_by_family_and_drawn_in_words(open_page):
    page = open_page(PAGE, asset="BTC-USD", timeframe="1h", source="sample")
    assert not page.exception
    assert page.metric[0].value == str(len(FEATURES))
    assert "close above its 20-bar average" in page.get("plotly_chart")[0].proto.spec
    page.selectbox(key="feature_family").set_value("levels").run()
    offered = page.selectbox(key="feature_name").options
    assert any(words.startswith("close above the last swing high") for words in offered) and len(offered) == 4
    page.selectbox(key="feature_name").set_value("above_day_high").run()
    assert not page.exception
    spec = page.get("plotly_chart")[0].proto.spec
    assert "close above the high of the day before" in spec and "ATR" in spec


def test_the_table_holds_every_feature_with_words_and_unit(open_page):
    page = open_page(PAGE, asset="BTC-USD", timeframe="1h", source="sample")
    table = page.dataframe[0].value
    assert list(table["name"]) == list(FEATURES)
    assert table["words"].str.len().gt(0).all() and table["unit"].str.len().gt(0).all()
    own = table[~table["family"].isin(["sentiment", "market"])]
    assert own["now"].notna().all() and (own["nulls"] <= 1.0).all()


def test_the_check_says_that_nothing_sees_the_future_and_draws_anew(open_page):
    page = open_page(PAGE, asset="BTC-USD", timeframe="1h", source="sample")
    assert not page.success
    page.button(key="feature_leaks").click().run()
    assert not page.exception and "none changed a digit" in page.success[0].value
    page.button(key="feature_leaks").click().run()
    assert "none changed a digit" in page.success[0].value


def test_without_bars_the_page_says_what_to_do(open_page):
    page = open_page(PAGE, asset="NVDA", timeframe="1h", source="yfinance")
    assert not page.exception and "Fetch or import" in page.info[0].value


@pytest.mark.parametrize(
    ("symbol", "lacking"), [("BTC-USD", "the market around it"), ("ETH-USD", "")], ids=["bitcoin", "ether"]
)
def test_why_a_feature_is_null_is_told(engine: Runtime, symbol: str, lacking: str):
    view = views.feature_view(engine.bench, symbol, Timeframe.H1, "sample", 300)
    assert lacking in view.missing and bool(view.missing) == bool(lacking)
    null = view.table[view.table["nulls"] == 100.0]["family"].unique()
    assert list(null) == (["market"] if lacking else [])


def test_the_rank_is_the_share_of_lower_values(engine: Runtime):
    view = views.feature_view(engine.bench, "BTC-USD", Timeframe.H1, "sample", 400)
    values = view.features["rsi_14"]
    row = view.table.set_index("name").loc["rsi_14"]
    assert row["now"] == values.iloc[-1]
    assert row["rank"] == pytest.approx(100 * ((values < values.iloc[-1]).sum() + 0.5) / 400)
    assert isinstance(view.table, pd.DataFrame) and len(view.bars) == len(view.features) == 400


def test_a_leaking_feature_is_named(engine: Runtime, monkeypatch: pytest.MonkeyPatch):
    """The words of the verdict; that planted leaks are found is tested beside the check itself."""
    bars = views.feature_view(engine.bench, "BTC-USD", Timeframe.H1, "sample", 300).bars
    leak = views.future_leaks.__globals__["Leak"](
        "rsi_14", bars.index[9], bars.index[8], "truncated", 1.0, 2.0
    )
    monkeypatch.setattr(views, "future_leaks", lambda *args, **kwargs: (leak,))
    verdict = views.leak_check(engine.bench, "BTC-USD", Timeframe.H1, "sample", 1)
    assert not verdict.passed and "rsi_14" in verdict.words and "Do not trust" in verdict.words
