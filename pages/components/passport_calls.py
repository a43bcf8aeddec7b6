"""What a language model was asked in one cycle, and what it cost."""

import streamlit as st

from core.views import Passport
from pages.components.passport_reads import calls_found

_TIME = "HH:mm:ss"


def calls_of(view: Passport) -> None:
    """One line a call; nothing where no language model took part."""
    share = view.report.llm
    if share is None or not share.model:
        return
    st.subheader(
        "Language model",
        help="Every question of this cycle with its tokens and its price; the words it said stand where they were used.",
    )
    calls = calls_found(view.report.id)
    if calls.empty:
        st.caption(view.llm)
        return
    column = st.column_config
    st.dataframe(
        calls.assign(tokens=calls["tokens_in"] + calls["tokens_out"]),
        hide_index=True,
        column_order=["at", "use", "state", "tokens", "cost", "seconds", "model", "prompt", "reason"],
        column_config={
            "at": column.DatetimeColumn("Time (UTC)", format=_TIME, timezone="UTC"),
            "use": column.TextColumn("Use", help="What it was asked for."),
            "state": column.TextColumn("State", help="cached: the answer was on record and nothing was sent."),
            "tokens": column.NumberColumn("Tokens", help="In and out.", format="localized"),
            "cost": column.NumberColumn("Cost (US$)", help="Empty: price unknown.", format="%.5f"),
            "seconds": column.NumberColumn("Seconds", help="Retries and repair included.", format="%.2f"),
            "model": "Model",
            "prompt": column.TextColumn("Prompt", help="Version of the prompt."),
            "reason": column.TextColumn("Why it failed"),
        },
    )  # fmt: skip
    st.page_link(
        "pages/system/llm.py", label="Read what was sent and what came back", icon=":material/forum:"
    )
