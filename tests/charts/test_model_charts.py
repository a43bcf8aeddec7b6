"""Figures of models: drawn from real scores, light and dark; empty ones say what to do."""

import pandas as pd
import pytest

from core.charts.model_hits import hit_rate_chart
from core.charts.model_members import MemberBar, members_chart
from core.charts.model_null import null_chart
from core.charts.model_paths import paths_chart
from core.charts.model_reliability import reliability_chart
from core.charts.model_time import coverage_time_chart, skill_time_chart
from core.charts.palette import Look
from core.evaluate.forecasts import judge_forecasts, rolling_coverage, rolling_skill
from core.store import Store
from tests.forecast_frames import foretold_bars, out_of_sample_frame
from tests.stored_models import store_null_test, store_paths


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Out-of-sample forecasts of a market that can be foretold."""
    return out_of_sample_frame(foretold_bars(1500))


@pytest.mark.parametrize("look", list(Look))
def test_scores_are_drawn(frame: pd.DataFrame, look: Look) -> None:
    scores = judge_forecasts(frame, 0.002)
    base = {f"p_{name}": frame[f"base_{name}"] for name in ("down", "flat", "up")}
    silent = judge_forecasts(frame.assign(**base), 0.002)
    hits = hit_rate_chart({"short": scores, "long": silent}, look)
    assert "short" in hits.layout.meta and any("no signal" in (a.text or "") for a in hits.layout.annotations)
    assert len(reliability_chart(scores.reliability, look).data) == 12
    assert reliability_chart(silent.reliability, look).layout.meta, "one bin a class can be drawn"
    assert "Skill of the last 60" in skill_time_chart(rolling_skill(frame, 60), 60, look).layout.meta
    assert "90 % interval held" in coverage_time_chart(rolling_coverage(frame, 60), 60, look).layout.meta
    bars = [
        MemberBar("pooled", scores.skill, scores.auc, None, pooled=True),
        MemberBar("forest", -0.02, None, None),
    ]
    assert "best is pooled" in members_chart(bars, look).layout.meta


def test_proofs_are_drawn(store: Store) -> None:
    nulls = null_chart(store_null_test(store))
    assert "careless control" in nulls.layout.meta and len(nulls.data) == 8
    assert "4 of 5 paths" in paths_chart(store_paths(store)).layout.meta


def test_what_is_empty_says_what_to_do() -> None:
    nothing = pd.DataFrame(columns=["skill", "running", "coverage", "half", "low", "high"])
    for chart, words in (
        (hit_rate_chart({}), "no signal to judge"),
        (reliability_chart(()), "Train the models"),
        (skill_time_chart(nothing, 50), "longer history"),
        (coverage_time_chart(nothing, 50), "no intervals"),
        (members_chart(()), "Train the models"),
        (paths_chart(None), "Press the button"),
        (null_chart(None), "Press the button"),
    ):
        assert words in chart.layout.meta
