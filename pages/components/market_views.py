"""What the Market page shows below its controls: the chart, the comparison, how far the data can be trusted."""

import streamlit as st

from core import charts
from core.views import OVERLAYS, PANELS, Market, comparable, known_symbols
from core.views.market import Shapes
from pages.components.choices import Choice
from pages.components.look import figure, look
from pages.components.market_reads import market_shapes
from pages.components.reads import comparison, runtime

_TIME = "YYYY-MM-DD HH:mm"


def chart_view(view: Market, chosen: Choice, bars: int) -> None:
    """Numbers, candles with volume and indicators, and the band of trust."""
    for column, number in zip(st.columns(len(view.numbers)), view.numbers, strict=True):
        column.metric(number.label, number.value, number.delta, help=number.meaning, border=True)
    left, right = st.columns(2)
    overlays = left.multiselect(
        "On the price", list(OVERLAYS), default=["SMA 20 / 50"], key="market_overlays"
    )
    panels = right.multiselect("Below", list(PANELS), default=["RSI"], key="market_panels")
    shapes, patterns, levels = _shapes(chosen, bars)
    figure(
        charts.candle_chart(
            view.bars, view.features,
            overlays=[name for item in overlays for name in OVERLAYS[item]],
            panels=[PANELS[item] for item in panels],
            forming=view.forming, flags=view.flags, missing=view.missing, look=look(),
            patterns=shapes.patterns if shapes and patterns else (), levels=shapes.levels if shapes and levels else (),
        ),
        key="market_chart",
    )  # fmt: skip
    st.caption(f"{view.provenance} {shapes.words if shapes else ''}")


def _shapes(chosen: Choice, bars: int) -> tuple[Shapes | None, bool, bool]:
    """What was asked for of chart patterns and levels; nothing is looked for until one is."""
    left, right, _ = st.columns([1, 1, 2])
    patterns = left.toggle(
        "Chart patterns", key="market_patterns",
        help="Triangles, head and shoulders, double tops and bottoms, flags: with their lines, the bar whose close confirms "
        "each (the mark), and the measured target (dotted). Before that bar a pattern does not exist.",
    )  # fmt: skip
    levels = right.toggle(
        "Support and resistance", key="market_levels",
        help="Prices at which the market turned at least twice in the last 250 bars, as known at the last bar; 3× is three "
        "touches, and a thicker line has more or newer ones.",
    )  # fmt: skip
    if not (patterns or levels):
        return None, False, False
    return market_shapes(chosen.symbol, chosen.timeframe, chosen.source, bars), patterns, levels


def trust_view(view: Market) -> None:
    """What took points away, each source of this series, and the bars that were not used."""
    st.subheader(
        "Can these bars be trusted?", help="What was looked for in the last load, and what each finding cost."
    )
    if view.quality:
        figure(charts.quality_chart(view.quality, look(), title=""), key="market_quality")
    else:
        st.info(
            "These bars were not judged yet: press **Fetch now**, or run a cycle.",
            icon=":material/lightbulb:",
        )
    if len(view.trust_history) > 1:
        st.metric(
            "Trust of the last loads",
            f"{view.trust_history['score'].iloc[-1]:.0f} / 100",
            help="One point a load; hover shows each.",
            chart_data=view.trust_history["score"].tolist(),
            chart_type="line",
            border=True,
        )
    st.subheader("Sources", help="Every source that bars of this asset and timeframe are stored of.")
    column = st.column_config
    if view.series.empty:
        st.info(
            "Nothing of this series is stored: the sample lies in files. Choose a live source and press **Fetch now**."
        )
    else:
        st.dataframe(
            view.series,
            hide_index=True,
            column_config={
                "source": "Source",
                "bars": column.NumberColumn("Bars", format="localized"),
                "first": column.DatetimeColumn("First (UTC)", format=_TIME, timezone="UTC"),
                "last": column.DatetimeColumn("Last (UTC)", format=_TIME, timezone="UTC"),
                "fetched_at": column.DatetimeColumn("Fetched (UTC)", format=_TIME, timezone="UTC", help="When the newest of them were asked for."),
                "trust": column.ProgressColumn("Trust", min_value=0, max_value=100, format="%.0f", help="Of the last load, 0 to 100; empty where this source only served to compare."),
            },
        )  # fmt: skip
    st.subheader(
        "Not used as served",
        help="Dropped, repaired or refused by the setting collect.bad_bars, with the values that the source gave.",
    )
    if view.rejected.empty:
        st.caption("Every bar of this range was used as it was served.")
    else:
        st.dataframe(view.rejected, hide_index=True, column_config={"time": column.DatetimeColumn("Time (UTC)", format=_TIME, timezone="UTC")})  # fmt: skip


def compare_view(chosen: Choice, bars: int) -> None:
    """Several assets rebased to 100, and how their returns move together."""
    bench = runtime().bench
    names = comparable(bench, chosen.symbol, chosen.timeframe, chosen.source)
    start = names[:4]
    picked, scale = st.columns([5, 1], vertical_alignment="bottom")
    symbols = picked.multiselect(
        "Assets", list(dict.fromkeys([*names, *known_symbols(bench)])), default=start, max_selections=15, accept_new_options=True,
        key="compare_assets", help="Up to 15. Only bars at hand are compared; fetch an asset first.",
    )  # fmt: skip
    log = scale.toggle("Log scale", key="compare_log", help="Equal steps are equal per cents.")
    if not symbols:
        st.info("Choose at least one asset.", icon=":material/lightbulb:")
        return
    both = comparison(tuple(symbols), chosen.timeframe, chosen.source, bars)
    for problem in both.problems:
        st.warning(problem, icon=":material/info:")
    if len(both.closes):
        figure(charts.comparison_chart(both.closes, look(), log=log), key="compare_chart")
    if len(both.correlations) > 1 and both.counts.to_numpy().any():
        figure(charts.correlation_chart(both.correlations, both.counts, look()), key="correlation_chart")


def numbers_view(view: Market, chosen: Choice) -> None:
    """The bars with their indicators as a table, to read and to take away."""
    table = view.bars.join(view.features, how="left")
    st.dataframe(table.iloc[::-1], height=420)
    name = f"{chosen.symbol}_{chosen.timeframe}_{view.source}".replace(":", "-").replace("/", "-")
    first, second = st.columns(2)
    first.download_button("Bars as CSV", lambda: view.bars.to_csv().encode(), f"{name}.csv", "text/csv", on_click="ignore", width="stretch")  # fmt: skip
    second.download_button("Bars and indicators as Parquet", lambda: table.to_parquet(), f"{name}.parquet", on_click="ignore", width="stretch")  # fmt: skip
