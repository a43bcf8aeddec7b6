"""Parts of the signals page: the ranked table, one asset's sources, the meta-model."""

import streamlit as st

from core import charts
from core.records import AssetSignal, MetaModel, SignalScan, Timeframe
from core.views.signals import scan_table
from pages.components.look import figure, look
from pages.components.signals_reads import metas_of, weights_of

_TIME = "YYYY-MM-DD HH:mm"


def ranked_table(scan: SignalScan) -> AssetSignal | None:
    """Every asset in its place with the reason; returns the one that is selected, at first the best."""
    column = st.column_config
    picked = st.dataframe(
        scan_table(scan),
        hide_index=True,
        column_order=["place", "symbol", "taken", "direction", "confidence", "reason", "disagreement", "chance", "needed",
                      "say", "volatility", "price", "as_of"],
        key="signals_table",
        on_select="rerun",
        selection_mode="single-row",
        column_config={
            "place": column.NumberColumn("Place", help="By confidence, disagreement and, where it has earned a say, the meta-model."),
            "symbol": "Asset",
            "taken": column.TextColumn("Slot", help="Whether it would get one of the free slots."),
            "direction": column.TextColumn("Signal", help="Where the sources together expect the price to go."),
            "confidence": column.ProgressColumn("Confidence", help="Weighted agreement of the sources, 0 to 1.", min_value=0.0, max_value=1.0, format="%.2f"),
            "disagreement": column.NumberColumn("Disagreement", help="0: all who speak agree; 1: they cancel out. It shrinks the size of a trade.", format="%.2f"),
            "chance": column.NumberColumn("Chance", help="The meta-model's probability that such a trade ends with a gain after all costs.", format="percent"),
            "needed": column.NumberColumn("Needed", help="Break-even probability of stop, target and costs.", format="percent"),
            "say": column.TextColumn("Say", help="Whether the meta-model has earned a say out of sample; without it the chance changes nothing."),
            "volatility": column.NumberColumn("Volatility", help="Yearly standard deviation of returns, over the last 100 bars.", format="percent"),
            "price": column.NumberColumn("Last", help="Close of the last bar.", format="%.4g"),
            "as_of": column.DatetimeColumn("At (UTC)", help="Close of the last bar that was seen.", format=_TIME, timezone="UTC"),
            "reason": column.TextColumn("Why", width="large"),
        },
    )  # fmt: skip
    rows = picked["selection"]["rows"] if picked else []
    return scan.signals[rows[0]] if rows else scan.signals[0] if scan.signals else None


def one_asset(one: AssetSignal, scan: SignalScan) -> None:
    """Contributions, weights and their history of one asset."""
    st.subheader(one.symbol, help="The asset that is selected in the table.")
    left, right = st.columns(2)
    with left:
        figure(charts.fusion_chart(one.fused, scan.threshold, look()), key="signals_fusion")
    with right:
        figure(charts.tracks_chart(one.fused.tracks, look()), key="signals_tracks")
    history(one.symbol, scan.timeframe, one.world)
    named = one.fused.meta.model_id if one.fused.meta else ""
    known = metas_of(one.symbol)
    meta_line(tuple(model for model in known if model.id == named) or known)


def history(symbol: str, timeframe: Timeframe, world: str | None = None) -> None:
    """Weights of the sources from cycle to cycle."""
    figure(charts.weights_chart(weights_of(symbol, timeframe, world), look()), key="signals_weights")


def meta_line(models: tuple[MetaModel, ...]) -> None:
    """What the newest meta-model is worth, in words."""
    if not models:
        st.caption("No meta-model has been trained for this asset yet; a cycle trains one.")
        return
    model = models[0]
    st.markdown(
        f"**Is a signal worth taking?** {model.words} Trained on {model.events:,} past signals of confidence "
        f"{model.threshold:.2f} or more, each closed after at most {model.limit} bars, until "
        f"{model.trained_until:%Y-%m-%d %H:%M} UTC; {model.base:.0%} of them gained."
        + (f" AUC {model.auc:.2f}." if model.auc is not None else "")
    )
