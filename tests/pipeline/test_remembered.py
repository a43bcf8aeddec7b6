"""Backtests with a language model that may remember what followed: its scores count in no headline."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pandas.testing import assert_frame_equal

from core.collect import SampleSource, sample_headlines
from core.evaluate import Rules
from core.instruments import resolve
from core.llm import Purse
from core.llm.uses.sentiment import SENTIMENT
from core.pipeline import Workbench
from core.pipeline.text_answers import units_of
from core.pipeline.whole_cycle import WholeCycle, run_whole_cycle
from core.records import Costs, Timeframe
from core.runtime import Runtime
from core.settings import load_settings
from tests import quick
from tests.llm.sentiment_script import judging
from tests.llm.server import fake_llm

BTC = resolve("BTC-USD")
WORLD = "sample-crypto-2019"
HOUR = timedelta(hours=1)
FIRST = datetime(2017, 10, 1, tzinfo=UTC)
BEGIN = datetime(2017, 11, 2, 13, tzinfo=UTC)
LAST = BEGIN + 120 * HOUR


def run(bench: Workbench) -> WholeCycle:
    bars = SampleSource().fetch(BTC, Timeframe.H1, FIRST, LAST + HOUR)
    rules = Rules(size=0.5, stop=0.01, target=0.02, short=True)
    return run_whole_cycle(
        bench, BTC, Timeframe.H1, bars, BEGIN, LAST, rules, Costs(0.001, 0.0, 0.0, 0.0), 500.0,
        lambda share, words: None, source="sample", world=WORLD,
    )  # fmt: skip


def test_what_a_model_may_remember_is_a_second_run_and_the_headline_is_the_lexicons(home: Path) -> None:
    with fake_llm(judging(lambda asset, text: {"score": -1.0})) as fake:
        llm = {"preset": "custom", "base_url": fake.base_url, "model": "fake-model"}
        chosen = quick.OVERRIDES | {
            "signals": {"threshold": 0.3},
            "sentiment": {"weight": 1.0, "text_cap": 2.0},
        }
        opened = Runtime(load_settings(home=home, **chosen, llm=llm))
        bench = opened.bench
        alone = run(replace(bench, llm=None))
        unasked = run(bench)
        assert unasked.remembered is None and fake.heard == []
        assert_frame_equal(unasked.backtest.curves, alone.backtest.curves)
        assert bench.llm is not None
        units = list(units_of(sample_headlines(BTC, LAST), BTC, bench.settings.llm).values())
        assert bench.llm.ask(SENTIMENT, units, Purse(bench.settings.llm)).complete
        heard = len(fake.heard)
        told = run(bench)
        assert len(fake.heard) == heard > 0  # a backtest asks nobody
        opened.close()
    assert told.remembered is not None
    assert_frame_equal(told.backtest.curves, alone.backtest.curves)
    assert not told.remembered.curves["equity"].equals(told.backtest.curves["equity"])
    assert "Contaminated" in told.problems[0].what and "no headline" in told.problems[0].instead


def test_scores_of_a_model_that_cannot_know_what_followed_count(home: Path) -> None:
    with fake_llm(judging(lambda asset, text: {"score": -1.0})) as fake:
        llm = {
            "preset": "custom", "base_url": fake.base_url, "model": "fake-model",
            "cutoffs": ("fake-model = 2016-01-01",),
        }  # fmt: skip
        chosen = quick.OVERRIDES | {
            "signals": {"threshold": 0.3},
            "sentiment": {"weight": 1.0, "text_cap": 2.0},
        }
        opened = Runtime(load_settings(home=home, **chosen, llm=llm))
        bench = opened.bench
        assert bench.llm is not None
        units = list(units_of(sample_headlines(BTC, LAST), BTC, bench.settings.llm).values())
        bench.llm.ask(SENTIMENT, units, Purse(bench.settings.llm))
        told, alone = run(bench), run(replace(bench, llm=None))
        opened.close()
    assert told.remembered is None
    assert not told.backtest.curves["equity"].equals(alone.backtest.curves["equity"])
    assert "have a recorded score" in told.problems[0].what
