"""Pages run through Streamlit's own test client, in a process that owns a fresh database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.records import CycleReport, CycleRequest, Mode, Timeframe
from core.runtime import Runtime, close_shared_runtime, shared_runtime

APP = Path(__file__).resolve().parents[2] / "app.py"
PAGES = (
    "pages/trading/overview.py",
    "pages/trading/cycle.py",
    "pages/trading/passport.py",
    "pages/research/market.py",
    "pages/research/backtest.py",
    "pages/system/settings.py",
    "pages/system/health.py",
)


@pytest.fixture
def engine(home: Path) -> Iterator[Runtime]:
    """The shared runtime of this test's home."""
    (home / "settings.toml").write_text('source = "sample"\n')
    yield shared_runtime()
    close_shared_runtime()


@pytest.fixture
def open_page(engine: Runtime) -> Callable[..., AppTest]:
    """Open a page in the frame; query parameters by keyword."""

    def run(page: str, **query: str) -> AppTest:
        test = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        if page != PAGES[0]:
            test.switch_page(page)
            for name, value in query.items():
                test.query_params[name] = value
            test.run()
        return test

    return run


@pytest.fixture
def cycle(engine: Runtime) -> CycleReport:
    """One finished cycle on the sample."""
    arguments = {
        "symbol": "BTC-USD",
        "timeframe": Timeframe.H1.value,
        "source": "sample",
        "as_of": "",
        "mode": Mode.PAPER.value,
    }
    job = engine.jobs.wait(engine.jobs.submit("cycle", arguments), 120)
    assert job.error is None
    from core.store.cycles import read_cycle

    assert isinstance(CycleRequest, type)
    return read_cycle(engine.store, job.id)
