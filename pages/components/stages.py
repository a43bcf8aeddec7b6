"""The stages of a cycle as they finish."""

from collections.abc import Sequence

import streamlit as st

from core.records import StageReport, StageState
from core.views import STAGE_NAMES

_ICONS = {
    StageState.OK: ":green[:material/check_circle:]",
    StageState.DEGRADED: ":orange[:material/error:]",
    StageState.FAILED: ":red[:material/cancel:]",
    StageState.SKIPPED: ":gray[:material/do_not_disturb_on:]",
}
MEANING = {
    "collect": "Bars and headlines, from cache or sources, checked for quality.",
    "settle": "The paper book catches up: open orders fill, stops and targets are checked on the bars since.",
    "features": "Technical indicators from closed bars only.",
    "sentiment": "Each headline scored by a finance lexicon, weighted by age.",
    "predict": "Probability of up, flat and down for three horizons.",
    "explain": "What drove each forecast (exact SHAP values).",
    "signals": "Opinions of every strategy, fused by weight.",
    "decide": "What the policy would like to do, and how much of it.",
    "validate": "A language model's second look at a trade that would be opened: it may shrink or veto it, never enlarge.",
    "risk": "Every limit, with its number.",
    "execute": "The simulated order.",
    "shadow": "Shadow books live on: the same cycle without the language model, without sentiment, without the agent, with equal weights, and buy and hold.",
}


def stage_rows(stages: Sequence[StageReport], running: bool) -> None:
    """One row a stage: state, name, result, seconds; the one at work spins, the rest wait in grey."""
    for position, name in enumerate(STAGE_NAMES):
        if position < len(stages):
            _finished(stages[position])
        elif running and position == len(stages):
            st.markdown(f":blue[:material/progress_activity:] **{name}** — working …", help=MEANING[name])
        else:
            st.markdown(f":gray[:material/radio_button_unchecked: {name}]", help=MEANING[name])


def _finished(stage: StageReport) -> None:
    text, seconds = st.columns([9, 1], vertical_alignment="center")
    origin = f"\n\nSource: {stage.source}" if stage.source else ""
    text.markdown(
        f"{_ICONS[stage.state]} **{stage.stage}** — {stage.summary}", help=MEANING[stage.stage] + origin
    )
    seconds.markdown(f":gray[{stage.seconds:.2f} s]")
    for problem in () if stage.state is StageState.FAILED else stage.problems:  # its summary is the problem
        text.caption(f":orange[{problem.where}]: {problem.what} {problem.instead}")
