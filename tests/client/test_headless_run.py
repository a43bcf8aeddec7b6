"""The autopilot without a screen, as a process of its own: asked over REST and by the command line of another one."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.client.whereabouts import find
from tests import quick
from tests.browser.conftest import ROOT, free_port
from tests.client.conftest import Run, wait_for

Ended = tuple[int, str, str]
"""Exit code, stdout, stderr."""


@contextmanager
def running(home: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], Callable[[], Ended]]]:
    """The process, and how it ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "autopilot", "--assets", "BTC-USD", "--source", "sample", *more],
        cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip

    def ended() -> Ended:
        out, err = process.communicate(timeout=300)
        assert "Traceback" not in out + err
        return process.returncode, out, err

    try:
        yield process, ended
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def place(home: Path) -> Path:
    """Its address, once it is there; the home folder is set up."""
    (home / "settings.toml").write_text(quick.TOML)
    return home / "data" / "server.json"


def until(done: Callable[[], Any], seconds: float = 120) -> None:
    last = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < last, "it never came"
        time.sleep(0.2)


def test_it_is_asked_and_halted_from_elsewhere_and_ends_on_a_signal(
    place: Path, home: Path, run: Run
) -> None:
    port = free_port()
    with running(home, "--for", "10m", "--port", str(port)) as (process, ended):
        wait_for(place)
        where = find(home, {})
        assert where is not None and (where.url, where.pid) == (f"http://127.0.0.1:{port}", process.pid)
        with httpx.Client(base_url=f"{where.url}/api", timeout=60) as rest:
            assert rest.get("/ready").json() == {"status": "ready"}
            assert "glassbox_cycles_total" in rest.get("/metrics").text
            assert rest.get("/openapi.json").status_code == 200
        code, out, _ = run("autopilot", "status")
        assert code == 0 and "trades BTC-USD, 1h bars from sample" in out and "streamlit run" not in out
        until(
            lambda: run("risk", "halt", "--who", "ann", "--why", "to try it")[0] == 0
        )  # a cycle opens the book
        assert "HALTED" in run("risk")[1]
        assert "ACTIVE" in run("risk", "reset")[1]
        assert "settle by=autopilot" in run("jobs")[1]
        assert "stop the server at" in run("restore", "copy.duckdb")[2]
        process.send_signal(signal.SIGTERM)
        code, out, err = ended()
    assert code == 0 and "signals BTC-USD" in out and "asked to stop" in err
    assert err.count("the autopilot trades BTC-USD") == 1, "the console tells a line once"
    assert not place.exists()
    code, out, _ = run("autopilot", "status")  # alone now: the database is free
    assert code == 0 and "The autopilot is off" in out and "switched off by owner" in out


def test_a_stop_from_another_terminal_ends_it(place: Path, home: Path, run: Run) -> None:
    with running(home, "--port", str(free_port()), "--address", "0.0.0.0") as (_, ended):
        wait_for(place)
        code, out, _ = run("autopilot", "stop", "--json")
        assert code == 0 and not json.loads(out)["running"]
        code, _, err = ended()
    assert code == 0 and "switched off: ending what is under way" in err and not place.exists()
    assert "REST listens on 127.0.0.1 instead of 0.0.0.0, because no token exists" in err
    assert "switched off by local" in run("autopilot", "status")[1], "not by the end of the process"


def test_a_port_that_is_taken_is_told_before_anything_is_traded(place: Path, home: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, _, err = run("autopilot", "--source", "sample", "--for", "1s", "--port", port)
    assert code == 1 and f"Port {port} of 127.0.0.1 is taken" in err and not place.exists()
    assert "never switched on" in run("autopilot", "status")[1]


def test_without_rest_nobody_reaches_it(place: Path, home: Path, run: Run) -> None:
    with running(home, "--for", "4s", "--no-rest") as (process, ended):
        assert process.stderr is not None and "trades BTC-USD" in process.stderr.readline()
        assert not place.exists()
        code, _, err = run("autopilot", "stop")
        assert code == 1 and f"process {process.pid}" in err.lower()
        assert ended()[0] == 0
    assert run("autopilot", "--no-rest", "--port", "1")[0] == 2
