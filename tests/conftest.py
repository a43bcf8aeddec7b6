"""Every test lives in a home folder of its own, with no settings, keys or network of the machine's."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from core.settings import Settings, load_settings
from core.store import Store
from tests.seeded import seeded_bars

hypothesis.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("any machine")  # no test may fail because a machine is busy


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder; no GLASSBOX_… or PIPELINE_… variable of the machine reaches a test."""
    for name in list(os.environ):
        if name.startswith(("GLASSBOX_", "PIPELINE_")):
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("GLASSBOX_HOME", str(folder))
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:
    """Default settings of the test's home."""
    return load_settings()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A real database file, closed at the end."""
    opened = Store(settings.database)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def make_bars() -> Callable[..., pd.DataFrame]:
    """(rows, seed) → seeded hourly bars."""
    return seeded_bars
