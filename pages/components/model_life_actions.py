"""Promote, roll back, prune: each says what it will do, and does it after a second press."""

from collections.abc import Callable

import streamlit as st

from core.errors import GlassboxError
from core.pipeline.model_life import promote, prune, roll_back
from core.runtime import shared_runtime
from core.views.model_life import LifeView
from pages.components.login import doer


def life_actions(view: LifeView) -> None:
    """The three, beside each other."""
    said = st.session_state.pop("life_said", None)
    if said:
        st.success(said, icon=":material/check:")
    with st.container(horizontal=True):
        with st.popover(
            "Promote", icon=":material/arrow_upward:", disabled=len(view.models) == len(view.champions)
        ):
            _promote(view)
        with st.popover("Roll back", icon=":material/undo:", disabled=not view.before):
            _roll_back(view)
        with st.popover("Prune", icon=":material/delete_sweep:"):
            _prune()


def _promote(view: LifeView) -> None:
    champions = {row.id for row in view.champions}
    others = [str(name) for name in view.models["id"] if name not in champions]
    if not others:
        return
    chosen = st.selectbox(
        "Model", others, key="life_promote", help="Challengers first, then retired models, newest first."
    )
    st.caption(
        "Its forecasts are used from the next cycle on, and the present champion of its horizon retires. Newer models made "
        "the same way no longer serve. Evidence for it stands below, in its contest."
    )

    def done() -> str:
        row = promote(shared_runtime().bench, chosen, *doer(shared_runtime()))
        return f"{row.id} is the {row.horizon} champion now."

    _confirm("Make it champion", "life_promote_go", done)


def _roll_back(view: LifeView) -> None:
    able = {row.id: row for row in view.champions if row.id in view.before}
    if not able:
        return
    chosen = st.selectbox(
        "Champion to take back", list(able), format_func=lambda name: f"{able[name].horizon}: {name}", key="life_back",
        help="Only champions with a predecessor whose file is still there.",
    )  # fmt: skip
    st.caption(
        f"**{view.before[chosen]}** serves again, and the present champion is retired for good. A model that is too old by "
        "the settings is trained anew at the next cycle, so roll back when a training went wrong, not to keep an old model."
    )

    def done() -> str:
        row = able[chosen]
        now = roll_back(
            shared_runtime().bench,
            row.symbol,
            row.timeframe,
            row.source,
            row.horizon,
            *doer(shared_runtime()),
        )
        return f"{now.id} is the {now.horizon} champion again."

    _confirm("Roll back", "life_back_go", done)


def _prune() -> None:
    keep = st.number_input(
        "Retired models to keep of each series and horizon", min_value=0, max_value=100, value=3, key="life_keep",
        help="Champions always stay, and so do challengers until their contest is decided against them.",
    )  # fmt: skip
    st.caption(
        "Of all assets. Files and rows go together, for good; stored forecasts of removed models keep their numbers but can "
        "no longer be explained anew. A file that was not written here is left where it is."
    )

    def done() -> str:
        return prune(shared_runtime().bench, int(keep), *doer(shared_runtime())).words

    _confirm("Remove the others", "life_prune_go", done)


def _confirm(label: str, key: str, act: Callable[[], str]) -> None:
    """The second press; what came of it is said after the page has been drawn again."""
    if not st.button(label, type="primary", key=key):
        return
    try:
        st.session_state["life_said"] = act()
    except GlassboxError as err:
        st.error(str(err), icon=":material/error:")
        return
    st.rerun()
