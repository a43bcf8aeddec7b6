"""Is a model better than knowing nothing? The verdicts, and all that they rest on."""

import streamlit as st

from core import charts
from core.charts.model_hits import hit_rate_chart
from core.charts.model_members import MemberBar, members_chart
from core.charts.model_paths import paths_chart
from core.charts.model_reliability import reliability_chart
from core.charts.model_time import coverage_time_chart, skill_time_chart
from core.records import ModelScores, PathRun
from core.views.models import HorizonModel, ModelCurves, ModelsView, Standing
from core.views.models_words import headline_numbers, scores_table
from pages.components.choices import Choice
from pages.components.look import figure, look
from pages.components.model_scores_jobs import job_button, job_line, series_arguments
from pages.components.model_scores_reads import model_curves, path_run
from pages.components.numbers import numbers

_BADGES = {
    Standing.EDGE: (":material/check_circle:", "green"),
    Standing.CALIBRATED: (":material/contrast:", "blue"),
    Standing.NONE: (":material/block:", "orange"),
    Standing.UNSCORED: (":material/help:", "gray"),
    Standing.MISSING: (":material/hourglass_empty:", "gray"),
}


_BESIDE = {
    Standing.CALIBRATED: "**Its probabilities are better than knowing nothing, but trading on them is not shown to pay.** ",
}


def verdicts(view: ModelsView) -> None:
    """One plain verdict for each horizon, with the reason that decides it."""
    for column, model in zip(st.columns(len(view.models)), view.models, strict=True):
        with column.container(border=True, height="stretch"):
            icon, colour = _BADGES[model.standing]
            st.markdown(
                f"**{model.horizon.name.capitalize()}** · {model.horizon.bars} bars",
                help="How far this model looks ahead. Its scores are all out of sample: each block of the past was forecast by "
                "a model that was trained on what ended before it.",
            )
            st.badge(_sentence(model.standing), icon=icon, color=colour)  # type: ignore[arg-type]
            st.caption(_BESIDE.get(model.standing, "") + model.why)


def _sentence(standing: Standing) -> str:
    """For a badge; probabilities without an edge are no edge, and what speaks for them is said beside it."""
    said = Standing.NONE if standing is Standing.CALIBRATED else standing
    return said.value[0].upper() + said.value[1:]


def scores_view(view: ModelsView, chosen: Choice) -> None:
    """Scores of one horizon beside knowing nothing, its reliability, and how it went over time."""
    figure(hit_rate_chart(view.scored, look()), key="models_hits")
    model = pick_horizon(view)
    if model.row is None or model.scores is None:
        st.info(model.why, icon=":material/lightbulb:")
        return
    scores = model.scores
    numbers(headline_numbers(scores))
    _gates(scores)
    figure(reliability_chart(scores.reliability, look()), key="models_reliability")
    curves = model_curves(model.row.id)
    if curves is None:
        st.info(
            "The scored forecasts of this model were not kept. Train it again to see them over time.",
            icon=":material/lightbulb:",
        )
    else:
        _over_time(curves)
        figure(members_chart(_bars(scores, curves), look()), key="models_members")
    st.subheader("Every figure beside knowing nothing", help=_ALL)
    _table(scores)
    st.caption(
        f"{scores.rows:,} forecasts out of sample from {scores.first:%Y-%m-%d %H:%M} to {scores.last:%Y-%m-%d %H:%M} UTC; their labels "
        f"overlap and are worth {scores.effective_rows:,.0f} independent ones. Model {model.row.id}, bars from {view.source}."
    )
    _paths(chosen, model)


_ALL = (
    "The base rate (what share of past labels went up, nowhere, or down) is what knowing nothing would say. A model that does "
    "not beat it out of sample has nothing to tell."
)


def pick_horizon(view: ModelsView) -> HorizonModel:
    """Which horizon is looked at."""
    names = [model.horizon.name for model in view.models]
    told = ", ".join(f"{model.horizon.name} {model.horizon.bars}" for model in view.models)
    picked = st.segmented_control(
        "Horizon", names, default=names[0], required=True, key="models_horizon", bind="query-params",
        help=f"How far ahead, in bars of the chosen timeframe: {told}.",
    )  # fmt: skip
    return view.models[names.index(picked or names[0])]


def _gates(scores: ModelScores) -> None:
    box, title = (
        (st.success, "Better than knowing nothing") if scores.edge else (st.warning, "No evidence of edge")
    )
    box(
        "\n".join(f"- {reason}" for reason in scores.reasons),
        title=title,
        icon=":material/check_circle:" if scores.edge else ":material/block:",
    )


def _over_time(curves: ModelCurves) -> None:
    left, right = st.columns(2)
    with left:
        figure(skill_time_chart(curves.skill, curves.window, look()), key="models_skill_time")
    with right:
        figure(coverage_time_chart(curves.coverage, curves.window, look()), key="models_coverage_time")


def _bars(scores: ModelScores, curves: ModelCurves) -> list[MemberBar]:
    pooled = MemberBar("pooled and calibrated", scores.skill, scores.auc, scores.auc_direction, pooled=True)
    return [pooled, *(MemberBar(m.name, m.skill, m.auc, m.auc_direction) for m in curves.members)]


def _table(scores: ModelScores) -> None:
    named = {
        "figure": "Figure",
        "model": "Model",
        "nothing": "Knowing nothing",
        "verdict": "Verdict",
        "meaning": "What it means",
    }
    st.table(scores_table(scores).rename(columns=named), border="horizontal", hide_index=True)


def _paths(chosen: Choice, model: HorizonModel) -> None:
    st.subheader(
        "Many histories out of one",
        help="Combinatorial purged cross-validation: of six blocks of the past, every choice of two is forecast by a model of the "
        "other four, purged by the end of each label. The fifteen trainings make five whole paths.",
    )  # fmt: skip
    arguments = series_arguments(chosen, horizon=model.horizon.name)
    run: PathRun | None = path_run(chosen, model.horizon.name)
    job_button(
        "paths", "Cross-validate", ":material/route:",
        "Fifteen trainings of one member of the ensemble, in the background. The past is also forecast from its future here: it tells how stable the way of training is, not what it would have earned.",
        arguments,
    )  # fmt: skip
    job_line("paths", arguments)
    figure(paths_chart(run, look()), key="models_paths")
    if run is not None:
        st.caption(
            f"{run.member}, {run.rows:,} labels from {run.first:%Y-%m-%d} to {run.last:%Y-%m-%d}, {run.blocks} blocks, {run.tested} tested at a "
            f"time, embargo {run.embargo} bars; better than knowing nothing on {run.better} of {len(run.paths)} paths, mean skill "
            f"{charts.percent_text(run.skill, 2)}. Took "
            f"{charts.seconds_text(run.seconds)}."
        )
