"""Every call to the language model, and what was said in it."""

import pandas as pd
import streamlit as st

from core.views.llm_ledger import narrowed, symbols_of
from pages.components.llm_reads import exchange, ledger
from pages.components.llm_text import as_text

_TIME = "YYYY-MM-DD HH:mm:ss"
_ORDER = [
    "at", "use", "symbols", "units", "state", "tokens", "cost", "seconds", "attempts", "reason", "mode", "model", "prompt",
]  # fmt: skip


def calls_section(days: int) -> None:
    """The Calls view of the page."""
    calls = ledger(days)
    if calls.empty:
        st.info(
            "No call in this time. Run a cycle with a language model, and every question and answer is listed here.",
            icon=":material/lightbulb:",
        )
        return
    first, second, third = st.columns(3)
    uses = first.multiselect("Use", sorted(calls["use"].unique()), key="llm_use", placeholder="all")
    states = second.multiselect(
        "State", sorted(calls["state"].unique()), key="llm_state", placeholder="all",
        help="answered; cached: from the record, nothing was sent; malformed, declined, truncated, failed; over budget: not sent.",
    )  # fmt: skip
    symbols = third.multiselect("Asset", symbols_of(calls), key="llm_symbol", placeholder="all")
    shown = narrowed(calls, uses, states, symbols)
    row = _table(shown)
    st.download_button(
        "Download CSV", shown.to_csv(index=False), "llm-calls.csv", "text/csv", icon=":material/download:",
        key="llm_csv", help="The rows above with every column.",
    )  # fmt: skip
    if row is None:
        st.caption(
            f"{len(shown):,} of {len(calls):,} calls. Select a row to read what was sent and what came back."
        )
    else:
        _exchange(shown.iloc[row])


def _table(shown: pd.DataFrame) -> int | None:
    """The chosen row."""
    column = st.column_config
    picked = st.dataframe(
        shown,
        hide_index=True,
        key="llm_calls",
        on_select="rerun",
        selection_mode="single-row",
        column_order=_ORDER,
        column_config={
            "at": column.DatetimeColumn("Time (UTC)", format=_TIME, timezone="UTC"),
            "use": column.TextColumn("Use", help="What it was asked for."),
            "symbols": column.TextColumn("Assets"),
            "units": column.NumberColumn("Units", help="Headlines, snapshots or proposals in one request."),
            "state": column.TextColumn("State", help="cached: the answer was on record and nothing was sent."),
            "tokens": column.NumberColumn("Tokens", help="In and out.", format="localized"),
            "cost": column.NumberColumn("Cost (US$)", help="Empty: price unknown.", format="%.5f"),
            "seconds": column.NumberColumn("Seconds", help="Retries and repair included.", format="%.2f"),
            "attempts": column.NumberColumn("Attempts", help="Requests on the wire: retries and one repair included; 0: nothing was sent."),
            "mode": column.TextColumn("Mode", help="How the schema was asked for."),
            "model": column.TextColumn("Model"),
            "prompt": column.TextColumn("Prompt", help="Version of the prompt; its text stands under Prompts."),
            "reason": column.TextColumn("Why it failed", width="medium"),
        },
    )  # fmt: skip
    rows = picked["selection"]["rows"] if picked else []
    return rows[0] if rows and rows[0] < len(shown) else None


def _exchange(call: pd.Series) -> None:
    """Prompt and answer of one call: text as it is, never drawn as markup."""
    said = exchange(str(call["id"]))
    if call["reason"]:
        st.warning(as_text(str(call["reason"])), icon=":material/info:")
    if said is None:
        st.info(
            "Nothing came back to be kept."
            if call["attempts"]
            else "Nothing was sent: see the state of the call."
        )
        return
    st.subheader(
        "What was sent", help="Word for word. Data stands in the last message only; the model has no tools."
    )
    for number, (role, content) in enumerate(said.messages, start=1):
        with st.expander(f"{number}. {role}", expanded=number == len(said.messages)):
            st.code(content, language=None, wrap_lines=True)
    st.subheader("What came back")
    st.code(said.answer or "(nothing)", language=None, wrap_lines=True)
