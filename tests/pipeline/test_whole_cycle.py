"""The whole cycle over past bars against the cycles that a click runs: one path, or the backtest means nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.collect import LIVE, SampleSource
from core.errors import InputError, JobCancelled, NotEnoughHistory
from core.evaluate import Rules, run_backtest
from core.features import build_features, leaks, poison, random_cuts
from core.instruments import resolve
from core.pipeline import Workbench, run_cycle
from core.pipeline.backtest_request import read_request
from core.pipeline.backtesting import run_request
from core.pipeline.whole_cycle import WholeCycle, run_whole_cycle, whole_cycle
from core.records import (
    Action,
    Costs,
    CycleReport,
    CycleRequest,
    Decision,
    Headline,
    Mode,
    OrderType,
    Timeframe,
    Verdict,
)
from core.runtime import Runtime
from core.settings import load_settings
from core.store.backtests import read_backtest
from core.store.books import active_book, read_equity, read_fills, read_trades
from core.store.models import all_models
from core.store.news import save_headlines
from tests import quick

BTC = resolve("BTC-USD")
WORLD = "sample-crypto-2019"
HOUR = timedelta(hours=1)
FIRST = datetime(2017, 10, 1, tzinfo=UTC)
"""The sample's first bar; a cycle of the next sixty days reads everything from there on."""
BEGIN = datetime(2017, 11, 2, 13, tzinfo=UTC)
"""Open of the first bar that the backtests here trade: orders, denials, forecasts with a say, and before midnight a
headline come within twelve hours."""
LIVELY: dict[str, Any] = quick.OVERRIDES | {
    "signals": {"threshold": 0.5},
    "risk": {"max_daily_loss": 0.002, "stop_loss": 0.01, "take_profit": 0.02, "max_position": 0.5},
    "predict": quick.OVERRIDES["predict"]
    | {"retrain_bars": 17, "barrier_width": 0.5, "trees": 20, "learning_rate": 0.2},
}
"""Trades often, is denied often."""
OFTEN: dict[str, Any] = {
    "predict": LIVELY["predict"]
    | {"retrain_bars": 5, "members": ["xgboost", "lightgbm", "forest", "logistic"]},
    "risk": LIVELY["risk"] | {"break_even": 0.006, "time_limit": 7},
}
"""Trains often, by all members, and leaves positions in every way."""
OF_ONE_SIZE: dict[str, Any] = {
    "target_volatility": 0.0, "kelly": 0.0, "by_confidence": False, "by_disagreement": False, "volatile_regime": 1.0,
    "by_trust": False, "adjust": False,
}  # fmt: skip
"""As the compiled loop trades: a share of equity, and stops that stay."""


def bars_of(first: datetime, stop: datetime) -> pd.DataFrame:
    return SampleSource().fetch(BTC, Timeframe.H1, first, stop)


def open_bench(home: Path, **overrides: Any) -> Runtime:
    return Runtime(load_settings(home=home, **LIVELY | overrides))


@pytest.fixture
def bench(home: Path) -> Iterator[Workbench]:
    opened = open_bench(home)
    yield opened.bench
    opened.close()


def rules_of(bench: Workbench, **changes: Any) -> Rules:
    risk = bench.settings.risk
    usual = Rules(
        risk.max_position, risk.stop_loss, risk.take_profit, risk.allow_short, lot=BTC.lot,
        break_even=risk.break_even or np.nan, time_limit=risk.time_limit or None,
    )  # fmt: skip
    return replace(usual, **changes)


def run(
    bench: Workbench,
    bars: pd.DataFrame,
    start: datetime,
    stop: datetime,
    *,
    rules: Rules | None = None,
    costs: Costs | None = None,
    tell: Callable[[float, str], None] = lambda share, words: None,
    world: str = WORLD,
) -> WholeCycle:
    return run_whole_cycle(
        bench, BTC, Timeframe.H1, bars, start, stop, rules or rules_of(bench), costs or bench.settings.costs.record(),
        bench.settings.initial_cash, tell, source="sample", world=world,
    )  # fmt: skip


# --- parity with the cycles of a click ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Lived:
    """A paper book that lived through a cycle at the close of every bar."""

    reports: tuple[CycleReport, ...]
    fills: pd.DataFrame
    trades: pd.DataFrame
    equity: pd.Series
    final: float


def live_through(home: Path, count: int) -> Lived:
    """Cycles of mode paper, one at each close from that of the bar opening at BEGIN."""
    runtime = open_bench(home, **OFTEN)
    reports = []
    for number in range(1, count + 1):
        request = CycleRequest("BTC-USD", Timeframe.H1, "sample", BEGIN + number * HOUR, Mode.PAPER)
        reports.append(run_cycle(request, runtime.bench, f"live{number}"))
    book = active_book(runtime.store, WORLD)
    assert book is not None
    lived = Lived(
        tuple(reports),
        read_fills(runtime.store, book.id),
        read_trades(runtime.store, book.id).iloc[::-1].reset_index(drop=True),
        read_equity(runtime.store, book.id),
        book.equity,
    )
    runtime.close()
    return lived


def differences(lived: Lived, whole: WholeCycle) -> list[str]:
    """Every way in which a backtest's decisions are not those of the cycles."""
    decided = {one.as_of: one for one in whole.decided}
    found = []
    for report, (_, row) in zip(lived.reports, whole.trace.iterrows(), strict=True):
        when = f"{report.as_of:%m-%d %H:%M}"
        assert report.fused is not None and report.decision is not None, report.stages[-1].summary
        if report.fused.score != row["score"]:
            found.append(f"{when} score {report.fused.score} not {row['score']}")
        speakers = ", ".join(part.signal.source for part in report.fused.parts if part.weight > 0)
        if speakers != row["spoke"]:
            found.append(f"{when} {speakers} spoke, not {row['spoke']}")
        found += [
            f"{when} contribution of {part.signal.source}"
            for part in report.fused.parts
            if row.get(f"from {part.signal.source}", 0.0) != part.contribution
        ]
        if (models := models_at(whole, report.as_of)) != {
            (said.model_id, said.skill, said.calibrated) for said in report.forecasts
        }:
            found.append(f"{when} models {models}")
        if report.decision.verdict != row["verdict"]:
            found.append(f"{when} verdict {report.decision.verdict} not {row['verdict']}")
        one = decided.get(report.as_of)
        if (one is None) != (report.decision.proposal.action is Action.HOLD):
            found.append(f"{when} action {report.decision.proposal.action}")
        elif one is not None and one.decision != replace(
            report.decision, validation=None
        ):  # a backtest asks nobody
            found.append(f"{when} {apart(one.decision, report.decision)}")
        elif one is not None and one.fused.tracks != report.fused.tracks:
            found.append(f"{when} tracks {one.fused.tracks} not {report.fused.tracks}")
        elif one is not None and one.fused.meta != report.fused.meta:
            found.append(f"{when} meta {one.fused.meta} not {report.fused.meta}")
        elif one is not None and report.order is not None and one.status is not report.order.status:
            found.append(f"{when} order {report.order.status} not {one.status}")
    return found


def models_at(whole: WholeCycle, moment: datetime) -> set[tuple[str, float, bool]]:
    """The newest model of each horizon, with its record."""
    known = whole.trainings[whole.trainings["as_of"] <= moment].groupby("horizon").last()
    return set(known[["model_id", "skill", "calibrated"]].itertuples(index=False, name=None))


def apart(one: Decision, other: Decision) -> str:
    if one.proposal != other.proposal:
        return f"proposal {one.proposal} not {other.proposal}"
    return f"checks {[a for a, b in zip(one.checks, other.checks, strict=True) if a != b]}"


def backtest_of_the_same(bench: Workbench, count: int, **changes: Any) -> WholeCycle:
    """Over the bars of `count` cycles; a bar more, so that the last order also meets its open."""
    whole = run(bench, bars_of(FIRST, BEGIN + (count + 1) * HOUR), BEGIN, BEGIN + count * HOUR, **changes)
    known = tuple(one for one in whole.decided if one.as_of <= BEGIN + count * HOUR)
    return replace(whole, trace=whole.trace.iloc[:count], decided=known)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    return live_through(tmp_path_factory.mktemp("live"), 12)


def test_every_bar_is_decided_as_its_cycle_decides(lived: Lived, home: Path) -> None:
    """Fused score, contributions, models, proposal, every risk check with its number, verdict and order, bit for bit."""
    opened = open_bench(home, **OFTEN)
    whole = backtest_of_the_same(opened.bench, len(lived.reports))
    opened.close()
    assert differences(lived, whole) == []
    assert {one.decision.verdict for one in whole.decided} == {Verdict.ORDERED, Verdict.DENIED}
    assert "daily_loss" in set(whole.trace["refused"])
    spoken = {name for names in whole.trace["spoke"] for name in names.split(", ")}
    assert {"sma_cross", "sentiment", "forecast:short"} <= spoken
    assert len(whole.trainings) == 3 * 3
    judged = [one.fused for one in whole.decided]
    assert all(fused.meta is not None for fused in judged)
    moved = {
        track.source for fused in judged for track in fused.tracks if abs(track.weight - track.prior) > 0.01
    }
    assert "sma_cross" in moved and any(name.startswith("forecast:") for name in moved)


@pytest.mark.parametrize(
    "changed",
    [
        {"predict": OFTEN["predict"] | {"trees": 21}},
        {"predict": OFTEN["predict"] | {"retrain_bars": 6}},
        {"collect": {"train_bars": 500}},
        {"sentiment": {"item_cap": 0.2}},
        {"signals": {"threshold": 0.9}},
        {"risk": OFTEN["risk"] | {"max_position": 0.4}},
        {"risk": OFTEN["risk"] | {"stop_loss": 0.011}},
        {"costs": {"fee": 0.0011}},
    ],
    ids=lambda changed: str(changed)[:60],
)
def test_the_comparison_sees_the_least_change(lived: Lived, home: Path, changed: dict[str, Any]) -> None:
    opened = open_bench(home, **OFTEN | changed)
    assert differences(lived, backtest_of_the_same(opened.bench, len(lived.reports))) != []
    opened.close()


@pytest.mark.slow
def test_sixty_cycles_leave_the_book_that_the_backtest_leaves(home: Path, tmp_path: Path) -> None:
    """Orders, denials, retraining at its time, stops and targets, the daily loss over midnight, fills and equity."""
    lived = live_through(tmp_path / "live", 60)
    opened = open_bench(home, **OFTEN)
    whole = backtest_of_the_same(opened.bench, 60)
    opened.close()
    assert differences(lived, whole) == []
    verdicts = {report.decision.verdict for report in lived.reports if report.decision}
    assert verdicts == {Verdict.ORDERED, Verdict.DENIED, Verdict.NO_TRADE}
    refused = {name for names in whole.trace["refused"] for name in names.split(", ") if name}
    assert "daily_loss" in refused
    spoken = {name for names in whole.trace["spoke"] for name in names.split(", ")}
    assert {"sma_cross", "sentiment"} < spoken and any(name.startswith("forecast:") for name in spoken)
    assert len(whole.trainings) >= 3 * 12
    until = lived.reports[-1].as_of
    trades = whole.backtest.trades[whole.backtest.trades["exit_time"] < until]
    same = ["quantity", "entry_time", "entry_price", "exit_time", "exit_price", "fees", "pnl", "exit_reason"]
    assert len(trades) and trades[same].to_dict("records") == lived.trades[same].to_dict("records")
    fills = whole.backtest.fills[whole.backtest.fills["bar"] < 60]
    mine = lived.fills[
        lived.fills["time"] < until
    ]  # an order of the last cycle fills at the open that follows it
    assert fills["price"].tolist() == mine["price"].tolist()
    assert fills["fee"].tolist() == mine["fee"].tolist()
    curve = whole.backtest.curves["equity"].iloc[:60]
    marks = lived.equity.reindex(curve.index + HOUR).to_numpy()
    apart = np.flatnonzero(curve.to_numpy() != marks)
    # the book's mark of a fill's own moment already holds its costs
    entered = {int(bar) - 1 for bar in whole.backtest.fills["bar"] if bar <= 60}
    assert set(apart.tolist()) <= entered


@pytest.mark.parametrize(
    "moment", [datetime(2018, 2, 5, 23, tzinfo=UTC), datetime(2019, 6, 26, 12, tzinfo=UTC)], ids=str
)
def test_a_longer_history_moves_a_decision_by_rounding_only(bench: Workbench, moment: datetime) -> None:
    """A cycle reads a window of history and the backtest all of it: recursive averages forget where they began."""
    bars = bars_of(FIRST, moment + HOUR)
    whole = run(bench, bars, moment - HOUR, moment)
    report = run_cycle(CycleRequest("BTC-USD", Timeframe.H1, "sample", moment, Mode.BACKTEST), bench, "once")
    assert report.fused is not None and report.decision is not None
    assert whole.trace["score"].iloc[0] == pytest.approx(report.fused.score, abs=1e-9)
    assert whole.trace["verdict"].iloc[0] == report.decision.verdict
    for one in whole.decided[:1]:
        proposed, asked = one.decision.proposal, report.decision.proposal
        assert (proposed.action, proposed.stop, proposed.target) == (asked.action, asked.stop, asked.target)
        assert proposed.quantity == asked.quantity
        assert [c.passed for c in one.decision.checks] == [c.passed for c in report.decision.checks]


# --- parity with the compiled loop -------------------------------------------------------------------------------


COSTLY = Costs(
    0.001, 0.0002, 0.0003, 0.03, impact=0.5, volatility_slippage=0.1, minimum_fee=0.5, funding=0.05
)


@pytest.fixture(scope="module")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose kept forecasts serve several tests."""
    return tmp_path_factory.mktemp("trained")


@pytest.mark.parametrize("costs", [Costs(0.001, 0.0002, 0.0003, 0.03), COSTLY], ids=["usual", "costly"])
@pytest.mark.parametrize(
    "changes",
    [{}, {"short": False}, {"trail": 0.008, "break_even": 0.004, "time_limit": 30}, {"latency": 1}],
    ids=["plain", "long only", "managed", "late"],
)
def test_the_book_trades_as_the_compiled_backtest_does(
    trained_home: Path, costs: Costs, changes: dict[str, Any]
) -> None:
    """With nothing denied, the fused opinion at every bar through `run_backtest` gives the same fills and curve.

    As long as no opinion turns while an order is on its way: the loop then withdraws it, the book lets it come.
    """
    opened = open_bench(
        trained_home,
        risk=LIVELY["risk"] | quick.UNLIMITED,
        signals={"threshold": 0.2},
        sentiment={"text_cap": 2.0},  # the loop takes whole positions only
        sizing=OF_ONE_SIZE,
        predict=LIVELY["predict"] | {"retrain_bars": 100},
    )
    bars = bars_of(FIRST, BEGIN + 200 * HOUR)
    rules = rules_of(opened.bench, **{"stop": 0.04, "target": 0.08} | changes)
    whole = run(opened.bench, bars, BEGIN, BEGIN + 199 * HOUR, rules=rules, costs=costs)
    opened.close()
    assert whole.verdicts[Verdict.DENIED] == 0
    seen = 60  # bars before the first decision, from which costs know volatility and volume
    direction = np.concatenate((np.zeros(seen, np.int8), acted_on(whole, 0.2)))
    alone = run_backtest(
        bars.loc[BEGIN - seen * HOUR :],
        direction,
        replace(rules, every_bar=True),
        costs,
        10_000.0,
        BTC,
        Timeframe.H1,
    )
    assert len(whole.backtest.trades) >= 4
    assert {"stop_loss", "signal"} <= set(whole.backtest.trades["exit_reason"]) or changes
    assert whole.backtest.trades.equals(alone.trades)
    assert whole.backtest.curves["equity"].tolist() == alone.curves["equity"].tolist()[seen:]
    same = ["kind", "quantity", "price", "reference", "fee", "spread", "slippage"]
    assert whole.backtest.fills[same].equals(alone.fills[same])
    pd.testing.assert_series_equal(whole.backtest.fills["charges"], alone.fills["charges"], rtol=0, atol=1e-9)
    assert (whole.backtest.fills["bar"] + seen).tolist() == alone.fills["bar"].tolist()


def acted_on(whole: WholeCycle, threshold: float) -> np.ndarray:
    """The direction at each bar whose fused confidence reaches the threshold."""
    score = whole.trace["score"].to_numpy()
    return np.where(np.abs(score) >= threshold, np.sign(score), 0.0).astype(np.int8)


def test_a_market_that_closes_lets_orders_wait_for_its_next_open(home: Path) -> None:
    apple = resolve("AAPL")
    source = SampleSource()
    bars = source.fetch(
        apple, Timeframe.D1, datetime(2008, 1, 1, tzinfo=UTC), datetime(2012, 6, 1, tzinfo=UTC)
    )
    opened = open_bench(
        home, risk=LIVELY["risk"] | quick.UNLIMITED, collect={"minimum_quality": 0.0}, sentiment={"text_cap": 2.0},
        sizing=OF_ONE_SIZE,
    )  # fmt: skip
    rules = rules_of(opened.bench, lot=apple.lot, stop=0.05, target=0.1)
    costs = opened.bench.settings.costs.record()
    start = bars.index[-160].to_pydatetime()
    whole = run_whole_cycle(
        opened.bench, apple, Timeframe.D1, bars, start, bars.index[-1].to_pydatetime(), rules, costs, 10_000.0,
        lambda share, words: None, source="sample", world="sample-aapl",
    )  # fmt: skip
    opened.close()
    alone = run_backtest(
        bars.iloc[-160:], acted_on(whole, 0.5), replace(rules, every_bar=True), costs, 10_000.0, apple, Timeframe.D1
    )  # fmt: skip
    days = whole.backtest.trades["entry_time"].dt.day_of_week
    assert (days == 0).any() and len(days) >= 5, "some entry was decided on a Friday"
    assert whole.backtest.trades.equals(alone.trades)
    assert whole.backtest.curves["equity"].tolist() == alone.curves["equity"].tolist()


# --- nothing of the future ---------------------------------------------------------------------------------------


def test_the_features_used_here_pass_the_truncation_test() -> None:
    bars = bars_of(FIRST, FIRST + 700 * HOUR)
    assert leaks(build_features, bars, random_cuts(len(bars), 10, seed=3)) == ()


@pytest.mark.parametrize("seed", [1, 2])
def test_what_comes_later_changes_nothing_decided_before(home: Path, tmp_path: Path, seed: int) -> None:
    """All bars after a moment become noise: signals, decisions, models and book up to it stay, bit for bit."""
    bars = bars_of(FIRST, BEGIN + 120 * HOUR)
    rows = len(bars) - int(bars.index.searchsorted(pd.Timestamp(BEGIN)))
    cut = len(bars) - 120 + int(np.random.default_rng(seed).integers(40, 80))
    told = []
    for place, known in ((home, bars), (tmp_path / "noise", poison(bars, cut, np.random.default_rng(seed)))):
        opened = open_bench(place)  # each with kept forecasts of its own
        told.append(run(opened.bench, known, BEGIN, BEGIN + (rows - 1) * HOUR))
        opened.close()
    true, noise = told
    assert not true.backtest.curves.iloc[-1].equals(noise.backtest.curves.iloc[-1]), "the noise was read"
    when = bars.index[cut]
    before = [whole.trace.loc[:when] for whole in told]
    assert (
        before[0]
        .drop(columns="spoke")
        .equals(before[1].drop(columns="spoke")[before[0].columns.drop("spoke")])
    )
    assert before[0]["spoke"].astype(str).equals(before[1]["spoke"].astype(str))
    for part in ("decision", "fused", "as_of"):
        first, second = ([getattr(d, part) for d in whole.decided if d.row <= cut] for whole in told)
        assert first == second and len(first) >= 4
    place = when + pd.Timedelta(hours=1)
    models = [whole.trainings[whole.trainings["as_of"] <= place] for whole in told]
    assert len(models[0]) >= 6
    assert models[0].drop(columns="bars").equals(models[1].drop(columns="bars"))
    equity = [whole.backtest.curves["equity"].loc[:when] for whole in told]
    assert equity[0].equals(equity[1])
    fills = [whole.backtest.fills[whole.backtest.fills["bar"] <= cut - (len(bars) - rows)] for whole in told]
    assert fills[0].equals(fills[1]) and len(fills[0]) >= 2


def test_a_headline_counts_from_its_date_on_and_without_a_date_never(bench: Workbench) -> None:
    bars, stop = bars_of(FIRST, BEGIN + 30 * HOUR), BEGIN + 29 * HOUR
    silent = run(bench, bars, BEGIN, stop, world=LIVE)
    assert "No dated headline" in " ".join(problem.what for problem in silent.problems)
    when = BEGIN + timedelta(hours=10, minutes=30)
    wire = [
        Headline("then", "wire", "Bitcoin surges to a record high", "", ("BTC-USD",), when, when),
        Headline("some day", "wire", "Bitcoin crashes, exchanges hacked", "", ("BTC-USD",), BEGIN, BEGIN, dated=False),
    ]  # fmt: skip
    bench.store.write(save_headlines(wire))
    heard = run(bench, bars, BEGIN, stop, world=LIVE)
    mood = heard.trace["from sentiment"].to_numpy()
    assert (mood[:10] == 0.0).all() and (mood[10:] > 0.0).all()
    assert heard.trace["score"].iloc[:10].equals(silent.trace["score"].iloc[:10])
    assert "1 headlines have no date" in " ".join(problem.what for problem in heard.problems)


@pytest.mark.slow
def test_random_walks_give_no_edge(home: Path) -> None:
    """The 95 % interval of the net Sharpe ratio lies above zero on none of several walks, and costs are lost."""
    from core.evaluate.significance import metric_intervals

    opened = open_bench(
        home,
        risk=LIVELY["risk"] | quick.UNLIMITED,
        predict=LIVELY["predict"] | {"retrain_bars": 168},
    )
    above, totals = 0, []
    for seed in range(6):
        bars = walk(1600, seed)
        whole = run(
            opened.bench, bars, bars.index[700].to_pydatetime(), bars.index[-1].to_pydatetime(), world=LIVE
        )
        equity = whole.backtest.curves["equity"].to_numpy()
        assert len(whole.backtest.trades) > 30
        found = metric_intervals(equity[1:] / equity[:-1] - 1.0, 8760.0, reps=500, seed=seed)
        assert found is not None and found.sharpe is not None
        above += found.sharpe.low > 0
        totals.append(whole.backtest.metrics.total_return)
    opened.close()
    assert above == 0
    assert np.mean(totals) < 0


def walk(rows: int, seed: int) -> pd.DataFrame:
    """Hours of a driftless random walk, six steps to a bar."""
    path = np.cumsum(np.random.default_rng(seed).normal(0.0, 0.002, (rows, 6))).reshape(rows, 6)
    price = 100.0 * np.exp(np.column_stack((np.append(0.0, path[:-1, -1]), path)))
    index = pd.date_range("2019-01-01", periods=rows, freq="h", tz="UTC", unit="us", name="date")
    sides = {"open": price[:, 0], "high": price.max(1), "low": price.min(1), "close": price[:, -1]}
    return pd.DataFrame(sides | {"volume": 1000.0}, index=index)


# --- what it costs and leaves behind -----------------------------------------------------------------------------


def test_the_same_models_are_trained_once_and_none_becomes_live(bench: Workbench) -> None:
    bars = bars_of(FIRST, BEGIN + 40 * HOUR)
    said: list[str] = []
    runs = []
    for size in (0.5, 0.3):
        said.clear()
        rules = rules_of(bench, size=size)
        whole = run(
            bench, bars, BEGIN, BEGIN + 39 * HOUR, rules=rules, tell=lambda share, words: said.append(words)
        )
        runs.append((whole, sum("horizon trained" in words for words in said)))
    (first, trained), (second, again) = runs
    assert (trained, again) == (9, 0)
    assert first.trace["score"].equals(second.trace["score"])
    assert first.trainings.equals(second.trainings)
    assert all_models(bench.store) == ()
    assert not list(bench.settings.home.rglob("*.joblib"))
    for file in (bench.settings.cache_dir / "walk_forward").iterdir():
        file.write_bytes(file.read_bytes()[:-40])
    said.clear()
    third = run(bench, bars, BEGIN, BEGIN + 39 * HOUR, tell=lambda share, words: said.append(words))
    assert sum("horizon trained" in words for words in said) == 9
    assert third.trace["score"].equals(first.trace["score"])


def test_other_data_or_settings_do_not_find_the_kept_forecasts(bench: Workbench) -> None:
    bars = bars_of(FIRST, BEGIN + 5 * HOUR)
    run(bench, bars, BEGIN, BEGIN + 4 * HOUR)
    folder = bench.settings.cache_dir / "walk_forward"
    known = len(list(folder.iterdir()))
    moved = bars.copy()
    moved.iloc[-300, moved.columns.get_loc("close")] = moved["high"].iloc[-300]
    run(bench, moved, BEGIN, BEGIN + 4 * HOUR)
    assert len(list(folder.iterdir())) == 2 * known
    predict = bench.settings.predict.model_copy(update={"seed": 8})
    other = replace(bench, settings=bench.settings.model_copy(update={"predict": predict}))
    run(other, bars, BEGIN, BEGIN + 4 * HOUR)
    assert len(list(folder.iterdir())) == 3 * known


def test_progress_grows_and_a_cancelled_run_ends(bench: Workbench) -> None:
    bars, shares = bars_of(FIRST, BEGIN + 40 * HOUR), []

    def listen(share: float, words: str) -> None:
        shares.append(share)
        if words.startswith("fusing"):
            raise JobCancelled("stop")

    with pytest.raises(JobCancelled):
        run(bench, bars, BEGIN, BEGIN + 39 * HOUR, tell=listen)
    assert shares == sorted(shares) and shares[0] >= 0.0 and shares[-1] <= 1.0 and len(shares) > 6


def test_a_history_too_short_is_told_and_nothing_is_decided_there(bench: Workbench) -> None:
    whole = run(bench, bars_of(FIRST, FIRST + 100 * HOUR), FIRST, FIRST + 99 * HOUR)
    assert (whole.trace["verdict"].iloc[:59] == Verdict.FAILED.value).all()
    assert whole.verdicts[Verdict.FAILED] == 59 and whole.trace["score"].iloc[59:].notna().all()
    told = [problem.what for problem in whole.problems]
    assert sum("too few bars to train" in words for words in told) == 3
    assert any("59 of 100 bars" in words for words in told)
    assert any("language model" in words for words in told)
    assert whole.trainings.empty and not any(name.startswith("from forecast") for name in whole.trace)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stop": float("nan")}, "without a stop"),
        ({"size": -1.0}, "share of equity"),
        ({"entry": OrderType.LIMIT, "entry_offset": 0.01}, "market orders"),
    ],
)
def test_rules_that_a_cycle_cannot_follow_are_refused(
    bench: Workbench, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        run(bench, bars_of(FIRST, BEGIN), FIRST, BEGIN, rules=rules_of(bench, **changes))


def test_one_bar_is_no_backtest(bench: Workbench) -> None:
    with pytest.raises(NotEnoughHistory, match="at least two bars"):
        run(bench, bars_of(FIRST, BEGIN), BEGIN - HOUR, BEGIN + HOUR)


def test_a_backtest_that_is_asked_for_runs_on_the_samples_headlines_with_all_its_models(home: Path) -> None:
    """As a job: the dates ask for enough bars before them, and the report says what was left out."""
    opened = open_bench(home, predict=LIVELY["predict"] | {"retrain_bars": 100})
    words = {
        "symbol": "BTC-USD", "timeframe": "1h", "source": "sample", "strategy": "whole_cycle",
        "start": "2019-06-20", "stop": "2019-06-26",
    }  # fmt: skip
    request = read_request(words, opened.settings)
    run_request(opened.bench, "wanted", request, lambda share, words: None)
    summary, curves, _ = read_backtest(opened.store, "wanted")
    opened.close()
    told = " ".join(summary.warnings)
    assert summary.strategy == "whole_cycle" and len(curves) == summary.bars == 6 * 24 + 1
    assert "LLM abstained" in told
    assert "headline" not in told and "too few bars to train" not in told


def test_the_short_call_hands_back_backtest_and_problems(bench: Workbench) -> None:
    bars = bars_of(FIRST, FIRST + 100 * HOUR)
    result, problems = whole_cycle(
        bench, BTC, Timeframe.H1, bars, FIRST, FIRST + 99 * HOUR, rules_of(bench), Costs(0.001, 0.0, 0.0, 0.0), 500.0,
        lambda share, words: None,
    )  # fmt: skip
    assert result.curves.index.equals(bars.index) and result.curves["equity"].iloc[0] == 500.0
    assert problems[0].where == "llm"
