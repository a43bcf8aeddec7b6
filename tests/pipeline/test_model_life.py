"""Promote, roll back, prune, drift and contest on real models of the embedded sample."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import InputError, UnknownId, UntrustedModel
from core.instruments import resolve
from core.pipeline import Workbench, model_life, run_cycle
from core.pipeline.model_checks import check_models
from core.pipeline.model_life import fits_settings, predecessor, promote, prune, roll_back
from core.pipeline.training import train_now
from core.predict.artefacts import description_path
from core.records import ContestState, CycleRequest, Mode, ModelStatus, Timeframe
from core.store.model_checks import contests_of, drift_history, save_drift
from core.store.models import ModelRow, all_models, champion, read_model

BTC = resolve("BTC-USD")
JUNE = datetime(2019, 6, 1, 12, tzinfo=UTC)


def quiet(share: float, words: str) -> None:
    """Progress that nobody follows."""


def trained(bench: Workbench, days: int = 0, status: ModelStatus = ModelStatus.CHAMPION) -> None:
    train_now(bench, BTC, Timeframe.H1, "sample", JUNE + timedelta(days=days), quiet, status)


def short(bench: Workbench) -> list[ModelRow]:
    """The models of the short horizon, oldest knowledge first."""
    return sorted(
        (row for row in all_models(bench.store) if row.horizon == "short"), key=lambda row: row.as_of
    )


def test_promote_roll_back_and_what_cycles_then_use(bench: Workbench) -> None:
    trained(bench)
    trained(bench, 7)
    trained(bench, 14, ModelStatus.CHALLENGER)
    first, second, third = short(bench)
    assert [row.status.value for row in (first, second, third)] == ["retired", "champion", "challenger"]
    assert (second.parent, third.parent) == (first.id, second.id)
    assert second.seconds and second.rows and second.algo == "xgboost"
    assert json.loads(description_path(third.path).read_text())["parent"] == second.id

    assert promote(bench, third.id).status is ModelStatus.CHAMPION
    assert read_model(bench.store, second.id).status is ModelStatus.RETIRED
    with pytest.raises(InputError, match="is the champion of its series and horizon already"):
        promote(bench, third.id)
    with pytest.raises(UnknownId, match="There is no model 'nobody'"):
        promote(bench, "nobody")

    assert predecessor(bench, read_model(bench.store, third.id)) == read_model(bench.store, second.id)
    assert roll_back(bench, "btc", Timeframe.H1, "sample", "short").id == second.id
    assert roll_back(bench, "BTC-USD", Timeframe.H1, "sample", "short").id == first.id
    with pytest.raises(InputError, match="no predecessor"):
        roll_back(bench, "BTC-USD", Timeframe.H1, "sample", "short")
    with pytest.raises(InputError, match="no medium champion of ETH-USD"):
        roll_back(bench, "ETH-USD", Timeframe.H1, "sample", "medium")
    assert champion(bench.store, "BTC-USD", Timeframe.H1, "sample", "medium") is not None


def test_a_model_that_cannot_be_used_is_not_promoted(bench: Workbench) -> None:
    trained(bench)
    trained(bench, 7, ModelStatus.CHALLENGER)
    _, challenger = short(bench)
    other = replace(bench, settings=bench.settings.model_copy(update={"predict": bench.settings.predict.model_copy(update={"depth": 5})}))  # fmt: skip
    assert fits_settings(bench, challenger) and not fits_settings(other, challenger)
    with pytest.raises(InputError, match="made in another way than the settings ask for"):
        promote(other, challenger.id)
    challenger.path.write_bytes(b"something else")
    with pytest.raises(UntrustedModel, match="SHA-256 differs"):
        promote(bench, challenger.id)
    assert read_model(bench.store, challenger.id).status is ModelStatus.CHALLENGER


def test_prune_keeps_what_serves_and_never_touches_a_file_of_other_hands(bench: Workbench) -> None:
    for days in range(0, 20, 4):
        trained(bench, days)
    folder = bench.settings.model_dir
    stranger = folder / "mine.joblib"
    stranger.write_bytes(b"not a model")
    oldest, changed, *rest = short(bench)
    changed.path.write_bytes(b"changed by hand")
    with pytest.raises(InputError, match="-1 models cannot be kept"):
        prune(bench, -1)
    done = prune(bench, 1)
    kept = {row.id for row in all_models(bench.store)}
    assert len(kept) == done.kept == 6  # of each horizon the champion and one more
    assert {row.id for row in short(bench)} == {rest[-1].id, rest[-2].id}
    assert (
        oldest.id in done.removed and not oldest.path.exists() and not description_path(oldest.path).exists()
    )
    assert done.left == (changed.path.name,) and changed.path.read_bytes() == b"changed by hand"
    assert stranger.exists() and done.bytes > 0 and "left where they are" in done.words
    assert prune(bench, 1).removed == ()


@pytest.mark.parametrize("stop_at", [0, 1, 2, 3])
def test_a_prune_that_is_killed_leaves_nothing_that_a_cycle_could_meet(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, stop_at: int
) -> None:
    trained(bench)
    trained(bench, 7)
    removed, original = [], model_life._remove

    def killed(path: Path) -> int:
        if len(removed) == stop_at:
            raise KeyboardInterrupt
        removed.append(path)
        return original(path)

    monkeypatch.setattr(model_life, "_remove", killed)
    if stop_at < 3:
        with pytest.raises(KeyboardInterrupt):
            prune(bench, 0)
    else:
        prune(bench, 0)
    for row in all_models(bench.store):
        assert row.path.exists() or not row.serves  # whatever is gone is already out of use
    monkeypatch.setattr(model_life, "_remove", original)
    prune(bench, 0)
    assert len(all_models(bench.store)) == 3
    assert {path.name for path in bench.settings.model_dir.glob("*.joblib")} == {
        row.path.name for row in all_models(bench.store)
    }


def test_drift_and_contest_on_bars_that_neither_has_seen(bench: Workbench) -> None:
    with pytest.raises(InputError, match="There is no model of BTC-USD 1h from sample yet"):
        check_models(bench, BTC, Timeframe.H1, "sample", JUNE, "log_loss", quiet)
    trained(bench)
    fresh = check_models(bench, BTC, Timeframe.H1, "sample", JUNE, "log_loss", quiet)
    assert [report.since_training for report in fresh.reports] == [False] * 3 and not fresh.contests
    assert "The model is fresh" in fresh.reports[0].words

    trained(bench, 3, ModelStatus.CHALLENGER)
    later = JUNE + timedelta(days=40)
    checked = check_models(bench, BTC, Timeframe.H1, "sample", later, "log_loss", quiet)
    assert {report.horizon for report in checked.reports} == {"short", "medium", "long"}
    for report in checked.reports:
        assert (
            report.since_training
            and 940 < report.recent_rows <= 960
            and report.recent_from > JUNE - timedelta(hours=1)
        )
        assert report.recent_until < later and len(report.features) > 50
        assert (
            report.losses is not None
            and report.losses.rows > report.recent_rows
            and report.residuals is not None
        )
        assert drift_history(bench.store, report.model_id)[0] == report
    assert len(checked.contests) == 3
    for contest in checked.contests:
        assert contest.state in ContestState and 800 < contest.rows <= 37 * 24
        assert contest.curve[0].time > JUNE + timedelta(days=3)
        assert contests_of(bench.store, contest.challenger_id) == (contest,)
    paid = check_models(bench, BTC, Timeframe.H1, "sample", later, "net_return", quiet)
    assert {contest.measure for contest in paid.contests} == {"net_return"}
    with pytest.raises(InputError, match="cannot be measured by 'luck'"):
        check_models(bench, BTC, Timeframe.H1, "sample", later, "luck", quiet)


def test_a_model_that_was_found_drifted_is_trained_again_by_the_next_cycle(bench: Workbench) -> None:
    trained(bench)
    (known,) = short(bench)
    later = JUNE + timedelta(days=2)
    check_models(bench, BTC, Timeframe.H1, "sample", later, "log_loss", quiet)
    found = drift_history(bench.store, known.id)[0]
    settled = replace(found, drifted=False, checked_at=found.checked_at + timedelta(seconds=1))
    moved = replace(found, drifted=True, checked_at=found.checked_at + timedelta(seconds=2))
    at_once = CycleRequest("BTC-USD", Timeframe.H1, "sample", later, Mode.BACKTEST)

    bench.store.write(save_drift(settled))
    assert run_cycle(at_once, bench, "calm").forecasts[0].model_id == known.id
    bench.store.write(save_drift(moved))
    report = run_cycle(at_once, bench, "moved")
    (problem,) = [p for stage in report.stages for p in stage.problems if p.where == "predict/drift"]
    assert report.forecasts[0].model_id != known.id and problem.what == moved.words
    assert [row.as_of for row in short(bench)] == [JUNE, later]
    assert run_cycle(at_once, bench, "after").forecasts[0].model_id == report.forecasts[0].model_id
