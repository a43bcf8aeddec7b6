"""The whole pipeline on nothing finds nothing, and many histories out of one are scored, as jobs (METHOD.md §1)."""

from collections.abc import Iterator

import numpy as np
import pytest

from core.errors import InputError, NotEnoughHistory
from core.features import MODEL_COLUMNS
from core.pipeline.null_tests import null_seed, null_tests, random_walk
from core.pipeline.path_validation import path_frames
from core.pipeline.validation_request import ValidationRequest, labelled, read_validation_request
from core.records import NullSeed, NullTestRun, PathRun
from core.runtime import Runtime
from core.settings import PredictSettings, load_settings
from core.store.validation import validation_runs
from tests import quick
from tests.forecast_frames import foretold_bars
from tests.seeded import seeded_bars

ASKED = {"symbol": "BTC-USD", "timeframe": "1h", "source": "sample"}


@pytest.fixture
def engine(home) -> Iterator[Runtime]:
    """An engine whose models train in a blink."""
    (home / "settings.toml").write_text(quick.TOML)
    made = Runtime(load_settings())
    yield made
    made.close()


def _request(**changes: str) -> ValidationRequest:
    return read_validation_request(ASKED | changes, PredictSettings(trees=15))


def _seeds(request: ValidationRequest, rows: int, seeds: range) -> list[NullSeed]:
    bars = seeded_bars(rows, 3)
    real = labelled(request, bars, bars.index[-1].to_pydatetime() + request.timeframe.delta, rows)
    assert real.features == MODEL_COLUMNS
    return [null_seed(request, real, bars.index, 0.006, seed) for seed in seeds]


def test_a_draw_of_nothing_is_repeatable_and_the_control_finds_gold():
    request = _request(horizon="medium")
    one, again = (_seeds(request, 800, range(1))[0] for _ in range(2))
    assert one == again
    assert one.control > 0.6 and abs(one.permuted - 0.5) < 0.12


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_twenty_draws_of_nothing_stay_at_a_coin_toss():
    """METHOD.md criterion 2: mean AUC at most .52 on permuted labels and random walks, the careless control above .6."""
    found = _seeds(_request(horizon="medium"), 2000, range(20))
    assert np.mean([one.permuted for one in found]) <= 0.52
    assert np.mean([one.walk for one in found]) <= 0.52
    assert np.mean([one.walk_direction for one in found]) <= 0.52
    assert np.mean([one.control for one in found]) > 0.6


def test_a_random_walk_is_a_series_of_bars():
    dates = seeded_bars(400).index
    walk = random_walk(dates, 0.01, 4)
    assert walk.equals(random_walk(dates, 0.01, 4)) and not walk.equals(random_walk(dates, 0.01, 5))
    assert (walk["high"] >= walk[["open", "close"]].max(axis=1)).all()
    assert (walk["low"] <= walk[["open", "close"]].min(axis=1)).all()
    assert np.log(walk["close"]).diff().std() == pytest.approx(0.01, rel=0.15)


def test_the_job_stores_what_it_found(engine: Runtime):
    job = engine.jobs.wait(engine.jobs.submit("nulltest", ASKED | {"horizon": "short", "seeds": "2"}), 300)
    assert job.error is None and job.result_id == job.id
    (run,) = validation_runs(engine.store, NullTestRun, "BTC-USD", "1h", "short")
    assert run.id == job.id and [one.seed for one in run.seeds] == [0, 1] and run.source == "sample"
    assert not validation_runs(engine.store, NullTestRun, "BTC-USD", "1h", "long")
    assert not validation_runs(engine.store, PathRun, "BTC-USD", "1h")


def test_what_cannot_be_done_is_a_sentence(engine: Runtime):
    with pytest.raises(InputError, match="no horizon 'soon'"):
        _request(horizon="soon")
    with pytest.raises(InputError, match="no model 'oracle'"):
        _request(member="oracle")
    with pytest.raises(InputError, match="1 to 100 seeds"):
        null_tests(engine.bench, "x", _request(), 0, lambda share, words: None)


def test_paths_of_a_market_that_can_be_foretold_have_skill():
    request, bars = _request(horizon="short"), foretold_bars(1200)
    data = labelled(request, bars, bars.index[-1].to_pydatetime() + request.timeframe.delta, 1200)
    frames = path_frames(request, data, 0, lambda share, words: None)
    assert len(frames) == 5
    from core.evaluate.forecasts import path_scores

    for frame, found in zip(frames, path_scores(frames), strict=True):
        assert len(frame) == len(data.outcome) and (frame.index == data.opened).all()
        assert frame[["p_down", "p_flat", "p_up"]].sum(axis=1).to_numpy() == pytest.approx(1.0)
        assert found.skill > 0.0 and found.auc_direction > 0.55
    with pytest.raises(NotEnoughHistory, match="labelled rows"):
        short = labelled(request, bars, bars.index[-1].to_pydatetime() + request.timeframe.delta, 300)
        path_frames(request, short, 0, lambda share, words: None)


def test_the_paths_are_a_job(engine: Runtime):
    job = engine.jobs.wait(engine.jobs.submit("paths", ASKED | {"horizon": "short"}), 300)
    assert job.error is None
    (run,) = validation_runs(engine.store, PathRun, "BTC-USD", "1h")
    assert len(run.paths) == 5 and run.blocks == 6 and run.id == job.id
