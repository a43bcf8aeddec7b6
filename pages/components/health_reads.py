"""Cached reads of the health page, one for each figure."""

from datetime import timedelta

import pandas as pd
import streamlit as st

from core.runtime import shared_runtime
from core.views.audit_trail import Trail, trail
from core.views.log_errors import errors_since
from core.views.vital_signs import VitalSigns, vital_signs
from pages.components.reads import health, revision


@st.cache_data(max_entries=2, ttl=30, show_spinner=False)
def errors_of_the_day() -> pd.DataFrame:
    """Errors and warnings of the last 24 hours by kind; the log grows without a commit, so half a minute counts as new."""
    bench = shared_runtime().bench
    return errors_since(bench, bench.clock() - timedelta(days=1))


@st.cache_data(max_entries=2, show_spinner=False)
def _trail(at: int) -> Trail:
    return trail(shared_runtime().bench)


def audit_trail() -> Trail:
    """The newest deeds, and whether the chain is whole."""
    return _trail(revision())


def signs() -> VitalSigns:
    """The tiles; read anew each time, because time itself is in them."""
    runtime, view = shared_runtime(), health()
    return vital_signs(
        runtime.bench,
        runtime.opened_at,
        view.size_bytes,
        view.sources,
        errors_of_the_day(),
        audit_trail().check,
    )
