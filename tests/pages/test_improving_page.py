"""What the nights did, on the Models page: nothing yet, a night without drift, and a challenger on trial."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.charts import Look
from core.charts.improving import evidence_chart, nights_chart
from core.records import (
    Contest,
    ContestPoint,
    ContestState,
    ImprovementRun,
    ImprovementStep,
    ImproveState,
    ImproveStep,
    Measured,
    StepVerdict,
    Timeframe,
    TunedParameters,
)
from core.runtime import Runtime
from core.store.improvements import save_improvement
from core.store.model_checks import save_contest
from core.store.tuning import Adopted, adopt_horizon_parameters, horizon_parameters
from core.views.improving import improving_view, night_text
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts

PAGE = "pages/research/models.py"
NIGHTS = {"asset": "BTC-USD", "timeframe": "1h", "source": "sample", "models_view": "What the nights did"}
AT = datetime(2019, 6, 1, tzinfo=UTC)
CHOSEN = TunedParameters(120, 4, 0.05, ("xgboost", "forest"), True)


def run_of(name: str, days: int, state: ImproveState) -> ImprovementRun:
    at = AT + timedelta(days=days)
    tried = state in (ImproveState.ON_TRIAL, ImproveState.PROMOTED)
    return ImprovementRun(
        name, "BTC-USD", "1h", "sample", "sample", at, at, at, 7, state, f"It came to: {state}.",
        "short" if tried else "", False, chosen=CHOSEN if tried else None, champion_id="old" if tried else "",
        challenger_id="new" if tried else "", begun_at=at if tried else None, least_days=7.0, longest_days=28.0,
    )  # fmt: skip


def steps_of(run: ImprovementRun, *verdicts: StepVerdict) -> tuple[ImprovementStep, ...]:
    number = Measured("evidence", 3.21, "ratio", "E-value now; 20 decides.")
    return tuple(
        ImprovementStep(
            run.id, place, step, verdict, f"{step} was looked at.", (number,), run.as_of, run.as_of, 1.5
        )
        for place, (step, verdict) in enumerate(zip(ImproveStep, verdicts, strict=False))
    )


def contest() -> Contest:
    points = tuple(ContestPoint(AT + timedelta(days=8, hours=n), 0.5 + n / 20, 0.01) for n in range(100))
    return Contest(
        "old~new", "old", "new", "BTC-USD", "1h", "sample", "short", "log_loss", 100, 25, 0.01, 0.2, 5.45, 20.0, points,
        ContestState.UNDECIDED, None, AT, "On 100 shared bars the challenger's is better.",
    )  # fmt: skip


def test_before_the_first_night_it_tells_what_will_come_and_when(open_page: OpenPage) -> None:
    test = open_page(PAGE, **NIGHTS)
    assert not test.exception and "00:00 UTC" in texts(test) and "at most 20 trials" in texts(test)
    assert len(test.get("plotly_chart")) == 1 and test.button("models_run_improve").label == "Look now"


def test_nights_with_a_challenger_on_trial(open_page: OpenPage, engine: Runtime) -> None:
    calm, trial = run_of("calm", 1, ImproveState.NO_DRIFT), run_of("trial", 8, ImproveState.ON_TRIAL)
    on, end, waits = StepVerdict.ON, StepVerdict.END, StepVerdict.WAITS
    engine.store.write(
        save_improvement(calm, *steps_of(calm, on, end)),
        save_improvement(trial, *steps_of(trial, on, on, on, on, on, on, waits, waits)),
        save_contest(contest()),
        adopt_horizon_parameters("BTC-USD", "1h", "sample", "long", Adopted("earlier", AT, CHOSEN)),
    )
    test = open_page(PAGE, **NIGHTS)
    assert not test.exception and len(test.get("plotly_chart")) == 2
    said = texts(test)
    for part in ("new against old", "120 trees of depth 4", "It came to: challenger on trial."):
        assert part in said, part
    assert {metric.label: metric.value for metric in test.metric}["On trial"] == "1"
    test.selectbox("nights_pick").set_value("calm").run()
    assert not test.exception and "drift was looked at." in texts(test)
    test.button("nights_unuse_sample").click().run()
    assert not test.exception and not horizon_parameters(engine.store, "BTC-USD", "1h", "sample")
    view = improving_view(engine.bench, "BTC-USD", Timeframe.H1)
    assert [night.run.id for night in view.nights] == ["trial", "calm"]
    assert "contest" in night_text(view.nights[0]) and "◆ challenger on trial" in night_text(view.nights[0])


@pytest.mark.parametrize("look", list(Look))
def test_figures_say_what_they_show(look: Look) -> None:
    trial = run_of("trial", 8, ImproveState.ON_TRIAL)
    steps = (*steps_of(trial, StepVerdict.ON, StepVerdict.ON), *steps_of(trial, *[StepVerdict.WAITS] * 8)[7:])
    grid = nights_chart([(trial, steps), (run_of("calm", 1, ImproveState.NO_DRIFT), ())], look)
    assert {trace.name for trace in grid.data} == {"goes on", "on trial"} and "2 nights" in grid.layout.meta
    assert nights_chart([], look, promise="Tonight at 00:00 UTC.").layout.meta == "Tonight at 00:00 UTC."
    begun = evidence_chart(trial, None, look)
    assert "has just begun" in begun.layout.meta
    shown = evidence_chart(replace(trial, begun_at=AT + timedelta(days=4)), contest(), look)
    assert any("may be decided" in str(note.text) for note in shown.layout.annotations)
    assert shown.layout.title.text == "Is the short challenger better, or lucky?"
