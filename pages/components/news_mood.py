"""The upper half of the News page: what sentiment makes of the items, and who scored them."""

import streamlit as st

from core import charts
from core.records import Estimate
from core.runtime import Runtime, shared_runtime
from core.views import News
from pages.components.choices import Choice
from pages.components.look import figure, look
from pages.components.numbers import numbers
from pages.components.work import job_end, job_progress


def mood_now(view: News, runtime: Runtime, chosen: Choice, days: int) -> None:
    """Sentiment as a cycle would find it, its numbers, and how far model and lexicon agree."""
    now = view.now
    st.subheader(
        f"Sentiment towards {view.instrument.symbol}",
        help=f"What a cycle would read now from the last {now.days:g} days; the filters above do not change it.",
    )
    numbers(now.numbers)
    if now.sentiment.contaminated:
        st.warning(
            f"These items are from before {now.model}'s knowledge cut-off, or the cut-off is not known: the model may "
            "remember what followed. Backtests report such scores apart.",
            icon=":material/history:",
        )
    _scoring(view, runtime, chosen, days)
    if now.sentiment.agreement is not None:
        left, right = st.columns(2)
        with left:
            figure(charts.sentiment_chart(now.sentiment, look()), key="mood_now_chart")
        with right:
            figure(
                charts.agreement_chart(now.agreement, now.sentiment.agreement, look()), key="agreement_chart"
            )
    elif now.sentiment.items:
        figure(charts.sentiment_chart(now.sentiment, look()), key="mood_now_chart")


def _scoring(view: News, runtime: Runtime, chosen: Choice, days: int) -> None:
    """The button that asks the model for what is not on record, with its price beside it."""
    now = view.now
    if now.unable or now.estimate is None:
        st.caption(f":material/menu_book: The lexicon scores every text. {now.unable}")
        return
    button, words = st.columns([2, 5], vertical_alignment="center")
    missing = now.estimate.units - now.estimate.cached
    if button.button(
        "Score with the language model", icon=":material/psychology:", width="stretch", key="score_button",
        disabled=not missing,
        help="Asks for the scores of listed days that are not on record, several texts in one request. Ratings and texts that look made for a model are never sent.",
    ):  # fmt: skip
        st.session_state["score_job"] = runtime.jobs.submit(
            "score",
            {"symbols": chosen.symbol, "symbol": chosen.symbol, "days": str(days), "at": now.at.isoformat() if now.at else ""},
            key=chosen.symbol,
        )  # fmt: skip
    words.caption(_price(now.estimate, now.model))
    _progress(chosen)


def _price(estimate: Estimate, model: str) -> str:
    missing = estimate.units - estimate.cached
    name = model or "the language model"
    if not estimate.units:
        return "There is no text to score: fetch news first."
    if not missing:
        return f"All {estimate.units} texts have a score of {name} on record."
    cost = (
        "price not known"
        if estimate.cost is None
        else "free"
        if not estimate.cost
        else f"at most \\${estimate.cost:,.4f}"
    )
    tokens = estimate.tokens_in + estimate.tokens_out
    return (
        f"{missing} of {estimate.units} texts are not scored by {name} yet: {estimate.calls} "
        f"{'request' if estimate.calls == 1 else 'requests'}, at most {tokens:,} tokens, {cost}."
    )


def _progress(chosen: Choice) -> None:
    if st.session_state.get("score_job"):
        _follow(st.session_state["score_job"])
    elif st.session_state.get("score_ended"):
        job = shared_runtime().jobs.read(st.session_state["score_ended"])
        if job.arguments.get("symbol") != chosen.symbol:
            del st.session_state["score_ended"]
        elif job.error:
            job_end(job)
        else:
            st.success(job.log[-1] if job.log else job.message, icon=":material/check:")


@st.fragment(run_every=0.5)
def _follow(job_id: str) -> None:
    job = shared_runtime().jobs.read(job_id)
    if job.active:
        job_progress(job, key="score_cancel")
    else:
        st.session_state["score_job"] = None
        st.session_state["score_ended"] = job_id
        st.rerun()
