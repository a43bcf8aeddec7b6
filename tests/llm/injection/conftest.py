"""The real chain from a text to an order, with a model that obeys whoever wrote the text."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.runtime import Runtime
from core.settings import Settings, load_settings
from tests import quick
from tests.llm.injection.attacks import KEY
from tests.llm.injection.obeying import Lure
from tests.llm.server import FakeLlm, Says, fake_llm


@pytest.fixture(scope="module")
def lure() -> Iterator[Lure]:
    opened = Lure()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def obedient() -> Iterator[FakeLlm]:
    """Its script is set by whoever asks."""
    with fake_llm(lambda asked: Says("")) as fake:
        yield fake


def settings_of(home: Path, base_url: str) -> Settings:
    """Settings of a home whose model is at an address, with budgets that no attack reaches, and a key."""
    llm = {
        "preset": "custom", "base_url": base_url, "model": "fake-model", "cycle_tokens": 10**9, "day_tokens": 10**9,
        "retries": 0, "breaker_failures": 100, "batch_tokens": 100_000, "batch_units": 100,
    }  # fmt: skip
    return load_settings(home=home, llm=llm, keys={"llm": KEY}, **quick.OVERRIDES)


@pytest.fixture(scope="module")
def runtime(obedient: FakeLlm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A runtime with a database of its own, shared by the tests of a file."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.setenv("GLASSBOX_HOME", str(home))
        opened = Runtime(settings_of(home, obedient.base_url))
    yield opened
    opened.close()
