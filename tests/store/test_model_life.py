"""Standing of models, their scores, checks, contests and tuning, in a real database file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from core.errors import UnknownId
from core.predict.contest import Names, judge_contest
from core.records import (
    DriftReport,
    FeatureDrift,
    ModelStatus,
    Timeframe,
    TunedParameters,
    TuningTrial,
)
from core.store import Store
from core.store.model_checks import contests_of, drift_history, read_contest, save_contest, save_drift
from core.store.model_scores import read_oos, read_scores, save_oos
from core.store.models import (
    ModelRow,
    all_models,
    champion,
    forget_models,
    newest_model,
    promote_model,
    read_model,
    retire_models,
    save_model,
)
from core.store.schema import MIGRATIONS
from core.store.tuning import (
    Adopted,
    adopt_parameters,
    adopted_parameters,
    drop_parameters,
    save_tuning_trial,
    tuning_trials,
)

NOW = datetime(2024, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def row(name: str, day: int, **more: object) -> ModelRow:
    """A model of one series, trained as of a day."""
    plain = ModelRow(
        name, "BTC-USD", Timeframe.H1, "sample", "short", "r", NOW + day * DAY, NOW + day * DAY, NOW + day * DAY,
        Path(f"{name}.joblib"), "ab", 0.01, algo="ensemble", seconds=2.5, rows=900,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def serving(store: Store, day: int) -> str | None:
    found = newest_model(store, "BTC-USD", Timeframe.H1, "sample", "short", "r", NOW + day * DAY)
    return found.id if found else None


def statuses(store: Store) -> dict[str, str]:
    return {item.id: item.status.value for item in all_models(store)}


def test_a_champion_follows_the_one_before_and_each_serves_its_own_time(store: Store) -> None:
    store.write(save_model(row("a", 0)), save_model(row("b", 5)), save_model(row("c", 9)))
    assert statuses(store) == {"a": "retired", "b": "retired", "c": "champion"}
    assert [read_model(store, name).parent for name in "abc"] == [None, "a", "b"]
    assert [serving(store, day) for day in (-1, 0, 6, 20)] == [None, "a", "b", "c"]
    assert champion(store, "BTC-USD", Timeframe.H1, "sample", "short") == read_model(store, "c")


def test_a_model_for_a_moment_of_the_past_does_not_take_the_place_of_the_champion(store: Store) -> None:
    store.write(save_model(row("now", 9)), save_model(row("past", 2)))
    assert statuses(store) == {"now": "champion", "past": "retired"}
    assert serving(store, 3) == "past" and serving(store, 9) == "now"


def test_a_challenger_does_not_serve_until_it_is_promoted(store: Store) -> None:
    challenger = row("new", 5, status=ModelStatus.CHALLENGER)
    store.write(save_model(row("old", 0)), save_model(challenger))
    assert statuses(store) == {"old": "champion", "new": "challenger"} and serving(store, 6) == "old"
    assert read_model(store, "new").parent == "old"
    store.write(promote_model(read_model(store, "new")))
    assert statuses(store) == {"old": "retired", "new": "champion"}
    assert serving(store, 6) == "new" and serving(store, 3) == "old"


def test_the_first_is_champion_and_the_same_model_again_stays_it(store: Store) -> None:
    first = row("a", 0, status=ModelStatus.CHALLENGER)
    store.write(save_model(first))
    store.write(save_model(replace(first, sha256="cd", parent="a")))
    again = read_model(store, "a")
    assert (again.status, again.sha256, again.parent, again.serves) == (
        ModelStatus.CHAMPION,
        "cd",
        None,
        True,
    )


def test_a_roll_back_takes_the_newer_one_out_of_service(store: Store) -> None:
    store.write(save_model(row("a", 0)), save_model(row("b", 5)))
    store.write(promote_model(read_model(store, "a")), retire_models(["b"]))
    assert statuses(store) == {"a": "champion", "b": "retired"}
    assert serving(store, 8) == "a"


def test_other_horizons_and_recipes_are_left_alone(store: Store) -> None:
    store.write(
        save_model(row("a", 0)),
        save_model(row("l", 0, horizon="long")),
        save_model(row("other", 3, recipe="x")),
    )
    assert statuses(store) == {"a": "retired", "l": "champion", "other": "champion"}
    assert serving(store, 4) == "a"  # settings that were set back find their model again


def test_forgetting_takes_everything_along(store: Store) -> None:
    contest = judge_contest(
        Names("a", "b", "BTC-USD", "1h", "sample", "short", 1), np.zeros(3), pd.date_range(NOW, periods=3, tz="UTC"), "log_loss", NOW
    )  # fmt: skip
    frame = pd.DataFrame({"outcome": [0, 2]}, index=pd.date_range(NOW, periods=2, freq="h", name="opened"))
    store.write(save_model(row("a", 0)), save_model(row("b", 2)), save_oos("a", frame), save_contest(contest))
    pd.testing.assert_frame_equal(read_oos(store, "a"), frame, check_freq=False, check_index_type=False)
    assert read_contest(store, contest.id) == contest and contests_of(store, "b") == (contest,)
    store.write(forget_models(["a"]))
    assert statuses(store) == {"b": "champion"} and contests_of(store, "b") == ()
    assert read_oos(store, "a").empty and read_scores(store, "a") is None
    with pytest.raises(UnknownId, match="There is no model 'a'"):
        read_model(store, "a")


def test_checks_come_back_newest_first(store: Store) -> None:
    feature = FeatureDrift("rsi_14", 0.1, 0.05, 0.2, None, 0.0)
    report = DriftReport(
        "a", "BTC-USD", "1h", "sample", "short", NOW, NOW, NOW, NOW, NOW, NOW, 10, 5, True, 3, (feature,), None, None, False, "Fine."
    )  # fmt: skip
    later = replace(report, checked_at=NOW + DAY, drifted=True)
    store.write(save_drift(report), save_drift(later))
    assert drift_history(store, "a") == (later, report)


def test_trials_and_adopted_parameters(store: Store) -> None:
    chosen = TunedParameters(50, 3, 0.1, ("xgboost", "logistic"), False)
    trials = tuple(TuningTrial(n, chosen, -0.01 * n, 3, False, 1.0) for n in range(3))
    store.write(*(save_tuning_trial("s", trial) for trial in (*trials, trials[1])))
    assert tuning_trials(store, "s") == trials
    adopted = Adopted("run", NOW, chosen)
    store.write(adopt_parameters("BTC-USD", "1h", "sample", adopted))
    assert adopted_parameters(store, "BTC-USD", "1h", "sample") == adopted
    assert adopted_parameters(store, "BTC-USD", "4h", "sample") is None
    store.write(drop_parameters("BTC-USD", "1h", "sample"))
    assert adopted_parameters(store, "BTC-USD", "1h", "sample") is None


def test_rows_of_an_older_version_still_load(tmp_path: Path) -> None:
    """A file as it was before models had a life: the newest of each series and horizon becomes its champion."""
    path = tmp_path / "old.duckdb"
    before = next(i for i, (name, _) in enumerate(MIGRATIONS) if name.startswith("life of models"))
    old = duckdb.connect(str(path))
    old.execute(
        "CREATE TABLE migrations (position INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMPTZ)"
    )
    for position, (name, statements) in enumerate(MIGRATIONS[:before]):
        old.execute(statements)
        old.execute("INSERT INTO migrations VALUES (?, ?, now())", [position, name])
    for name, day in (("a", 0), ("b", 3)):
        moment = NOW + day * DAY
        old.execute(
            "INSERT INTO models VALUES (?, 'BTC-USD', '1h', 'sample', 'short', 'r', ?, ?, ?, 'x.joblib', 'ab', 0.02)",
            [name, moment, moment, moment],
        )
    old.close()
    store = Store(path)
    try:
        assert statuses(store) == {"a": "retired", "b": "champion"}
        assert serving(store, 1) == "a" and serving(store, 4) == "b"
        kept = read_model(store, "b")
        assert (kept.algo, kept.parent, kept.seconds, kept.rows) == ("xgboost", None, None, 0)
    finally:
        store.close()
