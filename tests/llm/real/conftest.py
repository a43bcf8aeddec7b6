"""A real model behind the product's own local server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.llm.local import LocalServer, close_shared_server, shared_server
from core.runtime import system_clock
from core.settings import Settings, load_settings
from core.store import Store
from tests.llm.real.model import model_or_skip


@pytest.fixture(scope="session")
def gguf() -> Iterator[Path]:
    """The verified model file; its server ends with the session."""
    yield model_or_skip()
    close_shared_server()


@pytest.fixture
def local_server(gguf: Path) -> LocalServer:
    """The product's server of this process, answering; it is started once a session."""
    server = shared_server(gguf)
    server.start()
    return server


@pytest.fixture
def real_settings(gguf: Path, home: Path) -> Callable[..., Settings]:
    """(llm settings) → settings of the test's home whose model is the real one."""

    def with_(**llm: Any) -> Settings:
        chosen = {"preset": "local", "gguf": str(gguf), "timeout_seconds": 300, "concurrency": 1}
        return load_settings(llm=chosen | llm)

    return with_


@pytest.fixture
def real_model(real_settings: Callable[..., Settings], store: Store) -> Callable[..., Any]:
    """(llm settings) → the language model as the app makes it, with the test's store for its memory."""
    from core.llm.asking import language_model
    from core.store.llm import LlmMemory

    def model(**llm: Any) -> Any:
        return language_model(real_settings(**llm), LlmMemory(store), system_clock)

    return model
