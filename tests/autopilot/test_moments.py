"""When a cycle is due: once a bar, also where the sample stands in; once for a file; never past the sample's end."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.autopilot.moments import due
from core.errors import InputError
from core.instruments import resolve
from core.pipeline.at_hand import sample_clock_span, sample_world
from core.records import AutopilotState, Timeframe
from core.runtime import Runtime
from core.settings import load_settings
from tests import quick
from tests.autopilot.test_pilot import START, Clock

HOUR = timedelta(hours=1)


@pytest.fixture
def runtime(home: Path) -> Iterator[Runtime]:
    made = Runtime(load_settings(**quick.OVERRIDES), Clock())
    yield made
    made.close()


def state(source: str) -> AutopilotState:
    return AutopilotState(True, START, "ann", ("BTC-USD",), "1h", source)


def decided(runtime: Runtime, world: str, as_of: datetime, started: datetime) -> None:
    """A cycle that came to a decision, as the store keeps it."""
    with runtime.store.transaction() as cursor:
        cursor.execute(
            "INSERT INTO cycles (id, symbol, timeframe, source, mode, world, as_of, started_at, verdict)"
            " VALUES (?, 'BTC-USD', '1h', 'any', 'paper', ?, ?, ?, 'no_trade')",
            [f"{world}-{started}", world, as_of, started],
        )


def test_once_a_bar_on_live_prices(runtime: Runtime) -> None:
    live = state("yfinance")
    assert due(runtime.bench, live, "BTC-USD", START) == START
    decided(runtime, "live", START, START)
    assert due(runtime.bench, live, "BTC-USD", START + timedelta(minutes=59)) is None
    assert due(runtime.bench, live, "BTC-USD", START + HOUR) == START + HOUR


def test_where_the_sample_stood_in_it_is_tried_again_with_the_next_bar(runtime: Runtime) -> None:
    bitcoin = resolve("BTC-USD")
    world, span = sample_world(bitcoin, Timeframe.H1), sample_clock_span(bitcoin, Timeframe.H1)
    assert world is not None and span is not None
    decided(runtime, world, span[1], START)
    assert due(runtime.bench, state("auto"), "BTC-USD", START + timedelta(minutes=5)) is None
    assert due(runtime.bench, state("auto"), "BTC-USD", START + HOUR) == START + HOUR
    assert due(runtime.bench, state("yfinance"), "BTC-USD", START) == START


def test_a_file_has_one_moment(runtime: Runtime, make_bars, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    bars = make_bars(400, 3)
    bars.to_csv(path)
    from_file = state(f"file:{path}")
    assert due(runtime.bench, from_file, "BTC-USD", START) == START
    decided(runtime, "file-mine", bars.index[-1].to_pydatetime(), START)
    assert due(runtime.bench, from_file, "BTC-USD", START + 9 * HOUR) is None


def test_what_the_sample_does_not_have_is_refused_at_the_switch(runtime: Runtime) -> None:
    with pytest.raises(InputError, match="The sample has no 1h bars of AAPL"):
        runtime.autopilot.start("ann", "test", ("BTC-USD", "AAPL"), "1h", "sample")
    assert runtime.autopilot.state is None
