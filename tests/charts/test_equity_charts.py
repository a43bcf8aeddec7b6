import numpy as np
import pandas as pd
import pytest

from core.charts import (
    Look,
    drawdown,
    equity_chart,
    monthly_returns_chart,
    percent_text,
    price_text,
    quantity_text,
    sparkline,
    trade_returns_chart,
)


def curve(values, start="2019-01-01", freq="D") -> pd.Series:
    index = pd.date_range(start, periods=len(values), freq=freq, tz="UTC")
    return pd.Series(np.asarray(values, dtype="float64"), index=index)


def named(figure, name):
    return next(trace for trace in figure.data if trace.name.startswith(name))


def test_drawdown_by_hand():
    assert drawdown(curve([100, 120, 90, 120, 132, 99])).tolist() == pytest.approx([0, 0, -0.25, 0, 0, -0.25])


def test_equity_curves_are_the_inputs():
    equity, hold = curve([100, 120, 90, 110]), curve([100, 90, 95, 130])
    figure = equity_chart(equity, hold, currency="EUR")
    assert np.array_equal(named(figure, "strategy +10.0%").y, equity)
    assert np.array_equal(named(figure, "buy and hold +30.0%").y, hold)
    assert named(figure, "strategy drawdown").y.min() == -0.25
    worst = named(figure, "worst drawdown")
    assert list(worst.y) == [-0.25]
    assert worst.x[0] == pd.Timestamp("2019-01-03")
    assert figure.layout.yaxis.title.text == "equity (EUR)"
    assert "worst fall −25.0%" in figure.layout.meta
    dashes = {named(figure, name).line.dash for name in ("strategy +", "buy and hold +")}
    assert dashes == {"solid", "dash"}


def test_long_equity_keeps_its_worst_point():
    values = np.full(50_000, 100.0)
    values[23_457] = 61.0
    figure = equity_chart(curve(values, freq="h"))
    drawn = named(figure, "strategy drawdown").y
    assert len(drawn) <= 4_000
    assert drawn.min() == pytest.approx(-0.39)


def test_months_are_chained_from_the_month_before():
    equity = pd.Series(
        [100.0, 110.0, 99.0, 148.5, 297.0],
        index=pd.DatetimeIndex(
            ["2018-11-05", "2018-11-30", "2018-12-31", "2019-01-15", "2019-03-31"], tz="UTC"
        ),
    )
    figure = monthly_returns_chart(equity)
    heat, numbers = figure.data
    table = pd.DataFrame(heat.z, index=heat.y, columns=heat.x)
    assert table.loc["2018", "Nov"] == pytest.approx(0.10)
    assert table.loc["2018", "Dec"] == pytest.approx(-0.10)
    assert table.loc["2018", "year"] == pytest.approx(-0.01)
    assert table.loc["2019", "Jan"] == pytest.approx(0.5)
    assert table.loc["2019", "Mar"] == pytest.approx(1.0)
    assert table.loc["2019", "year"] == pytest.approx(2.0)
    assert np.isnan(table.loc["2019", "Feb"])
    text = dict(zip(zip(numbers.x, numbers.y, strict=True), numbers.text, strict=True))
    assert text["Nov", "2018"] == "+10"
    assert text["year", "2018"] == "−1.0"
    assert ("Feb", "2019") not in text
    assert "nan" not in figure.layout.meta


def test_trade_returns_are_counted_once_and_split_at_zero():
    returns = np.array([-0.021, -0.004, 0.003, 0.004, 0.03, np.nan])
    figure = trade_returns_chart(returns)
    loss, gain = figure.data
    assert (loss.name, gain.name) == ("loss: 2", "gain: 3")
    assert (np.asarray(loss.x) < 0).all()
    assert (np.asarray(gain.x) > 0).all()
    assert loss.marker.pattern.shape == "/"
    mean, median = figure.layout.shapes
    assert mean.x0 == pytest.approx(0.0024)
    assert median.x0 == pytest.approx(0.003)
    assert "60% won" in figure.layout.meta


@pytest.mark.parametrize("returns", [[0.01], [0.0], [-0.5] * 40])
def test_trade_returns_of_odd_samples(returns):
    figure = trade_returns_chart(returns)
    assert sum(np.sum(trace.y) for trace in figure.data) == len(returns)


@pytest.mark.parametrize("look", list(Look))
def test_empty_inputs_say_what_to_do(look):
    for figure in (equity_chart(curve([]), look=look), equity_chart(curve([1.0]), look=look),
                   monthly_returns_chart(curve([]), look), trade_returns_chart([], look),
                   trade_returns_chart([float("nan")], look)):  # fmt: skip
        assert not figure.data
        assert figure.layout.annotations[0].text.endswith(".")


def test_sparkline_shows_its_direction():
    rising, falling = sparkline([1, 3, 2]), sparkline([3, 1, 2])
    assert list(rising.data[0].y) == [1, 3, 2]
    assert rising.data[1].marker.symbol == "triangle-up"
    assert rising.data[0].line.color == Look.LIGHT.tokens.profit
    assert falling.data[1].marker.symbol == "triangle-down"
    assert falling.layout.height == 48
    assert not sparkline([]).data


def test_numbers_as_words():
    assert [price_text(p) for p in (9842.1, 1.08423, 0.00001234, float("nan"))] == [
        "9,842.10",
        "1.0842",
        "0.00001234",
        "–",
    ]
    assert [percent_text(f) for f in (0.04, -0.02, float("inf"))] == ["+4.0%", "−2.0%", "–"]
    assert percent_text(0.315, 0, signed=False) == "32%"
    assert quantity_text(0.10) == "0.1"
