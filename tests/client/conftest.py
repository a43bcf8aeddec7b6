"""A real server process, and the command line beside it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.__main__ import main
from tests import quick
from tests.browser.conftest import Server, free_port

Run = Callable[..., tuple[int, str, str]]
"""From words to exit code, stdout, stderr."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, once for the tests of a file."""
    home = tmp_path_factory.mktemp("served")
    (home / "settings.toml").write_text(quick.TOML)
    made = Server(home, free_port())
    made.start()
    wait_for(home / "data" / "server.json")
    yield made
    made.kill()
    assert not (home / "data" / "server.json").exists(), "a clean stop takes its address back"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line, in this process."""

    def ran(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main(words)
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    return ran


def wait_for(path: Path) -> None:
    """Until a file is there: the server answers a moment before it says where."""
    import time

    for _ in range(1200):
        if path.exists():
            return
        time.sleep(0.05)
    raise TimeoutError(f"{path} never came")
