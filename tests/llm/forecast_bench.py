"""A run up to its forecasts on the embedded sample, and a server that seconds them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from core.execute import new_book
from core.instruments import resolve
from core.llm import language_model
from core.pipeline import Workbench
from core.pipeline.collecting import collect
from core.pipeline.judging import build
from core.pipeline.predicting import predict
from core.pipeline.run import Run
from core.records import CycleRequest, Mode, Timeframe
from core.settings import load_settings
from core.store.llm import LlmMemory
from tests import quick
from tests.llm.server import Says

NOON = datetime(2019, 6, 26, 12, tzinfo=UTC)
NOW = datetime(2025, 6, 1, tzinfo=UTC)


def quiet(share: float, words: str) -> None:
    """Nobody watches."""


def run_until_forecasts(
    bench: Workbench, symbol: str = "BTC-USD", as_of: datetime = NOON, number: str = "c1"
) -> Run:
    """Collect, features and forecasts, without a language model."""
    request = CycleRequest(symbol, Timeframe.H1, "sample", as_of, Mode.BACKTEST)
    run = Run(
        id=number, request=request, instrument=resolve(symbol), started_at=bench.clock(),
        book=new_book("", "", 10_000.0), as_of=as_of,
    )  # fmt: skip
    silent = replace(bench, llm=None)
    for stage in (collect, build, predict):
        outcome = stage(run, silent, quiet)
        bench.store.write(*outcome.writes)
        run = outcome.run
    return run


def with_model(bench: Workbench, base_url: str, at: datetime = NOW, **llm: Any) -> Workbench:
    """The bench with a language model at that address and a clock that stands still."""
    settings = load_settings(
        home=bench.settings.home,
        llm={"preset": "custom", "base_url": base_url, "model": "fake-model", "retries": 0} | llm,
        **quick.OVERRIDES,
    )
    memory = LlmMemory(bench.store)
    return replace(
        bench, settings=settings, clock=lambda: at, llm=language_model(settings, memory, lambda: at)
    )


def says(
    p_up: Callable[[str, str], float] = lambda symbol, horizon: 0.4, reason: str = "RSI leans up."
) -> Callable[[dict[str, Any]], Says]:
    """A server that answers each horizon of each snapshot; p_flat is 0.3."""

    def script(asked: dict[str, Any]) -> Says:
        shown = json.loads(asked["messages"][-1]["content"])["snapshots"]
        answers = [
            {
                "unit": item["unit"],
                "symbol": item["symbol"],
                "horizons": [
                    {"horizon": ahead["horizon"], "reason": reason, "p_flat": 0.3,
                     "p_up": p_up(item["symbol"], ahead["horizon"]),
                     "p_down": 0.7 - p_up(item["symbol"], ahead["horizon"])}
                    for ahead in item["horizons"]
                ],
            }
            for item in shown
        ]  # fmt: skip
        return Says(json.dumps({"answers": answers}))

    return script
