"""The ledger, summed and narrowed."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import Look
from core.charts.llm_hits import hit_rate_chart
from core.charts.llm_spending import spending_chart
from core.store import Store
from core.store.llm import read_calls
from core.views.llm_ledger import GROUPS, MEASURES, hit_rate, narrowed, spending, spending_table, symbols_of
from tests.stored_calls import store_calls

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def calls(store: Store) -> pd.DataFrame:
    store_calls(store, NOW)
    found = read_calls(store)
    return found.assign(tokens=found["tokens_in"] + found["tokens_out"])


def test_requests_about_several_assets_are_split_between_them(calls: pd.DataFrame) -> None:
    table = spending_table(calls, "asset").set_index("group")
    assert table.loc["ETH-USD", ["calls", "tokens"]].tolist() == [0.5, 500.0]
    assert table.loc["BTC-USD", ["calls", "tokens"]].tolist() == [3.5, 2500.0]
    assert table.loc["ETH-USD", "cost"] == pytest.approx(0.0005)


def test_without_a_price_there_is_no_cost(calls: pd.DataFrame) -> None:
    table = spending_table(calls, "model").set_index("group")
    assert pd.isna(table.loc["dear-model", "cost"]) and table.loc["dear-model", "unpriced"] == 1
    assert (
        table.loc["fake-model", "cost"] == pytest.approx(0.002) and table.loc["fake-model", "unpriced"] == 0
    )


def test_days_are_told_in_their_order(calls: pd.DataFrame) -> None:
    assert spending_table(calls, "day")["group"].tolist() == ["2026-03-19", "2026-03-20"]


@pytest.mark.parametrize("by", list(GROUPS))
def test_every_sum_holds_all_that_was_sent(calls: pd.DataFrame, by: str) -> None:
    sent = calls[calls["attempts"] > 0]
    sums = spending(calls, by)
    assert sums["calls"].sum() == pytest.approx(4) and sums["tokens"].sum() == pytest.approx(
        sent["tokens"].sum()
    )
    assert sums["seconds"].sum() == pytest.approx(sent["seconds"].sum())


def test_the_hit_rate_counts_units_that_were_answered(calls: pd.DataFrame) -> None:
    hits = hit_rate(calls)
    assert hits["cached"].tolist() == [0, 6] and hits["asked"].tolist() == [5, 6]
    assert hits["share"].tolist() == [0.0, 0.5]
    assert hit_rate(calls.iloc[:0]).empty


def test_calls_are_narrowed_by_use_state_and_asset(calls: pd.DataFrame) -> None:
    assert narrowed(calls, [], [], [])["id"].tolist() == calls["id"].tolist()
    assert narrowed(calls, [], [], ["ETH-USD"])["id"].tolist() == ["call-1"]
    assert narrowed(calls, ["sentiment"], ["answered"], ["BTC-USD"])["id"].tolist() == ["call-1", "call-4"]
    assert narrowed(calls, ["summary"], [], []).empty
    assert symbols_of(calls) == ["BTC-USD", "ETH-USD"]


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize("by", list(GROUPS))
@pytest.mark.parametrize("measure", list(MEASURES))
def test_the_bars_add_up_to_the_sums(calls: pd.DataFrame, by: str, measure: str, look: Look) -> None:
    sums = spending(calls, by)
    figure = spending_chart(sums, by, measure, look)
    axis = "y" if by == "day" else "x"
    assert sum(sum(bar[axis]) for bar in figure.data) == pytest.approx(sums[measure].sum())
    assert {bar.name for bar in figure.data} == {"sentiment", "forecast", "validation"}
    assert figure.layout.title.text.endswith("?") and f"by {by}" in figure.layout.meta


@given(st.text(max_size=60))
def test_names_of_others_are_no_markup(name: str) -> None:
    sums = pd.DataFrame(
        [
            {
                "group": f"<b>{name}</b>",
                "use": "sentiment",
                "tokens": 1.0,
                "cost": 0.0,
                "calls": 1.0,
                "seconds": 0.0,
            }
        ]
    )
    figure = spending_chart(sums, "model", "tokens")
    assert "<b>" not in figure.layout.yaxis.ticktext[0] and "<b>" not in figure.data[0].customdata[0][0]


def test_hits_fill_each_bar_to_the_whole(calls: pd.DataFrame) -> None:
    figure = hit_rate_chart(hit_rate(calls))
    assert [sum(pair) for pair in zip(*(bar.y for bar in figure.data), strict=True)] == [1.0, 1.0]
    assert "35%" in figure.layout.meta


def test_an_empty_ledger_says_what_to_do(calls: pd.DataFrame) -> None:
    nothing = calls.iloc[:0]
    assert (
        "Run a cycle"
        in spending_chart(spending(nothing, "asset"), "asset", "cost").layout.annotations[0].text
    )
    assert "No answer yet" in hit_rate_chart(hit_rate(nothing)).layout.annotations[0].text
    assert spending_table(nothing, "day").empty


def test_more_than_three_days_are_told_by_day(calls: pd.DataFrame) -> None:
    older = calls.assign(at=calls["at"] - timedelta(days=9))
    hits = hit_rate(pd.concat([calls, older], ignore_index=True))
    assert (pd.DatetimeIndex(hits.index).hour == 0).all() and len(hits) == 4
