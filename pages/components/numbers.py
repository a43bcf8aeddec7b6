"""A row of numbers that wraps where there is no room, so that none of them is ever cut."""

from collections.abc import Sequence

import streamlit as st

from core.views.number import Number

_WIDE = 204
"""Pixels of a number: four beside each other on a desk, two on a small screen."""


def numbers(shown: Sequence[Number]) -> None:
    """Each with its meaning."""
    with st.container(horizontal=True):
        for number in shown:
            st.metric(
                number.label, number.value, number.delta, delta_color="off", delta_arrow="off", help=number.meaning,
                border=True, width=_WIDE,
            )  # fmt: skip
