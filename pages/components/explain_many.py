"""Views of the explain page about many forecasts: importance, one feature, time, groups."""

import streamlit as st

from core.charts.explain_cohorts import cohort_chart
from core.charts.explain_dependence import dependence_chart
from core.charts.explain_importance import beeswarm_chart, importance_chart
from core.charts.explain_time import reasons_chart
from core.explain import STEADY
from core.views.explain import global_importance
from core.views.explain_asking import seed_words
from core.views.explain_questions import COHORTS, cohorts, drift, partner_of
from pages.components.explain_picking import Subject
from pages.components.explain_reads import seeds_of
from pages.components.look import figure, look


def general_view(subject: Subject) -> None:
    """What matters over all shown bars."""
    view, target = subject.view, subject.target
    figure(importance_chart(view.names, global_importance(view, target), look()), key="explain_importance")
    figure(
        beeswarm_chart(view.names, view.units, view.parts.values, view.shares(target), target, look()),
        key="explain_beeswarm",
    )
    st.caption(
        f"Over {len(view.times):,} bars from {view.times[0]:%Y-%m-%d} to {view.times[-1]:%Y-%m-%d}. Importance says how much a feature moves "
        "the model's opinion, not whether that helps: a model without an edge has important features too."
    )


def feature_view(subject: Subject) -> None:
    """One feature's value against its contribution."""
    view, target = subject.view, subject.target
    order = [int(i) for i in global_importance(view, target).argsort()[::-1]]
    left, right = st.columns(2)
    feature = left.selectbox(
        "Feature",
        order,
        format_func=view.names.__getitem__,
        key=f"explain_feature_{target}",
        help="Most important first.",
    )
    best = partner_of(view, target, feature)
    options = [None, *(i for i in order if i != feature)]
    found = f"strongest interaction: {view.names[best]}" if best is not None else "no interaction found"
    partner = right.selectbox(
        "Coloured by", options, format_func=lambda i: found if i is None else view.names[i], key=f"explain_partner_{target}_{feature}",
        help="The feature that explains best what the contribution still varies by at equal value; or one of your choice.",
    )  # fmt: skip
    shown = best if partner is None else partner
    colour = None if shown is None else (view.names[shown], view.units[shown], view.parts.values[:, shown])
    figure(
        dependence_chart(
            view.names[feature], view.units[feature], view.parts.values[:, feature], view.shares(target)[:, feature], target, colour,
            look(), here=subject.row,
        ),
        key="explain_dependence",
    )  # fmt: skip
    st.caption(
        "Dots of one value that lie far apart vertically say that other features change what the value means; the colour shows the one "
        "that does so most."
    )


def time_view(subject: Subject) -> None:
    """Importance per window, and whether it stays."""
    view, target = subject.view, subject.target
    windows = st.slider(
        "Windows",
        3,
        16,
        8,
        key="explain_windows",
        help="Parts of equal length that the shown bars are cut into.",
    )
    found = drift(view, target, windows)
    (st.success if found.steady else st.warning)(
        found.words, icon=":material/check_circle:" if found.steady else ":material/warning:"
    )
    figure(
        reasons_chart(
            view.names, found.first, found.last, found.reasons.importance, found.reasons.adjacent, STEADY, look(),
            trained_until=view.times[view.rows.learnt.nonzero()[0][-1]] if view.rows.learnt.any() else None,
        ),
        key="explain_time",
    )  # fmt: skip
    st.subheader(
        "Would another seed have found the same reasons?",
        help="The members are trained again on the same bars with five seeds.",
    )
    if st.toggle(
        "Train with five seeds and compare",
        key="explain_seeds",
        help="Takes about half a minute; the stored model is not touched.",
    ):
        agreed = seeds_of(view, target)
        calm = not agreed.lowest < STEADY
        (st.success if calm else st.warning)(
            seed_words(agreed), icon=":material/check_circle:" if calm else ":material/warning:"
        )


def groups_view(subject: Subject) -> None:
    """Two groups of forecasts beside each other."""
    view, target = subject.view, subject.target
    names = view.rows.state_names
    kinds = COHORTS if len(names) > 1 else tuple(kind for kind in COHORTS if kind != COHORTS[1])
    split = (
        st.segmented_control("Compare", kinds, default=kinds[0], required=True, key="explain_cohort")
        or kinds[0]
    )
    states = (0, -1)
    if split == COHORTS[1]:
        left, right = st.columns(2)
        numbers = range(len(names))
        one = left.selectbox("One regime", numbers, format_func=names.__getitem__, key="explain_regime_one")
        other = right.selectbox(
            "The other",
            numbers,
            index=len(names) - 1,
            format_func=names.__getitem__,
            key="explain_regime_other",
        )
        states = (one, other)
    found = cohorts(view, target, split, states)
    if found.found is None:
        st.info(found.words, icon=":material/lightbulb:")
        return
    st.markdown(found.words)
    figure(
        cohort_chart(
            view.names, found.groups, found.found.mean, found.found.low, found.found.high, target, look(),
            f"Where do the reasons differ: {found.groups[0]} against {found.groups[1]}?",
        ),
        key="explain_groups",
    )  # fmt: skip
