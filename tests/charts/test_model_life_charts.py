"""Drift, contest and tuning as figures."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from core.charts import Look
from core.charts.contest import NO_CONTEST, contest_chart
from core.charts.drift import MOST, drift_chart
from core.charts.tuning import tuning_chart
from core.predict.contest import Names, judge_contest
from core.records import DriftReport, FeatureDrift, TunedParameters, TuningTrial

NOW = datetime(2024, 5, 1, tzinfo=UTC)


def report(features: int) -> DriftReport:
    shown = tuple(FeatureDrift(f"f{i}", 0.5 / (i + 1), 0.1, 0.2, 0.3, 0.0) for i in range(features))
    return DriftReport(
        "m", "BTC-USD", "1h", "sample", "short", NOW, NOW, NOW, NOW, NOW, NOW, 900, 300, True, 20, shown, None, None,
        True, "Two features differ.",
    )  # fmt: skip


@pytest.mark.parametrize("look", list(Look))
def test_drift_bars_stand_beside_their_limits(look: Look) -> None:
    figure = drift_chart(report(30), look)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert {trace.name: len(trace.x) for trace in bars} == {"as before": MOST - 2, "drifted": 2}
    assert [len(trace.x) for trace in figure.data if trace.type == "scatter"] == [MOST, MOST]
    assert "2 of 30 features" in figure.layout.meta and "PSI 0.500" in bars[1].customdata[-1]
    assert "learnt from" in figure.layout.title.text


def test_drift_without_a_check_or_without_rows_says_what_to_do() -> None:
    assert "Check for drift" in drift_chart(None).layout.annotations[0].text
    assert "Two features" in drift_chart(report(0)).layout.annotations[0].text
    fresh = drift_chart(replace(report(3), since_training=False))
    assert "last bars of the training" in fresh.layout.title.text


@pytest.mark.parametrize("advantage", [0.0, 0.6])
def test_the_contest_shows_evidence_against_the_level_that_decides(advantage: float) -> None:
    differences = np.random.default_rng(1).normal(advantage, 1.0, 900)
    settled = pd.date_range(NOW, periods=900, freq="h")
    contest = judge_contest(
        Names("a", "b", "BTC-USD", "1h", "sample", "short", 4), differences, settled, "log_loss", NOW
    )
    figure = contest_chart(contest)
    assert len(figure.data[0].x) == len(contest.curve) and figure.layout.yaxis.type == "log"
    assert figure.layout.shapes[0].y0 == 20 and len(figure.layout.shapes) == (2 if advantage else 1)
    assert contest.words in figure.layout.meta
    assert contest_chart(None).layout.annotations[0].text.replace("<br>", " ") == NO_CONTEST


def test_tuning_shows_trials_the_best_so_far_and_the_base_rate() -> None:
    chosen = TunedParameters(50, 3, 0.1, ("xgboost",), False)
    losses = (0.01, -0.002, 0.004, -0.006)
    trials = [TuningTrial(n * 2, chosen, loss, 3, n == 2, 1.5) for n, loss in enumerate(losses)]
    figure = tuning_chart(trials)
    named = {trace.name: trace for trace in figure.data}
    assert list(named["trial"].x) == [1, 2, 4] and list(named["given up early"].x) == [3]
    assert list(named["best so far"].y) == [0.01, -0.002, -0.006, -0.006]
    assert "−0.0060" in figure.layout.meta and "1 were given up early" in figure.layout.meta
    assert "No trial has ended" in tuning_chart(()).layout.annotations[0].text
