"""Training: honest score, same data same model, nothing newer than as_of, every refusal in words."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from core.errors import NotEnoughHistory
from core.predict import Horizon, horizons, labelled_rows, recipe, rows_needed, train, train_horizons
from core.records import Timeframe
from tests.predict.conftest import assert_same_model

SHORT = Horizon("short", 4)


def _as_of(bars: pd.DataFrame, position: int = -1):
    return bars.index[position].to_pydatetime() + Timeframe.H1.delta


def test_finds_what_can_be_foretold(trained):
    meta = trained.meta
    assert meta.scores.skill > 0.03 and meta.scores.beats_base and meta.scores.auc > 0.6
    assert meta.scores.auc_direction > 0.6 and meta.calibration.temperatures.direction > 0.3
    assert meta.scores.rows == meta.rows // 2, (
        "of four blocks the first only trains, the second only calibrates"
    )
    assert 0 < meta.effective_rows < meta.rows


def test_same_data_same_model_bit_for_bit(trained, known_bars, make_columns, quick, series):
    rows = make_columns(known_bars)
    again = train(known_bars, rows, SHORT, quick, series(trained.meta.as_of))
    assert_same_model(again.model, trained, rows.iloc[-50:])


def test_nothing_newer_than_as_of_changes_anything(known_bars, make_columns, quick, series):
    as_of = _as_of(known_bars, 1800)
    planted = known_bars.copy()
    planted.iloc[1801:] *= np.random.default_rng(0).lognormal(0, 0.5, (len(planted) - 1801, 1))
    runs = [
        train(bars, make_columns(bars), SHORT, quick, series(as_of))
        for bars in (known_bars, planted, known_bars.iloc[:1801])
    ]
    rows = make_columns(known_bars).iloc[1700:1801]
    for other in runs[1:]:
        assert_same_model(runs[0].model, other.model, rows)
        pd.testing.assert_frame_equal(runs[0].past, other.past, check_exact=True)
    assert runs[0].model.meta.trained_until == as_of


def test_a_bar_that_is_still_open_is_not_read(known_bars, make_columns, quick, series):
    just_before = _as_of(known_bars, 1800) - timedelta(seconds=1)
    model = train(known_bars, make_columns(known_bars), SHORT, quick, series(just_before)).model
    assert model.meta.trained_until == _as_of(known_bars, 1799)


def test_only_rows_whose_whole_horizon_passed_and_that_are_warm(known_bars, make_columns):
    as_of = _as_of(known_bars, 999)
    data = labelled_rows(known_bars, make_columns(known_bars), 16, 1.0, Timeframe.H1, as_of, 3000)
    assert data.start[0] == 100 and data.start[-1] == 999 - 16, "100 returns for the barriers; 16 bars to go"
    assert np.all(data.touch <= data.end) and np.all(data.end <= 999)
    assert data.settled[-1].to_pydatetime() == as_of
    last = labelled_rows(known_bars, make_columns(known_bars), 16, 1.0, Timeframe.H1, as_of, 300)
    assert last.start[0] == 700 and len(last.outcome) == 300 - 16


def test_columns_that_never_have_a_value_do_not_stop_training(known_bars, make_columns, quick, series):
    inputs = make_columns(known_bars).assign(no_volume_here=np.nan)
    model = train(known_bars, inputs, SHORT, quick, series(_as_of(known_bars))).model
    assert model.features[-1] == "no_volume_here" and model.meta.scores.skill > 0.0


def test_a_class_that_is_missing_in_training_does_not_crash(make_bars, make_columns, quick, series):
    # Up two steps, down one, without end: the lower barrier is hardly ever reached, and never in the first blocks.
    bars = make_bars(900)
    rises = np.exp(np.cumsum(np.where(np.arange(900) % 3 == 0, -0.001, 0.004)))
    bars = bars.assign(open=rises * 99.9, high=rises * 100.2, low=rises * 99.8, close=rises * 100)
    model = train(bars, make_columns(bars), SHORT, quick, series(_as_of(bars))).model
    assert model.meta.calibration.base[0] < 0.01
    assert model.meta.scores.skill <= 1.0


def test_too_little_history_is_one_sentence_with_both_numbers(known_bars, make_columns, quick, series):
    bars = known_bars.iloc[:250]
    with pytest.raises(
        NotEnoughHistory, match=r"BTC-USD 1h .* short horizon \(4 bars\) needs 216 labelled rows .* has 146;"
    ):
        train(bars, make_columns(bars), SHORT, quick, series(_as_of(bars)))
    with pytest.raises(NotEnoughHistory, match="has 0;"):
        train(bars.iloc[:3], make_columns(bars).iloc[:3], SHORT, quick, series(_as_of(bars, 2)))


def test_exactly_enough_history_is_enough(known_bars, make_columns, quick, series):
    rows = rows_needed(SHORT, quick) + 100 + SHORT.bars
    bars = known_bars.iloc[:rows]
    found = train(bars, make_columns(bars), SHORT, quick, series(_as_of(bars))).model
    assert found.meta.rows == rows_needed(SHORT, quick)
    with pytest.raises(NotEnoughHistory):
        train(bars.iloc[1:], make_columns(bars).iloc[1:], SHORT, quick, series(_as_of(bars)))


def test_horizons_side_by_side_equal_one_by_one(known_bars, make_columns, quick, series, trained):
    told: list[tuple[float, str]] = []
    rows = make_columns(known_bars)
    found, problems = train_horizons(
        known_bars, rows, horizons(quick), quick,
        series(trained.meta.as_of), on_progress=lambda share, words: told.append((share, words)),
    )  # fmt: skip
    assert [item.model.horizon for item in found] == ["short", "medium", "long"] and problems == ()
    assert_same_model(found[0].model, trained, rows.iloc[-50:])
    assert [share for share, _ in told] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert {words for _, words in told} == {f"{name} horizon trained" for name in ("short", "medium", "long")}


def test_a_horizon_that_is_too_long_is_a_problem_and_the_others_live(known_bars, make_columns, quick, series):
    bars = known_bars.iloc[:360]
    found, problems = train_horizons(
        bars, make_columns(bars), horizons(quick), quick, series(_as_of(bars))
    )  # fmt: skip
    assert [item.model.horizon for item in found] == ["short", "medium"]
    assert (
        len(problems) == 1
        and "long horizon" in problems[0].what
        and problems[0].instead == "No long forecast."
    )


@pytest.mark.filterwarnings("ignore:.*tasks which were still being processed:UserWarning")
def test_stopping_from_the_progress_callback(known_bars, make_columns, quick, series):
    class Stop(Exception):
        pass

    def stop(share: float, words: str) -> None:
        raise Stop

    with pytest.raises(Stop):
        train_horizons(
            known_bars, make_columns(known_bars), horizons(quick), quick,
            series(_as_of(known_bars)), on_progress=stop,
        )  # fmt: skip


def test_recipe_follows_what_makes_a_model_and_nothing_else(quick):
    names = ("a", "b")
    same = recipe(quick, SHORT, names)
    assert same == recipe(quick.model_copy(update={"retrain_bars": 5, "long_bars": 99}), SHORT, names)
    others = [
        recipe(quick.model_copy(update={"barrier_width": 2.0}), SHORT, names),
        recipe(quick.model_copy(update={"seed": 8}), SHORT, names),
        recipe(quick, Horizon("short", 5), names),
        recipe(quick, SHORT, ("b", "a")),
    ]
    assert len({same, *others}) == 5


def test_model_id_can_be_read(trained):
    symbol, timeframe, horizon, algo, moment, identity = trained.model_id.split("_")
    assert (symbol, timeframe, horizon, algo) == ("BTC-USD", "1h", "short", "ensemble")
    assert moment == f"{trained.meta.as_of:%Y%m%dT%H%M}" and len(identity) == 8
