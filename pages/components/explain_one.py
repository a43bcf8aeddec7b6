"""Views of the explain page about one forecast: waterfall, what if, second opinion."""

import streamlit as st

from core import charts
from core.charts.explain_probability import probability_waterfall
from core.charts.explain_second_opinion import second_opinion_chart
from core.charts.explain_what_if import what_if_chart
from core.runtime import shared_runtime
from core.views.explain import feature_units, feature_words, forecast_numbers, why
from core.views.explain_asking import SILENT, Slider, sliders, strongest, what_if
from pages.components.explain_picking import Subject
from pages.components.explain_reads import lime_of, probability_of
from pages.components.look import figure, look
from pages.components.numbers import numbers


def forecast_view(subject: Subject) -> None:
    """From the base to the opinion, feature by feature."""
    view, row, target = subject.view, subject.row, subject.target
    told = why(view, row, target, subject.stored)
    numbers(forecast_numbers(view, row, target))
    figure(
        charts.shap_waterfall(
            told, look(), f"What pushed «{target}» at {view.closed_at(row):%Y-%m-%d %H:%M} UTC?", most=14,
            names=feature_words(), units=feature_units(),
        ),
        key="explain_waterfall",
    )  # fmt: skip
    if view.rows.learnt[row] and subject.stored is None:
        st.warning(
            "The model learnt from this bar and what followed it: its answer is a memory, not evidence.",
            icon=":material/school:",
        )
    as_stored = subject.stored is not None and told is subject.stored.explanation
    st.caption(
        f"{'As stored with the cycle. ' if as_stored else ''}Exact SHAP values of the pooled opinion in log-odds, **before calibration**: "
        f"base plus contributions equal the opinion to {told.additivity_error:.0e} (checked to be below 1e-4). Calibration then draws the "
        f"opinion towards the base rate: it changes how far the answer goes, not which features spoke. Model {told.model_id}."
    )


@st.fragment
def what_if_view(subject: Subject) -> None:
    """Sliders that ask the model again in place."""
    view, row, target = subject.view, subject.row, subject.target
    key = f"{view.rows.row.id}_{row}"
    words = dict(zip(view.parts.features, view.names, strict=True))
    first = strongest(view, row, target, 6)
    picked = st.multiselect(
        "Features to change", list(view.parts.features), default=list(first), format_func=words.__getitem__, max_selections=12,
        key=f"explain_what_if_{key}_{target}", help="The strongest of this forecast to begin with.",
    )  # fmt: skip
    if st.button("Back to the real values", icon=":material/restart_alt:", key="explain_what_if_reset"):
        for name in view.parts.features:
            st.session_state.pop(f"explain_slider_{key}_{name}", None)
    shown = sliders(view, row, tuple(picked))
    left, right = st.columns([5, 6], gap="large")
    with left:
        values = {
            slider.feature: _slide(slider, f"explain_slider_{key}_{slider.feature}") for slider in shown
        }
        if len(shown) < len(picked):
            st.caption(
                "Features without a value at this bar, or with one value in all training, have no slider."
            )
    answer = what_if(shared_runtime().bench, view, row, shown, values)
    with right:
        figure(
            what_if_chart(answer.before, answer.after, view.rows.base, look()), key="explain_what_if_chart"
        )
        st.markdown(answer.words)
        if answer.outside:
            st.warning(
                f"Outside what training has seen (1st to 99th percentile): {', '.join(answer.outside)}. There trees repeat "
                "the last value they know and the linear member goes straight on: the answer is a guess.",
                icon=":material/warning:",
            )
        st.caption(
            "The other features, the regime and the bars before stay as they were. Real features move together; here they do not."
        )


def _slide(slider: Slider, key: str) -> float:
    unit = f" ({slider.unit})" if slider.unit else ""
    low, high = slider.usual
    return st.slider(
        f"{slider.words}{unit}", slider.low, slider.high, slider.value, slider.step, key=key,
        format="percent" if slider.unit == "fraction" else "%.4g",
        help=f"Real value {slider.value:.4g}; training saw {low:.4g} to {high:.4g} (1st to 99th percentile).",
    )  # fmt: skip


def second_view(subject: Subject) -> None:
    """LIME beside SHAP, and contributions to the probability itself."""
    view, row, target = subject.view, subject.row, subject.target
    if not len(view.rows.training):
        st.info(
            "The bars that this model learnt from are not at hand any more, and a second opinion draws from them. Fetch them on the "
            "Market page, or run a cycle to train a new model.",
            icon=":material/lightbulb:",
        )
        return
    if view.rows.silent:
        st.info(SILENT, icon=":material/volume_off:")
        return
    found = lime_of(view, row, target)
    (st.info if found.trusted else st.warning)(found.words, icon=":material/compare_arrows:")
    figure(
        second_opinion_chart(
            view.names, view.valued(row), found.shap, found.lime.push, found.push_spread, target, look()
        ),
        key="explain_lime",
    )
    st.caption(
        f"LIME: a weighted ridge on the calibrated probability of {found.lime.samples:,} neighbours drawn from the ranks of training, once for "
        f"each of {len(found.lime.seeds)} seeds; a push is the slope times the distance from the training median. SHAP gives the same "
        "numbers every time. ✕ marks features that the two push opposite ways by more than LIME's own spread. LIME's neighbours are "
        "combinations that no market has produced: a second opinion, not a judge."
    )
    if not st.toggle(
        "Explain the probability itself", key="explain_in_probability", help="In points of the calibrated probability; some seconds."
    ):  # fmt: skip
        return
    shares = probability_of(view, row, target)
    figure(
        probability_waterfall(
            view.names, view.valued(row), shares.shares, shares.base, shares.probability, target, look()
        ),
        key="explain_probability",
    )
    st.caption(
        f"Probability space, interventional: values not yet told are those of {shares.background} training rows (background "
        f"{shares.background_sha256[:12]}), {2 * shares.permutations} orders of telling. The sum is exact to {shares.additivity_error:.0e}; how it "
        "is shared is sampled, so small bars are uncertain."
    )
