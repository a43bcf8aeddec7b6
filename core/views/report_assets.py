"""One asset of a daily report as the page and the files show it."""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from core.charts.day_report import day_chart
from core.charts.forecast_fan import forecast_fan
from core.charts.palette import Look
from core.instruments import resolve
from core.patterns import PriceLevel
from core.records import AssetDay, DayBars, DayMarket
from core.tables import BAR_COLUMNS
from core.views.number import Number, change, money, percent, plain, price
from core.views.report_tables import (
    TextTable,
    decisions_table,
    drivers_table,
    forecasts_table,
    fundamentals_table,
    levels_table,
    no_trades_table,
    technicals_table,
    trades_table,
)


@dataclass(frozen=True, slots=True, eq=False)
class AssetSection:
    """One asset's part of the report."""

    day: AssetDay
    title: str
    subtitle: str
    notes: tuple[str, ...]
    numbers: tuple[Number, ...]
    bars: pd.DataFrame
    """Drawn: core.tables bars with the averages fast and slow."""
    closes: pd.DataFrame
    """That the forecasts stand on: column close."""
    quote: str
    regime: str
    """In words; empty where none was measured."""
    tables: tuple[TextTable, ...]

    def market_figure(self, look: Look) -> go.Figure:
        """The day's bars in their context, with levels and trades."""
        day = self.day
        levels = [
            PriceLevel(item.price, item.touches, item.strength, item.kind, item.first, item.last)
            for item in day.levels
        ]
        title = f"What did {day.symbol} do on {day.start:%d %B %Y}?"
        return day_chart(self.bars, levels, day.trades, day.start, day.until, look, title, self.quote)

    def forecast_figure(self, look: Look) -> go.Figure:
        """Where the last forecasts of the day saw the price go."""
        forecasts = self.day.forecast.forecasts if self.day.forecast else ()
        title = f"Where may {self.day.symbol} go?"
        return forecast_fan(self.closes, forecasts, look, title, currency=self.quote)


def asset_section(day: AssetDay) -> AssetSection:
    """One asset as it is shown."""
    quote = resolve(day.symbol).quote
    where = f"{day.timeframe} bars from {day.source}" if day.source else f"{day.timeframe} bars, none stored"
    until = f"{day.start:%Y-%m-%d} {day.start:%H:%M} to {day.until:%Y-%m-%d %H:%M} UTC"
    return AssetSection(
        day=day,
        title=day.symbol,
        subtitle=f"{where}; {until}" + ("" if day.world == "live" else f"; {day.world}"),
        notes=day.notes,
        numbers=_numbers(day, quote),
        bars=_bars(day.bars),
        closes=_closes(day),
        quote=quote,
        regime=day.regime.words if day.regime else "",
        tables=(
            decisions_table(day.decisions), no_trades_table(day.no_trades), trades_table(day.trades),
            forecasts_table(day.forecast, quote), technicals_table(day.technicals),
            levels_table(day.levels, day.market.close if day.market else None),
            drivers_table(day.mood.drivers if day.mood else ()), fundamentals_table(day.fundamentals),
        ),
    )  # fmt: skip


def _bars(drawn: DayBars | None) -> pd.DataFrame:
    if drawn is None:
        return pd.DataFrame(columns=[*BAR_COLUMNS, "fast", "slow"], dtype="float64")
    columns = {name: getattr(drawn, name) for name in (*BAR_COLUMNS, "fast", "slow")}
    index = pd.DatetimeIndex(drawn.opens_at, name="date")
    return pd.DataFrame(columns, index=index, dtype="float64")


def _closes(day: AssetDay) -> pd.DataFrame:
    if day.forecast is None:
        return pd.DataFrame(columns=["close"], dtype="float64")
    index = pd.DatetimeIndex(day.forecast.opens_at, name="date")
    return pd.DataFrame({"close": day.forecast.closes}, index=index, dtype="float64")


def _numbers(day: AssetDay, quote: str) -> tuple[Number, ...]:
    return (*_market(day.market, quote), *_state(day), *_stake(day))


def _market(market: DayMarket | None, quote: str) -> tuple[Number, ...]:
    if market is None:
        return ()
    before = (
        "the open of the day" if market.before is None else f"the last close before, {price(market.before)}"
    )
    usual = "–" if market.usual_range is None else percent(market.usual_range)
    traded = "–" if market.usual_volume is None else f"{market.usual_volume:,.6g}"
    return (
        Number("Close", f"{price(market.close)} {quote}", f"Last close of the day, {market.last:%H:%M} UTC, against {before}.",
               change(market.change)),
        Number("Open", price(market.open), f"First price of the day, {market.first:%H:%M} UTC."),
        Number("High", price(market.high), f"Highest price of {market.bars} bars."),
        Number("Low", price(market.low), f"Lowest price of {market.bars} bars."),
        Number("Range", percent(market.range),
               "High less low, as a share of the open; below it the median of up to 20 days before.", f"usual {usual}"),
        Number("Volume", f"{market.volume:,.6g}",
               "Units traded; below it the median of up to 20 days before.", f"usual {traded}"),
    )  # fmt: skip


def _state(day: AssetDay) -> tuple[Number, ...]:
    found = {item.name: item for item in day.technicals}
    told = [
        Number(label, plain(found[name].value, 1), f"{found[name].meaning[0].upper()}{found[name].meaning[1:]}.", found[name].says)
        for name, label in (("rsi_14", "RSI"), ("adx_14", "Trend (ADX)"))
        if name in found
    ]  # fmt: skip
    if "atr_close" in found:
        told.append(
            Number(
                "ATR",
                percent(found["atr_close"].value),
                "Average true range of 14 bars, as a share of the price.",
            )
        )
    if day.regime is not None:
        chance = day.regime.probabilities[day.regime.likeliest]
        told.append(Number("Regime", day.regime.kind.value, day.regime.words, percent(chance, 0)))
    if day.mood is not None:
        told.append(
            Number(
                "Sentiment", plain(day.mood.score),
                "Weighted mean of the texts read last that day, −1 bad to 1 good; a dash where there was nothing to read.",
                "1 text" if day.mood.read == 1 else f"{day.mood.read} texts",
            )
        )  # fmt: skip
    return tuple(told)


def _stake(day: AssetDay) -> tuple[Number, ...]:
    told = []
    medium = next(
        (item for item in (day.forecast.forecasts if day.forecast else ()) if item.horizon == "medium"), None
    )
    if medium is not None:
        told.append(
            Number(
                "Medium term", f"▲ {percent(medium.p_up, 0)} ▼ {percent(medium.p_down, 0)}",
                f"Chances to reach the upper or the lower barrier first within {medium.bars} bars. {medium.edge_words}".strip(),
                "beats knowing nothing" if medium.edge else "no evidence of edge",
            )
        )  # fmt: skip
    if day.held is not None:
        profit = day.held.profit
        told.append(
            Number(
                "Held", f"{day.held.quantity:.6g}".replace("-", "−"),
                f"Units when the day ended, since {day.held.opened_at:%Y-%m-%d %H:%M} UTC at {price(day.held.entry_price)}; "
                "below it the unrealised profit before costs.",
                None if profit is None else money(profit),
            )
        )  # fmt: skip
    if day.trust is not None:
        doubts = " ".join(day.doubts) or "Nothing odd was found."
        told.append(
            Number("Data trust", f"{day.trust:.0f} / 100", f"Quality of the bars at the last load. {doubts}")
        )
    return tuple(told)
