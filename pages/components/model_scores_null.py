"""Null tests: the button, the progress, and what was found in nothing."""

import streamlit as st

from core import charts
from core.charts.model_null import null_chart
from core.records import NullTestRun
from core.views.models import ModelsView
from core.views.models_words import null_verdict
from pages.components.choices import Choice
from pages.components.look import figure, look
from pages.components.model_scores import pick_horizon
from pages.components.model_scores_jobs import job_button, job_line, series_arguments
from pages.components.model_scores_reads import null_test


def null_view(view: ModelsView, chosen: Choice) -> None:
    """Run the whole pipeline on nothing and draw what it found, seed by seed."""
    st.markdown(
        "A validation that leaks finds gold in noise. So the whole pipeline (features, labels, purged training) is run on real bars "
        "whose labels were shuffled and on random walks: it must find nothing. Beside it a careless validation, which shuffles "
        "overlapping rows into folds, shows what a leak would look like."
    )
    model = pick_horizon(view)
    left, right = st.columns([2, 5], vertical_alignment="bottom")
    seeds = left.selectbox(
        "Draws of nothing", [5, 10, 20, 40], index=2, key="models_seeds",
        help="Each is another shuffle and another random walk. Fewer than 20 are too few to be sure of.",
    )  # fmt: skip
    arguments = series_arguments(chosen, horizon=model.horizon.name, seeds=str(seeds))
    with right:
        job_button(
            "nulltest", "Run the null tests", ":material/science:",
            "In the background; some seconds a draw.", arguments, primary=True,
        )  # fmt: skip
    job_line("nulltest", arguments)
    run = null_test(chosen, model.horizon.name)
    if run is not None:
        _verdict(run)
    figure(null_chart(run, look()), key="models_null")
    if run is not None:
        st.caption(
            f"{run.member}, {len(run.seeds)} draws of {run.rows:,} bars, horizon {run.bars} bars, run {run.created_at:%Y-%m-%d %H:%M} UTC, "
            f"took {charts.seconds_text(run.seconds)}. The mean over draws may not exceed 0.52; one draw alone scatters, because "
            "overlapping labels are few independent ones."
        )


def _verdict(run: NullTestRun) -> None:
    title, words = null_verdict(run)
    box = st.success if run.clean and run.sharp else st.error if not run.clean else st.warning
    box(words, title=title, icon=":material/verified:" if run.clean and run.sharp else ":material/warning:")
