"""One loopback server for all tests of the wire: starting and closing one takes longer than most of them."""

from collections.abc import Callable, Iterator

import pytest

from tests.llm.server import FakeLlm, Says, Script, fake_llm
from tests.llm.wire.clocked import GOOD, always


@pytest.fixture(scope="session")
def _server() -> Iterator[FakeLlm]:

    with fake_llm(always(Says(GOOD))) as fake:
        yield fake


@pytest.fixture
def serve(_server: FakeLlm) -> Callable[[Script], FakeLlm]:
    """The server, which from now on says what a script tells it, and has heard nothing yet."""

    def say(script: Script) -> FakeLlm:
        _server.script = script
        _server.heard.clear()
        _server.keys.clear()
        _server.most_at_once = 0
        return _server

    return say
