"""Explained rows of a stored model: the cycle's own numbers again, honest about what the model had seen."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest

from core.errors import UnknownId
from core.pipeline import Workbench
from core.pipeline.explaining import alternatives, explainable_models, explained_rows
from core.pipeline.explaining_seeds import other_seeds
from core.records import CycleReport, Timeframe
from core.views.explain import explained, stored_forecast, why
from core.views.explain_asking import sliders, strongest, what_if
from core.views.explain_questions import COHORTS, cohorts, drift


@pytest.fixture
def report(cycle: Callable[..., CycleReport]) -> CycleReport:
    done = cycle()
    assert not done.failed, done.stages[-1].summary
    return done


def test_the_last_row_is_what_the_cycle_said_and_stored(bench: Workbench, report: CycleReport) -> None:
    assert len(report.forecasts) == len(report.explanations) == 3
    for said, told in zip(report.forecasts, report.explanations, strict=True):
        found = explained_rows(bench, said.model_id, 300, report.as_of)
        assert found.chance[-1] == pytest.approx([said.p_down, said.p_flat, said.p_up], abs=1e-9)
        number = ("down", "flat", "up").index(told.target)
        assert found.parts.margin[-1, number] == pytest.approx(told.margin, abs=1e-9)
        shares = dict(zip(found.parts.features, found.parts.shares[-1, :, number], strict=True))
        assert {a.feature: a.contribution for a in told.attributions} == pytest.approx(shares, abs=1e-9)
        assert found.parts.additivity_error < 1e-4


def test_what_was_learnt_and_what_is_known_is_told_apart(bench: Workbench, report: CycleReport) -> None:
    said = report.forecasts[1]
    found = explained_rows(bench, said.model_id, 500, report.as_of + timedelta(hours=100))
    closes = found.close.index + timedelta(hours=1)
    assert not found.learnt[closes > said.trained_until].any() and found.learnt.any()
    assert (found.outcome[-said.bars :] == -1).all() and set(found.outcome[: -said.bars]) <= {0, 1, 2}
    assert (found.lean[found.learnt] != 0).sum() <= len(found.training), (
        "only walk-forward forecasts lean there"
    )
    assert len(found.training) == len(found.training_outcome) == len(found.training_weight) > 300


def test_models_are_listed_by_horizon_and_source(bench: Workbench, report: CycleReport) -> None:
    found = explainable_models(bench, "BTC-USD", Timeframe.H1, "sample")
    assert list(found) == ["short", "medium", "long"]
    assert explainable_models(bench, "BTC-USD", Timeframe.H1, "auto") == found
    assert explainable_models(bench, "ETH-USD", Timeframe.H1, "sample") == {}
    with pytest.raises(UnknownId, match="not kept any more"):
        explained_rows(bench, "nonsense", 100)


def test_alternatives_ask_each_row_by_itself(bench: Workbench, report: CycleReport) -> None:
    found = explained_rows(bench, report.forecasts[0].model_id, 200, report.as_of)
    again = alternatives(bench, found, found.parts.values[[-1, 5, -1]], len(found.close) - 1)
    np.testing.assert_array_equal(again[0], again[2])
    np.testing.assert_allclose(again[0], found.chance[-1], atol=1e-12)


def test_what_if_asks_again_and_marks_what_training_has_not_seen(
    bench: Workbench, report: CycleReport
) -> None:
    view = explained(bench, report.forecasts[0].model_id, 400, report.as_of)
    row = len(view.times) - 1
    shown = sliders(view, row, strongest(view, row, "up", 5))
    assert 0 < len(shown) <= 5 and all(s.low <= s.value <= s.high for s in shown)
    same = what_if(bench, view, row, shown, {s.feature: s.value for s in shown})
    assert same.before == same.after and same.outside == ()
    assert same.before == pytest.approx(view.rows.chance[row], abs=1e-12)
    far = what_if(bench, view, row, shown, {s.feature: s.high for s in shown})
    assert sum(far.after) == pytest.approx(1.0) and shown[0].words in far.outside


def test_the_view_mixes_classes_exactly(bench: Workbench, report: CycleReport) -> None:
    view = explained(bench, report.forecasts[0].model_id, 100, report.as_of)
    for target in ("up", "down", "flat", "up rather than down"):
        told = why(view, 7, target)
        total = told.base + sum(item.contribution for item in told.attributions)
        assert total == pytest.approx(told.margin, abs=1e-6) and told.target == target
    up, down, both = (why(view, 7, target).margin for target in ("up", "down", "up rather than down"))
    assert both == pytest.approx(up - down)
    kept = stored_forecast(bench, report.id, "short")
    assert kept is not None and kept.explanation == report.explanations[0]
    assert why(view, len(view.times) - 1, kept.explanation.target, kept) is kept.explanation


def test_questions_about_many_rows_have_answers(bench: Workbench, report: CycleReport) -> None:
    view = explained(bench, report.forecasts[1].model_id, 600, report.as_of)
    found = drift(view, "up", 6)
    assert len(found.first) == 6 and found.words.endswith(".")
    for split in COHORTS:
        answer = cohorts(view, "up", split)
        assert answer.words.endswith((".", "bars.")) and len(answer.groups) == 2
    wild = cohorts(view, "up", COHORTS[2])
    assert wild.found is not None and wild.found.rows == (200, 200)


def test_other_seeds_are_compared_pair_by_pair(bench: Workbench, report: CycleReport) -> None:
    found = explained_rows(bench, report.forecasts[0].model_id, 300, report.as_of)
    agreed = other_seeds(bench, found, (0.0, 0.0, 1.0), (0, 1, 2))
    assert agreed.importance.shape == (3, len(found.parts.features)) and len(agreed.correlation) == 3
    assert -1 <= agreed.lowest <= 1
    twice = other_seeds(bench, found, (0.0, 0.0, 1.0), (4, 4))
    assert twice.lowest == pytest.approx(1.0), "the same seed, the same reasons"
