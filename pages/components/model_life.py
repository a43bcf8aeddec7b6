"""Life of the models of a series: who is champion, whether the world has moved, who challenges, how they are tuned."""

import streamlit as st

from core.views.model_life import LifeView
from pages.components.choices import Choice
from pages.components.model_life_actions import life_actions
from pages.components.model_life_checks import checks
from pages.components.model_life_reads import life
from pages.components.model_life_tuning import tuning_part

_TIME = "YYYY-MM-DD HH:mm"


def model_life(chosen: Choice) -> None:
    """The Life view of the Models page."""
    view = life(chosen)
    st.subheader("Who serves, and who did")
    if view.models.empty:
        st.info(
            f"No model of {chosen.symbol} {chosen.timeframe} has been trained yet. Press **Train now** above, or run a cycle.",
            icon=":material/lightbulb:",
        )
    else:
        _table(view)
        life_actions(view)
        checks(view, chosen)
    tuning_part(chosen)


def _table(view: LifeView) -> None:
    column = st.column_config
    st.dataframe(
        view.models,
        hide_index=True,
        key="life_models",
        column_config={
            "status": column.TextColumn("Standing", help="The champion's forecasts are used. A challenger forecasts beside it until the evidence is enough. Retired models were succeeded, lost, or were rolled back."),
            "horizon": column.TextColumn("Horizon"),
            "trained_until": column.DatetimeColumn("Knows until (UTC)", help="Close of the last bar that a label of its training looked at.", format=_TIME, timezone="UTC"),
            "skill": column.NumberColumn("Skill", help="Brier skill score against the base rate, out of sample; 0 or less is no better than knowing nothing.", format="percent"),
            "rows": column.NumberColumn("Rows", help="Labelled rows that it learnt from.", format="localized"),
            "seconds": column.NumberColumn("Training (s)", help="How long the training took, scoring included.", format="%.1f"),
            "algo": column.TextColumn("Made of", help="Its one member, or ensemble."),
            "source": column.TextColumn("Bars from"),
            "used": column.CheckboxColumn("Used", help="Whether the next cycle takes it: the champion, made as the settings ask for now, as long as it is not too old."),
            "id": column.TextColumn("Model", help="Asset, timeframe, horizon, moment of training, hash of data and recipe."),
            "parent": column.TextColumn("After", help="The model that it succeeded or challenges."),
        },
    )  # fmt: skip
    st.caption(
        "★ serves now · ◆ forecasts beside it · – was succeeded, lost or was rolled back. Every file is opened only when its "
        "checksum is the recorded one and the installed libraries are those that wrote it."
    )
