"""Cycles on the embedded sample, with models small enough to train in a blink."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.pipeline import Workbench, run_cycle
from core.records import CycleReport, CycleRequest, Mode, Timeframe
from core.runtime import Runtime
from core.settings import Settings, load_settings
from tests import quick

NOON = datetime(2019, 6, 26, 12, tzinfo=UTC)


def quick_settings(home: Path) -> Settings:
    return load_settings(home=home, **quick.OVERRIDES)


@pytest.fixture
def runtime(home: Path) -> Iterator[Runtime]:
    opened = Runtime(quick_settings(home))
    yield opened
    opened.close()


@pytest.fixture
def bench(runtime: Runtime) -> Workbench:
    return runtime.bench


@pytest.fixture
def cycle(bench: Workbench) -> Callable[..., CycleReport]:
    """Run a cycle on the sample; ids count up from c0."""
    counter = iter(range(10_000))

    def run(
        as_of: datetime | None = NOON, symbol: str = "BTC-USD", source: str = "sample",
        mode: Mode = Mode.PAPER, on: Workbench | None = None, **kwargs: object,
    ) -> CycleReport:  # fmt: skip
        request = CycleRequest(symbol, Timeframe.H1, source, as_of, mode)
        return run_cycle(request, on or bench, f"c{next(counter)}", **kwargs)  # type: ignore[arg-type]

    return run


def eager(bench: Workbench) -> Workbench:
    """A workbench that trades on any opinion at all."""
    signals = bench.settings.signals.model_copy(update={"threshold": 0.0})
    return replace(bench, settings=bench.settings.model_copy(update={"signals": signals}))
