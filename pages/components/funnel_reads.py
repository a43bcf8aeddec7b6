"""Cached reads of the funnel page: the rows once a revision, narrowed as often as a filter changes."""

import streamlit as st

from core.pipeline.funnel import FunnelFilter
from core.records.ledgers import FunnelRow
from core.runtime import shared_runtime
from core.views.funnel import FunnelChoices, FunnelView, all_rows, choices, funnel_view
from pages.components.reads import revision


@st.cache_resource(max_entries=2, show_spinner="Following every decision to its end …")
def _rows(at: int) -> tuple[FunnelRow, ...]:
    return all_rows(shared_runtime().bench)


def funnel_choices() -> FunnelChoices:
    """What the funnel can be narrowed to."""
    return choices(_rows(revision()))


@st.cache_data(max_entries=16, show_spinner=False)
def _funnel(wanted: FunnelFilter, at: int) -> FunnelView:
    return funnel_view(_rows(at), wanted)


def funnel(wanted: FunnelFilter) -> FunnelView:
    """The funnel of what a filter leaves."""
    return _funnel(wanted, revision())
