"""Forms, ranges and words of the backtest page."""

import pandas as pd
import pytest

from core.records import Costs
from core.settings import Settings
from core.signals import STRATEGIES
from core.views.backtest_form import (
    chosen_values,
    cost_fields,
    form_fields,
    profile_fields,
    profile_words,
    strategy_forms,
)
from core.views.backtest_range import FEWEST, around_trade, bar_numbers, dragged, shifted, whole, zoomed
from core.views.backtest_words import amount
from tests.seeded import seeded_bars

INDEX = seeded_bars(1_000).index


def test_every_strategy_is_offered_with_its_bounds_and_meanings() -> None:
    forms = {form.name: form for form in strategy_forms()}
    assert set(STRATEGIES) <= set(forms)
    fast = forms["sma_cross"].fields[0]
    assert (fast.label, fast.kind, fast.value, fast.minimum, fast.maximum, fast.step) == (
        "Fast",
        "int",
        20,
        2,
        500,
        1,
    )
    assert "Length of the fast average" in fast.meaning and "at least 2, at most 500" in fast.meaning
    for form in forms.values():
        assert all(field.meaning for field in form.fields)


def test_fractions_are_shown_as_per_cent_and_come_back_as_they_were(settings: Settings) -> None:
    costs = cost_fields(settings)
    fee = costs[0]
    assert (fee.label, fee.value, fee.minimum, fee.maximum) == ("Fee (%)", 0.1, 0.0, 10.0)
    stored = chosen_values(costs, {field.name: field.value for field in costs})
    assert Costs(**stored) == settings.costs.record()
    assert chosen_values(costs, {"fee": 0.07})["fee"] == 0.0007
    rules = {field.name: field for field in profile_fields(settings, "careful")}
    assert rules["stop"].optional and not rules["size"].optional and rules["trail"].rare
    assert rules["entry"].options == ("market", "limit", "stop")
    assert rules["stop"].zero_is_none and rules["stop"].minimum == 0 and "0: none" in rules["stop"].meaning
    assert (
        chosen_values((rules["stop"],), {"stop": None})
        == chosen_values((rules["stop"],), {"stop": 0.0})
        == {"stop": None}
    )
    maker = next(field for field in costs if field.name == "maker")
    assert chosen_values((maker,), {"maker": 0.0}) == {"maker": 0.0}


@pytest.mark.parametrize("name", list(STRATEGIES))
def test_a_form_gives_back_what_it_was_made_from(name: str) -> None:
    parameters = STRATEGIES[name].parameters
    assert chosen_values(form_fields(parameters), {}) == parameters.model_dump()


def test_a_profile_in_words_tells_what_is_unusual() -> None:
    told = profile_words(
        '{"size": 0.5, "stop": null, "target": 0.1, "short": false, "trail": 0.03, "latency": 2}'
    )
    assert told == "50% of equity, no stop, target 10.0%, long only, trail 3.0%, latency 2"
    assert profile_words("{}") == ""


def test_amounts_carry_their_currency() -> None:
    assert [amount(-1234.5, "USD"), amount(2.0, "EUR"), amount(None, "USD")] == [
        "−$1,234.50",
        "2.00 EUR",
        "–",
    ]


def test_a_range_moves_zooms_and_stays_inside() -> None:
    everything = whole(INDEX)
    assert bar_numbers(INDEX, everything) == (0, 999)
    middle = zoomed(INDEX, everything, 0.1)
    assert bar_numbers(INDEX, middle) == (450, 549)
    assert bar_numbers(INDEX, shifted(INDEX, middle, 0.5)) == (500, 599)
    assert bar_numbers(INDEX, shifted(INDEX, middle, -50)) == (0, 99)
    assert bar_numbers(INDEX, shifted(INDEX, middle, 50)) == (900, 999)
    assert bar_numbers(INDEX, zoomed(INDEX, middle, 1e6)) == (0, 999)
    first, last = bar_numbers(INDEX, zoomed(INDEX, middle, 1e-6))
    assert last - first + 1 == FEWEST


def test_a_range_around_a_trade_holds_it() -> None:
    trades = pd.DataFrame({"entry_time": [INDEX[3], INDEX[500]], "exit_time": [INDEX[4], INDEX[700]]})
    assert bar_numbers(INDEX, around_trade(INDEX, trades, 1))[0] == 0
    first, last = bar_numbers(INDEX, around_trade(INDEX, trades, 2))
    assert first == 300 and last == 900
    assert around_trade(INDEX, trades, 99) == around_trade(INDEX, trades, 2)


def test_a_drag_is_read_in_either_direction_and_cut_to_the_run() -> None:
    everything = whole(INDEX)
    there = dragged(["2019-01-20 10:30", "2019-01-10 00:00:00.1234"], everything)
    assert bar_numbers(INDEX, there) == (217, 466)
    assert dragged(["1999-01-01", "2099-01-01"], everything) == everything
    assert dragged(["1999-01-01", "1999-02-01"], everything) == everything
