"""Models: what they say now, and whether that is better than knowing nothing."""

import streamlit as st

from core.runtime import shared_runtime
from pages.components.choices import choice, sample_note
from pages.components.improving_nights import nights_part
from pages.components.model_life import model_life
from pages.components.model_regimes import regimes_and_volatility
from pages.components.model_scores import scores_view, verdicts
from pages.components.model_scores_jobs import job_button, job_line, series_arguments
from pages.components.model_scores_now import now_view
from pages.components.model_scores_null import null_view
from pages.components.model_scores_reads import models

NOW, SCORES, REGIMES, NULL, LIFE, NIGHTS = VIEWS = (
    "Now",
    "Better than knowing nothing?",
    "Regime and volatility",
    "Null tests",
    "Life",
    "What the nights did",
)

chosen = choice()
st.title("Models")
st.caption(
    "Where the price may go over three horizons, and, said first, whether these models have ever been better than knowing nothing. "
    "Every score is out of sample: each block of the past was forecast by models trained on what ended before it."
)
sample_note(chosen, shared_runtime())
view = models(chosen)
arguments = series_arguments(chosen)
if view.trained:
    verdicts(view)
else:
    st.info(
        f"No model of {chosen.symbol} {chosen.timeframe} yet. **Train now** reads the bars, trains every horizon and scores each on the "
        "past that it has not seen; it takes some 20 seconds. A cycle trains them too, when it needs them.",
        icon=":material/lightbulb:",
    )
job_button(
    "train", "Train now", ":material/model_training:",
    "Train every horizon on what is known now, score it out of sample, and let it take the place of the present champion. In the background.",
    arguments, primary=not view.trained,
)  # fmt: skip
job_line("train", arguments)

shown = st.segmented_control(
    "View",
    VIEWS,
    default=NOW,
    required=True,
    key="models_view",
    bind="query-params",
    label_visibility="collapsed",
)
if shown == SCORES:
    scores_view(view, chosen)
elif shown == REGIMES:
    regimes_and_volatility(chosen)
elif shown == NULL:
    null_view(view, chosen)
elif shown == LIFE:
    model_life(chosen)
elif shown == NIGHTS:
    nights_part(chosen)
else:
    now_view(chosen)
