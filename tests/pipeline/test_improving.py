"""Daily optimisation, branch by branch, on a market whose edge changes its shape: first straight, then crooked."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.alerts.improving import notice_improvements
from core.errors import JobCancelled
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.improving import Asked, improve, read_asked
from core.pipeline.improving.contest import look as look_at_contest
from core.pipeline.improving.desk import Desk
from core.pipeline.improving.gates import other_orders, unseen_rows, walk_forward
from core.pipeline.improving.searching import search
from core.pipeline.model_life import fits_settings, prune
from core.pipeline.model_material import model_material
from core.pipeline.training import train_series
from core.predict import Series, horizons
from core.records import (
    AlertKind,
    ImprovementRun,
    ImproveState,
    ImproveStep,
    ModelStatus,
    StepVerdict,
    Timeframe,
    TunedParameters,
)
from core.runtime import Runtime
from core.settings import load_settings
from core.store.audit import check_chain, read_audit
from core.store.improvements import (
    Night,
    contestants,
    improvements,
    read_improvement,
    save_improvement,
)
from core.store.models import all_models, champion, read_model
from core.store.trials import tally
from core.store.tuning import Adopted, adopt_parameters, horizon_parameters

BTC = resolve("BTC-USD")
FIRST = datetime(2019, 1, 1, tzinfo=UTC)
TURN, ROWS = 1100, 2400
"""Bar at which the edge becomes crooked, and number of bars."""
LEARNT = FIRST + timedelta(hours=TURN - 50)
NIGHT = FIRST + timedelta(hours=TURN + 600)
SETTINGS: dict[str, Any] = {
    "collect": {"train_bars": 700},
    "predict": {
        "short_bars": 1, "medium_bars": 4, "long_bars": 8, "folds": 2, "members": ["xgboost"], "heads": False,
        "regime_states": 1, "trees": 20, "calibration": "temperature",
    },
    "costs": {"fee": 0.0002, "half_spread": 0.0001, "slippage": 0.0},
    "improve": {"trials": 5, "paths": 200},
}  # fmt: skip
STUMPS = TunedParameters(20, 1, 0.07, ("xgboost",), False)
"""Cannot see what depends on two things together."""


def market(seed: int, edge: float = 0.004, turn: int = TURN, stop: int = ROWS) -> pd.DataFrame:
    """Hourly bars: returns follow the last one until `turn`, then the product of the last two, and nothing from `stop` on."""
    rng = np.random.default_rng(seed)
    returns = rng.normal(0.0, 0.003, ROWS)
    for t in range(2, ROWS):
        sign = np.sign(returns[t - 1]) * (1.0 if t < turn else np.sign(returns[t - 2]))
        returns[t] += edge * sign if t < stop else -edge * sign
    close = 100.0 * np.exp(np.cumsum(returns))
    opened = np.concatenate(([100.0], close[:-1]))
    high, low = np.maximum(opened, close) * 1.0003, np.minimum(opened, close) * 0.9997
    index = pd.date_range(FIRST, periods=ROWS, freq="h", name="date")
    columns = {
        "open": opened,
        "high": high,
        "low": low,
        "close": close,
        "volume": rng.lognormal(5.0, 0.3, ROWS),
    }
    return pd.DataFrame(columns, index=index)


@dataclass(frozen=True)
class Prepared:
    """A home whose store holds a champion that learnt before the turn, or one with a challenger on trial."""

    home: Path
    source: str


def opened(home: Path, **sections: dict[str, Any]) -> Runtime:
    merged = {name: SETTINGS.get(name, {}) | sections.get(name, {}) for name in {*SETTINGS, *sections}}
    return Runtime(load_settings(home=home, **merged))


def trained(bench: Workbench, source: str, moment: datetime) -> None:
    """A champion of the short horizon, by stumps."""
    known = model_material(bench, BTC, Timeframe.H1, source, moment)
    bench.store.write(adopt_parameters("BTC-USD", "1h", known.source, Adopted("earlier", moment, STUMPS)))
    series = Series("BTC-USD", Timeframe.H1, known.source, moment, bench.settings.collect.train_bars)
    short = horizons(bench.settings.predict)[:1]
    made, _ = train_series(bench, known.bars, known.features, series, short, lambda share, words: None)
    bench.store.write(*made[0].writes)


def look(bench: Workbench, source: str, moment: datetime, job: str, stop_at: str = "") -> Night:
    """One night; cancelled when its progress tells of the step `stop_at`. Returns the newest run."""

    def tell(share: float, words: str) -> None:
        if stop_at and words.endswith(stop_at):
            raise JobCancelled("stop")

    asked = (Asked(BTC, Timeframe.H1, source, moment),)
    improve(bench, job, asked, tell, lambda: None)
    return improvements(bench.store)[0]


@pytest.fixture(scope="module")
def drifting(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    home = tmp_path_factory.mktemp("drifting")
    source = home / "BTC-USD_1h.csv"
    market(1).to_csv(source)
    runtime = opened(home)
    trained(runtime.bench, f"file:{source}", LEARNT)
    runtime.close()
    return Prepared(home, f"file:{source}")


@pytest.fixture(scope="module")
def on_trial(drifting: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    home = tmp_path_factory.mktemp("on_trial")
    shutil.copytree(drifting.home / "data", home / "data")
    runtime = opened(home)
    look(runtime.bench, drifting.source, NIGHT, "first")
    runtime.close()
    return Prepared(home, drifting.source)


@pytest.fixture
def fresh(drifting: Prepared, home: Path) -> Iterator[tuple[Runtime, str]]:
    shutil.copytree(drifting.home / "data", home / "data")
    runtime = opened(home)
    yield runtime, drifting.source
    runtime.close()


@pytest.fixture
def trial(on_trial: Prepared, home: Path) -> Iterator[tuple[Workbench, str]]:
    shutil.copytree(on_trial.home / "data", home / "data")
    runtime = opened(home)
    yield runtime.bench, on_trial.source
    runtime.close()


def test_without_drift_nothing_is_searched_and_that_is_a_finding(fresh: tuple[Runtime, str]) -> None:
    runtime, source = fresh
    night = look(runtime.bench, source, LEARNT + timedelta(hours=30), "calm")
    assert night.run.state is ImproveState.NO_DRIFT and "no drift, so nothing was searched" in night.run.words
    assert [step.step for step in night.steps] == [ImproveStep.RESULTS, ImproveStep.DRIFT]
    assert [step.verdict for step in night.steps] == [StepVerdict.ON, StepVerdict.END]
    assert tally(runtime.store, "BTC-USD", "1h").runs == 0
    assert "Last 30 days" in night.steps[0].words and "short" in night.steps[0].words
    (alert,) = notice_improvements(runtime.bench)
    assert alert.kind is AlertKind.OPTIMISED and not alert.live


def test_a_series_without_a_model_says_so(fresh: tuple[Runtime, str]) -> None:
    runtime, source = fresh
    asked = (Asked(BTC, Timeframe.H4, source, NIGHT), Asked(resolve("ETH-USD"), Timeframe.H1, "sample", None))
    improve(runtime.bench, "none", asked[1:], lambda share, words: None, lambda: None)
    night = read_improvement(runtime.store, "none-00")
    assert night is not None and night.run.state is ImproveState.NO_MODEL and not night.run.live


def test_drift_leads_to_a_challenger_that_waits(trial: tuple[Workbench, str]) -> None:
    bench, source = trial
    (night,) = improvements(bench.store)
    assert [step.step for step in night.steps] == list(ImproveStep)[:-1]
    assert {step.verdict for step in night.steps[:-1]} == {StepVerdict.ON}
    assert all(step.words and step.numbers for step in night.steps)
    run = night.run
    assert run.state is ImproveState.ON_TRIAL and run.horizon == "short" and run.chosen is not None
    assert run.chosen.depth > 1 and run.chosen.trees == 20  # trees are named by the settings, so they stay
    first, second = read_model(bench.store, run.champion_id), read_model(bench.store, run.challenger_id)
    assert (first.status, second.status) == (ModelStatus.CHAMPION, ModelStatus.CHALLENGER)
    assert first.as_of == second.as_of == run.begun_at == NIGHT and not second.serves
    assert tally(bench.store, "BTC-USD", "1h").runs == 5  # every trial counts among all that was ever tried
    assert contestants(bench.store) == {first.id, second.id}
    prune(bench, 0)
    assert {first.id, second.id} <= {row.id for row in all_models(bench.store)}

    night = look(bench, source, NIGHT + timedelta(days=2), "second")
    first_run = read_improvement(bench.store, run.id)
    assert first_run is not None and first_run.steps[-1].step is ImproveStep.CONTEST
    assert first_run.steps[-1].verdict is StepVerdict.WAITS and "Day 2.0 of at least 7" in first_run.run.words
    assert read_model(bench.store, run.challenger_id).status is ModelStatus.CHALLENGER
    look(bench, source, NIGHT + timedelta(days=2), "again")
    again = read_improvement(bench.store, run.id)
    assert again is not None and len(again.steps) == len(first_run.steps)  # the same moment is one look


def test_a_better_challenger_is_promoted_with_a_deed(trial: tuple[Workbench, str]) -> None:
    bench, source = trial
    (before,) = improvements(bench.store)
    night = look(bench, source, NIGHT + timedelta(days=12), "last")  # a night that decides begins nothing new
    assert night.run.id == before.run.id and night.run.state is ImproveState.PROMOTED, night.run.words
    assert night.steps[-1].verdict is StepVerdict.WON and "Promoted after 12.0 days" in night.run.words
    now = champion(bench.store, "BTC-USD", Timeframe.H1, night.run.origin, "short")
    assert now is not None and now.id == night.run.challenger_id and now.serves and fits_settings(bench, now)
    assert read_model(bench.store, night.run.champion_id).status is ModelStatus.RETIRED
    used = horizon_parameters(bench.store, "BTC-USD", "1h", night.run.origin)
    assert set(used) == {"short"} and used["short"].parameters == night.run.chosen
    (entry,) = [item for item in read_audit(bench.store) if item.deed.action == "promote"]
    assert entry.deed.subject == now.id and entry.deed.before.startswith(night.run.champion_id)
    assert '"depth":1' in entry.deed.before and check_chain(bench.store).broken_at is None
    kinds = [alert.kind for alert in notice_improvements(bench)]
    assert AlertKind.PROMOTED in kinds and AlertKind.OPTIMISED in kinds
    assert contestants(bench.store) == frozenset()


def test_a_challenger_that_neither_wins_nor_loses_is_dropped(trial: tuple[Workbench, str]) -> None:
    bench, source = trial
    (before,) = improvements(bench.store)
    day = replace(before.run, least_days=0.5, longest_days=0.9)
    bench.store.write(save_improvement(day))
    night = look(bench, source, NIGHT + timedelta(hours=23), "over")
    assert night.run.id == before.run.id and night.run.state is ImproveState.DROPPED
    assert "Neither won nor lost within 0.9 days" in night.run.words
    rival = read_model(bench.store, night.run.challenger_id)
    assert rival.status is ModelStatus.RETIRED and not rival.serves
    assert read_model(bench.store, night.run.champion_id).status is ModelStatus.CHAMPION
    assert [item.deed.action for item in read_audit(bench.store)] == ["drop challenger"]
    assert AlertKind.DROPPED in {alert.kind for alert in notice_improvements(bench)}
    assert not horizon_parameters(bench.store, "BTC-USD", "1h", night.run.origin)


def test_a_challenger_whose_edge_turns_is_dropped_after_the_least_days(
    on_trial: Prepared, home: Path, tmp_path: Path
) -> None:
    """The bars up to the beginning are the same; afterwards what it learnt is wrong."""
    shutil.copytree(on_trial.home / "data", home / "data")
    path = Path(on_trial.source.removeprefix("file:"))
    kept = path.read_bytes()
    market(1, stop=TURN + 600).to_csv(path)
    runtime = opened(home)
    try:
        (before,) = improvements(runtime.store)
        patient = replace(before.run, least_days=14.0)
        desk = Desk(runtime.bench, patient, lambda share, words: None, lambda: None, lambda: False)
        early, _ = look_at_contest(desk, NIGHT + timedelta(days=12))
        assert early.verdict is StepVerdict.WAITS and "nothing is done before day 14" in early.words
        night = look(runtime.bench, on_trial.source, NIGHT + timedelta(days=12), "late")
        assert night.run.id == before.run.id and night.run.state is ImproveState.DROPPED
        assert (
            "the champion's way is better" in night.run.words and night.steps[-1].verdict is StepVerdict.LOST
        )
    finally:
        runtime.close()
        path.write_bytes(kept)


@pytest.mark.parametrize("cut", ["search", "challenger"])
def test_a_night_that_is_cut_off_goes_on_and_comes_to_the_same(
    fresh: tuple[Runtime, str], on_trial: Prepared, tmp_path: Path, cut: str
) -> None:
    runtime, source = fresh
    with pytest.raises(JobCancelled):
        look(runtime.bench, source, NIGHT, "first", stop_at=cut)
    (halfway,) = improvements(runtime.store)
    assert halfway.run.state is ImproveState.RUNNING and 2 <= len(halfway.steps) < len(ImproveStep) - 1
    kept = [step.done_at for step in halfway.steps]
    night = look(runtime.bench, source, NIGHT + timedelta(hours=1), "second")
    assert night.run.id == halfway.run.id and night.run.as_of == NIGHT
    assert [step.done_at for step in night.steps[: len(kept)]] == kept  # what was done is not done again
    whole = opened(on_trial.home)
    (undisturbed,) = improvements(whole.store)
    whole.close()
    assert night.run.challenger_id == undisturbed.run.challenger_id
    assert [step.words for step in night.steps] == [step.words for step in undisturbed.steps]
    assert tally(runtime.store, "BTC-USD", "1h").runs == 5


def test_a_run_that_was_cut_off_long_ago_is_given_up(fresh: tuple[Runtime, str]) -> None:
    runtime, source = fresh
    with pytest.raises(JobCancelled):
        look(runtime.bench, source, LEARNT + timedelta(hours=30), "first", stop_at="drift")
    look(runtime.bench, source, LEARNT + timedelta(hours=90), "second")
    first, second = (read_improvement(runtime.store, f"{name}-00") for name in ("first", "second"))
    assert first is not None and first.run.state is ImproveState.CUT and len(first.steps) == 1
    assert second is not None and second.run.state.ended


def test_a_candidate_that_fails_a_gate_never_becomes_a_challenger(drifting: Prepared, home: Path) -> None:
    shutil.copytree(drifting.home / "data", home / "data")
    runtime = opened(home, costs={"fee": 0.02})
    night = look(runtime.bench, drifting.source, NIGHT, "dear")
    assert night.run.state is ImproveState.NOTHING_BETTER and night.steps[-1].step is ImproveStep.MONTE_CARLO
    assert night.steps[-1].verdict is StepVerdict.END and "too many" in night.run.words
    assert {row.status for row in all_models(runtime.store)} == {ModelStatus.CHAMPION}
    runtime.close()


def test_a_night_without_time_searches_nothing_and_one_with_little_stops_early(
    drifting: Prepared, home: Path
) -> None:
    shutil.copytree(drifting.home / "data", home / "data")
    runtime = opened(home, improve={"seconds": 1, "trials": 400})
    desk = _desk(runtime.bench, drifting.source, over=True)
    assert search(desk).run.state is ImproveState.LEFT
    found = search(_desk(runtime.bench, drifting.source))
    assert "the time was over before all 400" in found.words
    assert 2 <= next(item.value for item in found.numbers if item.name == "trials") < 400
    runtime.close()


@pytest.mark.parametrize(
    "seeds",
    [
        range(10, 12),
        pytest.param(
            range(12, 32),
            marks=pytest.mark.skipif(
                "GLASSBOX_LONG" not in os.environ, reason="long form: set GLASSBOX_LONG=1"
            ),
        ),
    ],
    ids=["few", "many"],
)
def test_random_walks_are_not_promoted(home: Path, seeds: range) -> None:
    """The gates behind the drift test, so that it is not the drift test alone that keeps luck out."""
    runtime = opened(home, improve={"trials": 4, "paths": 200}, costs={"fee": 0.0, "half_spread": 0.0})
    passed = []
    for seed in seeds:
        path = home / f"walk{seed}.csv"
        market(seed, edge=0.0).to_csv(path)
        desk = _desk(runtime.bench, f"file:{path}")
        for step in (search, walk_forward, other_orders, unseen_rows):
            desk.run = step(desk).run
            if desk.run.state.ended:
                break
        passed.append(not desk.run.state.ended)
    runtime.close()
    assert not any(passed)


def _desk(bench: Workbench, source: str, over: bool = False) -> Desk:
    """A run that has found drift in the short horizon."""
    run = ImprovementRun(
        "r", "BTC-USD", "1h", source, model_material(bench, BTC, Timeframe.H1, source, NIGHT).source, NIGHT, NIGHT, NIGHT,
        7, ImproveState.RUNNING, "", "short", False,
    )  # fmt: skip
    return Desk(bench, run, lambda share, words: None, lambda: None, lambda: over)


def test_a_job_takes_the_assets_of_the_autopilot_unless_one_is_named(fresh: tuple[Runtime, str]) -> None:
    runtime, source = fresh
    (default,) = read_asked(runtime.bench, {})
    assert default.instrument.symbol == runtime.settings.symbol and default.source == runtime.settings.source
    runtime.autopilot.start("me", "test", ["BTC-USD", "ETH-USD"], "4h", "sample")
    asked = read_asked(runtime.bench, {"symbol": "", "timeframe": "", "source": "", "as_of": ""})
    assert [item.instrument.symbol for item in asked] == ["BTC-USD", "ETH-USD"]
    assert {(item.timeframe, item.source) for item in asked} == {(Timeframe.H4, "sample")}
    (one,) = read_asked(runtime.bench, {"symbol": "sol", "timeframe": "1h", "source": source})
    assert (one.instrument.symbol, one.timeframe, one.as_of) == ("SOL-USD", Timeframe.H1, None)
    job = runtime.jobs.wait(runtime.jobs.submit("improve", {"symbol": "BTC-USD", "timeframe": "1h", "source": source, "as_of": (LEARNT + timedelta(hours=30)).isoformat()}), 120)  # fmt: skip
    assert job.error is None and job.result_id == job.id and read_improvement(runtime.store, f"{job.id}-00")
