"""What to test: strategy, dates, risk profile and costs, as a form that is checked before a job starts."""

import json
from datetime import UTC, date, datetime, time
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.errors import InputError
from core.pipeline.backtest_request import read_request
from core.pipeline.backtest_terms import AS_SET
from core.runtime import Runtime
from core.views.backtest_form import (
    FormField,
    chosen_values,
    cost_fields,
    profile_fields,
    profile_names,
    strategy_forms,
)
from pages.components.choices import Choice

_WIDE = 178
"""Pixels of a field; four stand beside each other on a desk, two on a small screen."""


def backtest_form(runtime: Runtime, chosen: Choice) -> dict[str, str] | None:
    """Draw the form; the arguments of a job when it was sent and everything in it is in order."""
    settings = runtime.settings
    forms = {form.name: form for form in strategy_forms()}
    what, how = st.columns([1, 1])
    name = what.selectbox(
        "Strategy", list(forms), format_func=lambda key: forms[key].title, key="backtest_strategy",
        help="Each is one small file in core/signals; the whole cycle tests every stage together.",
    )  # fmt: skip
    profile = how.segmented_control(
        "Risk profile", profile_names(settings), default=AS_SET, required=True, key="backtest_profile",
        help="A start for the risk rules below, which may be changed. «as set» is what Settings say.",
    )  # fmt: skip
    st.caption(forms[name].description)
    with st.form("backtest_form", border=False):
        with _row("Dates, cash"):
            start = st.date_input(
                "From", value=None, key="backtest_start", width=_WIDE,
                help="First day; empty: as far back as the data goes.",
            )  # fmt: skip
            stop = st.date_input(
                "To", value=None, key="backtest_stop", width=_WIDE,
                help="Last day, included; empty: until the last bar.",
            )  # fmt: skip
            cash = st.number_input(
                "Cash", value=settings.initial_cash, min_value=1.0, key="backtest_cash", width=_WIDE,
                help="What the account starts with, in the quote currency.",
            )  # fmt: skip
        rules, terms = profile_fields(settings, profile or AS_SET), cost_fields(settings)
        parameters = _group("Parameters", forms[name].fields, f"backtest_{name}")
        risk = _group("Risk rules", _of(rules, rare=False), f"backtest_{profile}")
        costs = _group("Costs per side", _of(terms, rare=False), "backtest_cost")
        with st.expander("More rules and costs", icon=":material/add:"):
            risk |= _group("Rules", _of(rules, rare=True), f"backtest_{profile}")
            costs |= _group("Costs", _of(terms, rare=True), "backtest_cost")
        pressed = st.form_submit_button("Run backtest", type="primary", icon=":material/history:")  # fmt: skip
    if not pressed:
        return None
    arguments = {
        "symbol": chosen.symbol, "timeframe": chosen.timeframe.value, "source": chosen.source, "strategy": name,
        "start": _edge(start, time.min), "stop": _edge(stop, time.max), "parameters": json.dumps(parameters),
        "profile": json.dumps(risk), "costs": json.dumps(costs), "cash": repr(float(cash)),
    }  # fmt: skip
    try:
        read_request(arguments, settings).made()
    except InputError as err:
        st.error(str(err), icon=":material/error:", title="This cannot be run")
        return None
    return arguments


def _of(fields: tuple[FormField, ...], rare: bool) -> tuple[FormField, ...]:
    return tuple(field for field in fields if field.rare is rare)


def _group(title: str, fields: tuple[FormField, ...], key: str) -> dict[str, Any]:
    """Fields beside a heading, as many in a line as there is room for."""
    with _row(title):
        if not fields:
            st.caption("Nothing to set.")
        return chosen_values(fields, {field.name: _widget(field, f"{key}_{field.name}") for field in fields})


def _row(title: str) -> DeltaGenerator:
    """A line of fields with its heading at the left, so that the button below stays in sight."""
    name, fields = st.columns([1, 5], vertical_alignment="center")
    name.markdown(f"**{title}**")
    return fields.container(horizontal=True, vertical_alignment="bottom")


def _widget(field: FormField, key: str) -> Any:
    if field.kind == "bool":
        return st.toggle(field.label, field.value, key=key, help=field.meaning)
    if field.kind == "choice":
        return st.selectbox(
            field.label, field.options, field.options.index(field.value), key=key, help=field.meaning
        )
    return st.number_input(
        field.label, value=field.value, min_value=field.minimum, max_value=field.maximum, step=field.step,
        format="%.6g" if field.kind == "float" else None, key=key, help=field.meaning,
        placeholder="none" if field.optional else None, width=_WIDE,
    )  # fmt: skip


def _edge(day: date | None, at: time) -> str:
    return datetime.combine(day, at, UTC).isoformat() if day else ""
