"""Pages run through Streamlit's own test client, in a process that owns a fresh database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

from core.records import CycleReport
from core.runtime import Runtime, close_shared_runtime, shared_runtime
from core.store.cycles import read_cycle
from tests import quick

APP = Path(__file__).resolve().parents[2] / "app.py"


@pytest.fixture
def engine(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Runtime]:
    """The shared runtime of this test's home."""
    # The test client keeps widgets themselves in the session state; the real browser journeys run with the check on.
    monkeypatch.setattr(config, "get_option", _without_pickle_check(config.get_option))
    (home / "settings.toml").write_text(quick.TOML)
    st.cache_data.clear()  # cached reads are told apart by the store's revision, and each test's store counts from one
    yield shared_runtime()
    close_shared_runtime()


def _without_pickle_check(get_option: Callable[[str], object]) -> Callable[[str], object]:
    return lambda key: False if key == "runner.enforceSerializableSessionState" else get_option(key)


OpenPage = Callable[..., AppTest]


@pytest.fixture
def open_page(engine: Runtime) -> OpenPage:
    """Open a page in the frame; query parameters by keyword."""

    def run(page: str = "", **query: str) -> AppTest:
        test = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in query.items():
            test.query_params[name] = value
        test.run()
        if page:
            test.switch_page(page)
            for name, value in query.items():
                test.query_params[name] = value
            test.run()
        return test

    return run


@pytest.fixture
def cycle(engine: Runtime) -> CycleReport:
    """One finished cycle on the sample that ended in an order."""
    arguments = {
        "symbol": "BTC-USD",
        "timeframe": "1h",
        "source": "sample",
        "as_of": "2018-02-15T14:00:00+00:00",
        "mode": "paper",
    }
    signals = engine.settings.signals.model_copy(update={"threshold": 0.0})
    engine.apply(engine.settings.model_copy(update={"signals": signals}))
    job = engine.jobs.wait(engine.jobs.submit("cycle", arguments), 120)
    assert job.error is None
    return read_cycle(engine.store, job.id)
