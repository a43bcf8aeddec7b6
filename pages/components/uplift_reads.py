"""Cached reads of the uplift page."""

import streamlit as st

from core.runtime import shared_runtime
from core.views.uplift import UpliftView, uplift_view, worlds
from pages.components.reads import revision


@st.cache_data(max_entries=4, show_spinner=False)
def _worlds(at: int) -> tuple[str, ...]:
    return worlds(shared_runtime().bench)


def book_worlds() -> tuple[str, ...]:
    """Worlds that have a book, the last used first."""
    return _worlds(revision())


@st.cache_resource(max_entries=4, show_spinner="Comparing the book with its shadows …")
def _uplift(world: str, at: int) -> UpliftView | None:
    return uplift_view(shared_runtime().bench, world)


def uplift_of(world: str) -> UpliftView | None:
    """The book of a world against its shadows; None where it has none yet."""
    return _uplift(world, revision())
