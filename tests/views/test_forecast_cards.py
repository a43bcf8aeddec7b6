from dataclasses import replace
from datetime import UTC, datetime
from math import log

import pytest

from core.records import Forecast, Levels, MemberSay, VolatilityForecast
from core.views import forecast_cards


@pytest.fixture
def whole() -> Forecast:
    """Every head has spoken, and the model has no edge."""
    return Forecast(
        "medium", 24, 0.41, 0.30, 0.29, 0.33, 0.32, 0.35, -0.012, 1450, False, "m", datetime(2019, 6, 1, tzinfo=UTC),
        quantiles=tuple(log(1 + change) for change in (-0.05, -0.02, 0.001, 0.02, 0.05)), coverage=0.884,
        volatility=VolatilityForecast("medium", 24, 0.027, 0.0055, "har", ()),
        levels=Levels(0.024, 0.021, 0.025, 0.02, 2400),
        members=(MemberSay("xgboost", 0.3, 0.3, 0.4, 0.55),), edge_words="Its hit rate does not clear the break-even.",
    )  # fmt: skip


def test_every_number_has_its_unit_and_its_meaning(whole):
    (card,) = forecast_cards([whole], 1000.0, "USD")
    assert card.heading == "Medium · 24 bars"
    assert [(n.label, n.value, n.delta) for n in card.chances] == [
        ("▲ up", "29 %", "−6.0 pts"), ("■ flat", "30 %", "−2.0 pts"), ("▼ down", "41 %", "+8.0 pts"),
    ]  # fmt: skip
    assert "base rate, what knowing nothing would say, is 35.0 %" in card.chances[0].meaning
    assert [(n.label, n.value, n.delta) for n in card.lines] == [
        ("9 of 10", "950.00 … 1,050.00 USD", "−5.00 % … +5.00 %"),
        ("Half", "980.00 … 1,020.00 USD", "−2.00 % … +2.00 %"),
        ("Median", "1,001.00 USD", "+0.10 %"),
        ("Volatility", "± 2.70 %", None),
        ("Stop / target, long", "976.00 / 1,021.00 USD", "−2.40 % / +2.10 %"),
        ("Stop / target, short", "1,025.00 / 980.00 USD", "+2.50 % / −2.00 %"),
    ]
    assert "it held 88 % of the returns; 90 % is meant" in card.lines[0].meaning
    assert card.lines[0].meaning.count(".") == 2 and "0.55 % a bar" in card.lines[3].meaning
    assert [(m.label, m.value, m.delta) for m in card.members] == [
        ("xgboost", "▲ 40 % ■ 30 % ▼ 30 %", "weight 55 %")
    ]
    assert all(len(n.meaning) > 30 for n in (*card.chances, *card.lines, *card.members))


def test_the_claim_is_that_of_the_record(whole):
    (card,) = forecast_cards([whole], 1000.0, "USD")
    assert (card.edge, card.claim) == (False, "no evidence of edge")
    assert card.claim_meaning.startswith(
        "Its hit rate does not clear the break-even. Out of sample its Brier score is 1.2 % worse"
    )
    assert card.claim_meaning.endswith("Read its numbers as no better than knowing nothing.")
    (proven,) = forecast_cards([replace(whole, edge=True, edge_words="", skill=0.03)], 1000.0, "")
    assert proven.claim == "beats knowing nothing" and "3.0 % better" in proven.claim_meaning
    assert proven.lines[2].value == "1,001.00"


def test_heads_that_are_missing_leave_no_line_and_nearest_comes_first(whole):
    bare = replace(whole, horizon="long", bars=96, quantiles=(), volatility=None, levels=None, members=())
    near, far = forecast_cards([bare, whole], 1000.0, "USD")
    assert (near.horizon, far.horizon) == ("medium", "long")
    assert far.lines == () and far.members == () and len(far.chances) == 3
