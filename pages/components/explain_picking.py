"""Which forecast is asked about: horizon, outcome, bars, and the moment; kept in the address where others link to it."""

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from core.errors import UnknownId
from core.views.explain import HISTORY, TARGETS, Explained, StoredForecast, edge_words
from pages.components.choices import Choice
from pages.components.explain_reads import cycles_of, explained_bars, models_of, stored

_NEWEST, _ANY = "newest", "any"


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What the page talks about."""

    view: Explained
    row: int
    target: str
    stored: StoredForecast | None
    """The forecast of a cycle, when one was picked."""


def pick_subject(chosen: Choice) -> Subject:
    """Draw the pickers and read what they ask for; ends the page where there is no model."""
    models = models_of(chosen)
    cycle_id = _asked_cycle(chosen)
    if not models and not cycle_id:
        st.info(
            f"No model of {chosen.symbol} {chosen.timeframe} bars has been trained yet, so there is nothing to explain. A cycle "
            "trains the models and stores why each forecast says what it says; it takes some seconds.",
            icon=":material/lightbulb:",
        )
        st.page_link("pages/trading/cycle.py", label="Run a cycle", icon=":material/play_circle:")
        st.stop()
    left, middle, right = st.columns([5, 5, 2], vertical_alignment="bottom")
    with left:
        horizon = _horizon(list(models) or ["short", "medium", "long"])
    with middle:
        picked = _forecast(chosen, cycle_id)
    with right:
        rows = st.selectbox(
            "Bars",
            HISTORY,
            index=2,
            key="explain_rows",
            help="How many bars are forecast and explained for the general views.",
        )
    if picked not in (_NEWEST, _ANY):
        return _of_cycle(picked, horizon, rows)
    view = explained_bars(models[horizon], rows)
    row = _any_bar(view) if picked == _ANY else len(view.times) - 1
    return Subject(view, row, _target("up", ""), None)


def _target(first: str, key: str) -> str:
    """The outcome that is explained."""
    return str(
        st.segmented_control(
            "Why …", list(TARGETS), default=first, required=True, key=f"explain_target_{key}",
            help="The outcome that is explained: which barrier the price reaches first. «Up rather than down» asks for the "
            "direction alone, whatever the odds that the price moves at all.",
        )
    )  # fmt: skip


def _asked_cycle(chosen: Choice) -> str:
    """The cycle of the address when it belongs to the chosen series; says where to find it when not."""
    asked = st.query_params.get("cycle", "")
    if not asked:
        return ""
    try:
        found = stored(asked, st.query_params.get("horizon", ""))
    except UnknownId as err:
        st.warning(str(err), icon=":material/info:")
        return ""
    if found is None:
        st.warning(f"Cycle {asked} made no forecast, so there is nothing to explain.", icon=":material/info:")
        return ""
    request = found.report.request
    if (request.symbol, request.timeframe) != (chosen.symbol, chosen.timeframe):
        st.info(
            f"The cycle of the address is about {request.symbol} {request.timeframe}; the sidebar says {chosen.symbol} "
            f"{chosen.timeframe}, which is shown.",
            icon=":material/info:",
        )
        return ""
    return asked


def _horizon(names: list[str]) -> str:
    """The horizon of the address, or the one picked since."""
    asked = st.query_params.get("horizon", "")
    key = f"explain_horizon_{asked}"
    return str(
        st.segmented_control(
            "Horizon", names, default=asked if asked in names else names[0], required=True, key=key,
            help="How far the forecast looks; each horizon has a model of its own.",
        )
    )  # fmt: skip


def _forecast(chosen: Choice, cycle_id: str) -> str:
    """The moment asked about: the newest bar, a bar of the history, or a cycle."""
    cycles: dict[str, datetime] = cycles_of(chosen)
    labels = {_NEWEST: "the newest bar", _ANY: "any bar, picked below"}
    labels |= {name: f"cycle of {moment:%Y-%m-%d %H:%M} UTC · {name}" for name, moment in cycles.items()}
    if cycle_id and cycle_id not in labels:
        labels[cycle_id] = f"an older cycle · {cycle_id}"
    options = list(labels)
    first = cycle_id or (next(iter(cycles)) if cycles else _NEWEST)
    return str(
        st.selectbox(
            "Forecast", options, index=options.index(first), format_func=labels.__getitem__, key=f"explain_forecast_{cycle_id}_{chosen}",
            help="A stored cycle, with the explanation that was stored then; or any bar, asked now.",
        )
    )  # fmt: skip


def _of_cycle(cycle_id: str, horizon: str, rows: int) -> Subject:
    """The forecast of a stored cycle, among the bars that it saw, by the model that made it."""
    found = stored(cycle_id, horizon)
    if found is None:
        st.warning("That cycle made no forecast. Pick another, or any bar.", icon=":material/info:")
        st.stop()
    view = explained_bars(found.forecast.model_id, rows, found.report.as_of)
    told = found.explanation.target if found.explanation else "up"
    return Subject(view, len(view.times) - 1, _target(told, f"{cycle_id}_{found.forecast.horizon}"), found)


def _any_bar(view: Explained) -> int:
    """A slider over the shown bars."""
    step = view.rows.row.timeframe.delta
    first, last = view.times[0].to_pydatetime(), view.times[-1].to_pydatetime()
    moment = st.slider(
        "Bar that opened at (UTC)", first, last, last, step, format="YYYY-MM-DD HH:mm",
        key=f"explain_bar_{view.rows.row.id}_{len(view.times)}", help="The forecast made at the close of this bar.",
    )  # fmt: skip
    return view.row_at(moment)


def edge_line(subject: Subject) -> None:
    """Whether there is evidence of an edge, before any number is shown."""
    edge, words = edge_words(subject.view, subject.stored)
    mark = (
        ":green-badge[:material/verified: evidence of an edge]"
        if edge
        else ":orange-badge[:material/science: no evidence of edge]"
    )
    st.markdown(f"{mark} {words}")
