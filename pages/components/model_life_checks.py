"""Drift of the champions, and the contests with their challengers."""

import streamlit as st

from core.charts.contest import contest_chart
from core.charts.drift import drift_chart
from core.records import Contest, DriftReport, ModelStatus
from core.runtime import shared_runtime
from core.views.model_life import LifeView
from pages.components.choices import Choice
from pages.components.look import figure, look
from pages.components.model_scores_jobs import job_button, job_line, series_arguments


def checks(view: LifeView, chosen: Choice) -> None:
    """The button, the newest report of each champion, and every contest of now."""
    st.subheader("Has the world moved?")
    st.caption(
        "Compares the bars since the training with those it learnt from. «Above 0.2 is drift» is a rule that cries wolf on few "
        "or slow-moving rows; here every feature is held against what luck and its own memory reach, and against all features "
        "looked at together. Losses are watched by ADWIN, errors by a Kolmogorov-Smirnov test with a block-bootstrapped threshold."
    )
    arguments = series_arguments(chosen)
    job_button(
        "drift", "Check for drift", ":material/monitor_heart:",
        "Compare features, losses and errors of every champion with those of its training, and look at every contest. "
        "In the background; some seconds.",
        arguments, primary=not view.reports,
    )  # fmt: skip
    job_line("drift", arguments)
    if view.reports:
        _reports(view)
    else:
        figure(drift_chart(None, look()), key="life_drift_none")
    st.subheader("Champion and challenger")
    st.caption(
        "Both forecast the same bars, which neither has seen. The test may be looked at after every bar: luck alone reaches "
        "20 in at most one of twenty contests, however often one looks."
    )
    if not view.contests:
        figure(contest_chart(None, look()), key="life_contest_none")
        if view.challengers:
            st.info("Press **Check for drift** to begin the contest.", icon=":material/lightbulb:")
    for contest in view.contests:
        _contest(contest)
    if st.button(
        "Train a challenger", icon=":material/swords:", key="life_challenge",
        help="Train every horizon on what is known now, beside the present champions instead of in their place. Its progress "
        "stands at the top of the page.",
    ):  # fmt: skip
        terms = series_arguments(chosen, status=ModelStatus.CHALLENGER.value)
        shared_runtime().jobs.submit(
            "train", terms, key=f"{chosen.symbol}:{chosen.timeframe.value}:{chosen.source}"
        )
        st.rerun()


def _reports(view: LifeView) -> None:
    horizons = {report.horizon: report for report in view.reports}
    shown = st.segmented_control(
        "Horizon", list(horizons), default=next(iter(horizons)), required=True, key="life_drift_horizon",
        format_func=lambda name: f"{name} {'⚠ drifted' if horizons[name].drifted else '✓ as before'}",
    )  # fmt: skip
    report = horizons[shown or next(iter(horizons))]
    _verdict(report)
    figure(drift_chart(report, look()), key="life_drift")
    st.caption(
        f"Reference {report.reference_from:%Y-%m-%d} to {report.reference_until:%Y-%m-%d %H:%M} ({report.reference_rows:,} bars), "
        f"compared {report.recent_from:%Y-%m-%d} to {report.recent_until:%Y-%m-%d %H:%M} ({report.recent_rows:,} bars), blocks of "
        f"{report.block} bars, checked {report.checked_at:%Y-%m-%d %H:%M} UTC."
    )


def _verdict(report: DriftReport) -> None:
    if report.drifted:
        st.warning(report.words, icon=":material/warning:", title="Drifted")
    else:
        st.success(report.words, icon=":material/check:", title="As before")


def _contest(contest: Contest) -> None:
    with st.container(border=True):
        st.markdown(f"**{contest.horizon}**: {contest.challenger_id} against {contest.champion_id}")
        st.write(contest.words)
        figure(contest_chart(contest, look()), key=f"life_contest_{contest.id}")
