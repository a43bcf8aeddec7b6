from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from core.charts import Line, Look, bollinger_band, candle_chart, decision_chart, macd_panel, rsi_panel
from core.charts.time_axis import holes, plain_times, range_breaks
from core.records import ExitReason, Trade
from core.tables import empty_bars


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def features_of(bars):
    close = bars["close"]
    return pd.DataFrame(
        {"sma_20": close.rolling(20).mean(), "bb_upper": close + 2, "bb_lower": close - 2, "rsi_14": 50.0,
         "macd": 0.1, "macd_signal": 0.2, "macd_hist": -0.1}, index=bars.index,
    )  # fmt: skip


def test_candles_are_the_bars(bars):
    figure = candle_chart(bars, currency="USD", title="Price")
    price = named(figure, "price")
    for column in ("open", "high", "low", "close"):
        assert np.array_equal(price[column], bars[column])
    assert np.array_equal(price.x, bars.index.tz_localize(None).as_unit("ms"))
    assert np.array_equal(named(figure, "volume").y, bars["volume"])
    assert figure.layout.yaxis.title.text == "price (USD)"
    assert figure.layout.xaxis.title.text == "time (UTC)"
    assert figure.layout.title.text == "Price"
    assert price.increasing.fillcolor != price.decreasing.fillcolor, "hollow against filled"


def test_overlays_and_panels_draw_ready_columns_only(bars):
    features = features_of(bars)
    figure = candle_chart(
        bars, features, ["sma_20", bollinger_band(), Line("absent")], [rsi_panel(), macd_panel(), "nowhere"]
    )
    assert np.array_equal(named(figure, "sma_20").y, features["sma_20"], equal_nan=True)
    assert np.array_equal(named(figure, "Bollinger bands").y, features["bb_upper"])
    assert np.array_equal(named(figure, "Bollinger bands low").y, features["bb_lower"])
    assert named(figure, "rsi_14").yaxis == "y3"
    assert (
        named(figure, "MACD").yaxis
        == named(figure, "signal").yaxis
        == named(figure, "macd_hist").yaxis
        == "y4"
    )
    assert figure.layout.yaxis3.range == (0, 100)
    assert [shape.y0 for shape in figure.layout.shapes if shape.yref == "y3"] == [30, 70]
    assert not {"absent", "nowhere"} & {trace.name for trace in figure.data}
    domains = [figure.layout[f"yaxis{n}"].domain for n in ("", 2, 3, 4)]
    assert all(upper[0] > lower[1] for upper, lower in pairwise(domains))


def test_no_volume_means_no_volume_panel(bars):
    names = [
        trace.name for trace in candle_chart(bars.assign(volume=0.0), features_of(bars), (), ["rsi_14"]).data
    ]
    assert names == ["price", "rsi_14"]


def test_many_bars_are_joined_and_the_figure_says_so(make_bars):
    bars = make_bars(100 + np.cumsum(np.sin(np.arange(7_000))))
    figure = candle_chart(bars, features_of(bars), ["sma_20"])
    price = named(figure, "price")
    assert len(price.x) == 2_334
    assert price.high.max() == bars["high"].max()
    assert price.low.min() == bars["low"].min()
    assert len(named(figure, "sma_20").y) == len(price.x)
    assert "each candle joins 3 bars" in figure.layout.annotations[0].text
    assert "joins 3 bars" in price.hovertemplate
    near = candle_chart(bars, view=(bars.index[100], bars.index[199]))
    assert len(named(near, "price").x) == 100
    assert not near.layout.annotations


def test_trades_in_view_are_marked(bars):
    def trade(first, last, quantity, pnl):
        return Trade("BTC-USD", quantity, bars.index[first], 100.0, bars.index[last], 101.0, 0.2, pnl, pnl / 100,
                     ExitReason.TAKE_PROFIT, "o")  # fmt: skip

    figure = candle_chart(
        bars, trades=[trade(30, 40, -1, -2.0), trade(3, 9, 1, 1.0)], view=(bars.index[20], bars.index[60])
    )
    entry, leave = named(figure, "entry"), named(figure, "exit")
    assert list(entry.y) == [100.0]
    assert list(entry.marker.symbol) == ["triangle-down"]
    assert list(leave.marker.color) == [Look.LIGHT.tokens.loss]
    assert "take profit" in leave.customdata[0]
    assert "−2.00" in leave.customdata[0]


def test_weekends_nights_and_holidays_are_left_out():
    days = pd.bdate_range("2019-06-24", "2019-07-12", tz="UTC").difference(
        pd.DatetimeIndex(["2019-07-04"], tz="UTC")
    )
    assert range_breaks(days) == [{"bounds": ["sat", "mon"]}, {"values": ["2019-07-04"]}]
    hours = pd.DatetimeIndex([d + pd.Timedelta(hours=h) for d in days for h in range(14, 21)])
    assert range_breaks(hours)[-1] == {"bounds": [21.0, 14.0], "pattern": "hour"}
    assert holes(hours, range_breaks(hours)) == []
    assert range_breaks(pd.date_range("2019-06-24", periods=400, freq="1h", tz="UTC")) == []
    assert range_breaks(pd.date_range("2019-06-24", periods=50, freq="1h", tz="UTC")) == []
    assert range_breaks(empty_bars().index) == []


def test_holes_are_found_and_shaded(bars):
    broken = bars.drop(bars.index[20:25])
    assert holes(broken.index, []) == [(pd.Timestamp("2019-06-01 20:00"), pd.Timestamp("2019-06-02 01:00"))]
    shapes = candle_chart(broken).layout.shapes
    assert [(s.x0, s.x1, s.name) for s in shapes] == [
        (pd.Timestamp("2019-06-01 20:00"), pd.Timestamp("2019-06-02 01:00"), "no data (1)")
    ]


def test_times_are_utc_whatever_the_zone():
    index = pd.DatetimeIndex(["2019-06-01 10:00"], tz="America/New_York")
    assert plain_times(index)[0] == np.datetime64("2019-06-01T14:00")


@pytest.mark.parametrize("quantity", [0.5, -0.5])
def test_decision_shows_entry_stop_and_target(bars, quantity, make_report):
    figure = decision_chart(bars, make_report(quantity, price=100.0, fill=101.0), currency="USD")
    sign = np.sign(quantity)
    assert named(figure, "entry").y[0] == 101.0
    assert named(figure, "stop").y[0] == pytest.approx(101.0 * (1 - sign * 0.02))
    assert named(figure, "target").y[0] == pytest.approx(101.0 * (1 + sign * 0.04))
    assert named(figure, "fill").y[0] == 101.0
    arrow = named(figure, "long" if quantity > 0 else "short")
    assert arrow.marker.symbol == ("triangle-up" if quantity > 0 else "triangle-down")
    labels = [note.text for note in figure.layout.annotations]
    assert any("<b>target</b>" in text and ("+4.0%" if sign > 0 else "−4.0%") in text for text in labels)
    assert any("<b>stop</b>" in text and ("−2.0%" if sign > 0 else "+2.0%") in text for text in labels)
    assert any("decided 2019-06-03 12:00 UTC" in text for text in labels)


def test_decision_without_fill_measures_from_the_last_close(bars, make_report):
    figure = decision_chart(bars, make_report(1.0, price=100.0))
    assert named(figure, "last close").y[0] == 100.0
    assert named(figure, "stop").y[0] == pytest.approx(98.0)


def test_decision_never_shows_an_unclosed_bar_as_seen(bars, make_report):
    seen = named(decision_chart(bars, make_report(1.0)), "price")
    assert seen.x[-1] == np.datetime64("2019-06-03T11:00")
    figure = decision_chart(bars, make_report(1.0), after=bars)
    later = named(figure, "what became of it")
    assert later.x[0] == np.datetime64("2019-06-03T12:00")
    assert len(later.x) == 80 - 60
    assert later.decreasing.fillcolor.endswith(",0.4)")


def test_decision_lines_reach_over_a_weekend(make_bars, make_report):
    days = pd.bdate_range("2019-03-01", "2019-05-31", tz="UTC", name="date").as_unit("us")
    bars = make_bars(100 + np.arange(len(days)) % 7).set_axis(days)
    figure = decision_chart(bars, make_report(1.0, as_of=datetime(2019, 6, 1, tzinfo=UTC)))
    stop = named(figure, "stop")
    open_days = [time for time in pd.DatetimeIndex(stop.x) if time.day_of_week < 5]
    assert len(open_days) > 5
    assert stop.connectgaps


def test_holding_draws_no_levels(bars, make_report):
    names = [trace.name for trace in decision_chart(bars, make_report(0.0)).data]
    assert names == ["price"]


def test_empty_inputs_say_what_to_do(make_report):
    assert "Choose an asset" in candle_chart(empty_bars()).layout.annotations[0].text
    text = decision_chart(empty_bars(), make_report(1.0)).layout.annotations[0].text
    assert "Fetch its history" in text.replace("<br>", " ")
