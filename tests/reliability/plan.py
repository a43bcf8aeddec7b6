"""What a course is: how long, over which assets, how often each step comes, and the settings that it runs with."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from core.autopilot.stepping import interval_of
from core.records import Step
from core.settings import Settings

SOURCE = "ccxt:binance"
START = datetime(2024, 3, 4, tzinfo=UTC)
ORDER = (Step.COLLECT, Step.TRADE, Step.PREDICT, Step.SIGNALS)
"""Turns of one moment; what guards the book comes before what may open."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One course: how long, over what, and how often each step comes."""

    assets: int
    hours: float
    collect: int
    predict: int
    signals: int
    trade: int
    """Seconds between two turns of a step."""
    seed: int = 5
    commits: bool = False
    """Whether every transaction leaves a number in the store and, once committed, in a file."""

    @property
    def end(self) -> datetime:
        """The last moment."""
        return START + timedelta(hours=self.hours)


SETTINGS = """
source = "ccxt:binance"
timeframe = "1m"
initial_cash = 100000.0
job_threads = 1
[store]
memory_mb = 256
[collect]
train_bars = 600
history_days = 1
[news]
sources = []
[predict]
short_bars = 5
medium_bars = 15
long_bars = 30
trees = 10
folds = 2
members = ["xgboost"]
heads = false
regime_states = 1
retrain_bars = 1440
[signals]
threshold = 0.3
[costs]
borrow = 0.0
[autopilot]
collection_seconds = {collect}
prediction_seconds = {predict}
signal_seconds = {signals}
trade_seconds = {trade}
nightly_backup = false
daily_report = false
daily_optimisation = false
"""
"""One thread for jobs, so that assets are served in the autopilot's order; no fee but those of fills, so that cash is
the sum of fills; small models; the least cache of the database, so that it fills soon."""


def prepare(home: Path, plan: Plan) -> None:
    """Lay the plan and the settings of a course into its home."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "plan.json").write_text(json.dumps(asdict(plan)))
    (home / "settings.toml").write_text(
        SETTINGS.format(collect=plan.collect, predict=plan.predict, signals=plan.signals, trade=plan.trade)
    )


def turns(plan: Plan, settings: Settings) -> Iterator[tuple[datetime, Step]]:
    """Every turn of the course in the order of time, each step at its interval."""
    every = {step: interval_of(step, settings.autopilot) for step in ORDER}
    shortest = min(every.values())
    for number in range(int((plan.end - START) / shortest) + 1):
        passed = number * shortest
        for step in ORDER:
            if passed % every[step] == timedelta(0):
                yield START + passed, step
