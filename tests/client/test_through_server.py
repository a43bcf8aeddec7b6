"""The command line while a server runs: the server works, the terminal shows the same as without it."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from core.client.whereabouts import find
from tests.browser.conftest import ROOT, Server, free_port
from tests.client.conftest import Run, wait_for

CYCLE = ("cycle", "btc/usdt", "--as-of", "2019-06-26T12:00Z", "--json")


@pytest.fixture(autouse=True)
def beside(served: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same home folder, another folder to work in."""
    monkeypatch.setenv("GLASSBOX_HOME", str(served.home))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")


def test_a_cycle_runs_in_the_server_and_its_progress_is_shown(run: Run, served: Server) -> None:
    where = find(served.home, {})
    assert where is not None and where.url == served.url and served.process is not None
    assert where.pid == served.process.pid
    code, out, err = run(*CYCLE)
    assert code == 0 and "predict" in err
    report = json.loads(out)
    assert report["request"]["symbol"] == "BTC-USD" and len(report["stages"]) == 12
    code, out, _ = run("jobs", "show", report["id"])
    assert code == 0 and "done" in out and f"Result: {report['id']}" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("cycle", "B T C"), 2, "cannot be read"),
        (("cycle", "BTC", "--timeframe", "2h"), 2, "Timeframe '2h' does not exist"),
        (("passport", "nope"), 1, "There is no cycle 'nope'"),
        (("backtest", "BTC", "--strategy", "magic"), 2, "invalid choice"),
        (("jobs", "cancel", "nope"), 1, "There is no job 'nope'"),
        (("restore", "copy.duckdb"), 1, "cannot be done while a server runs: stop the server at"),
        (("token", "create", "a b", "--role", "viewer"), 2, "cannot be named"),
    ],
)
def test_what_cannot_be_is_the_same_sentence(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    got, out, err = run(*words)
    assert got == code and said in err and out == ""


def test_files_are_read_and_written_where_the_caller_sits(run: Run) -> None:
    from core.collect import SampleSource
    from core.instruments import resolve
    from core.records import Timeframe

    code, out, _ = run(
        "backtest", "ETH-USD", "--from", "2018-06-01", "--to", "2018-12-31", "--html", "told.html", "--csv", "trades.csv"
    )  # fmt: skip
    assert code == 0 and "Assumed" in out
    assert "</html>" in Path("told.html").read_text() and "entry" in Path("trades.csv").read_text()
    code, out, _ = run("report", "2019-06-26", "--write", "day.html")
    assert code == 0 and "Written to day.html" in out and "</html>" in Path("day.html").read_text()
    first, last = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 2, 1, tzinfo=UTC)
    SampleSource().fetch(resolve("ETH"), Timeframe.H1, first, last).to_csv("mine.csv")
    code, out, _ = run("import", "mine.csv", "--symbol", "ETH", "--timeframe", "1h")
    assert code == 0 and "bars of ETH-USD" in out
    code, out, _ = run("fetch", "ETH", "--source", "file:mine.csv")
    assert code == 0 and "bars of ETH-USD 1h" in out
    code, out, _ = run("backup", "copies", "--json")
    assert code == 0 and Path(json.loads(out)["path"]).parent == Path.cwd() / "copies"


def test_the_autopilot_trades_in_the_server(run: Run) -> None:
    code, out, _ = run("autopilot", "start", "--assets", "BTC-USD", "--source", "sample", "--json")
    assert code == 0 and json.loads(out)["running"]
    code, out, _ = run("autopilot", "status")
    assert code == 0 and "trades BTC-USD, 1h bars from sample" in out
    code, out, _ = run("autopilot", "stop", "--json")
    assert code == 0 and not json.loads(out)["running"]
    code, out, err = run("autopilot", "--assets", "ETH-USD", "--source", "sample", "--for", "1s")
    assert code == 0 and "trades ETH-USD" in err and "The autopilot is off" in out
    assert run("autopilot", "--for", "soon")[0] == 2


def test_it_ends_on_a_signal_and_switches_off(run: Run) -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-m", "core", "autopilot", "--assets", "BTC-USD", "--source", "sample"],
        cwd=ROOT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert waiting.stderr is not None
    assert "The autopilot trades BTC-USD" in waiting.stderr.readline()
    waiting.send_signal(signal.SIGTERM)
    out, _ = waiting.communicate(timeout=60)
    assert waiting.returncode == 0 and "The autopilot is off" in out
    assert not json.loads(run("autopilot", "status", "--json")[1])["running"]


def test_a_changed_profile_is_in_force_at_once(run: Run) -> None:
    assert run("risk", "profile", "careful")[0] == 0
    assert "* careful" in run("risk", "profile")[1]


def test_a_password_is_set_and_no_trail_has_its_hash(
    run: Run, served: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import urllib.request

    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough password\n"))
    assert run("password")[0] == 0
    kept = next(
        line for line in (served.home / "settings.toml").read_text().splitlines() if line.startswith("password")
    ).split('"')[1]  # fmt: skip
    with urllib.request.urlopen(f"{served.url}/api/audit") as answer:
        trail = answer.read().decode()
    assert "login.password" in trail and kept not in trail and "long enough" not in trail
    assert run("password", "--remove")[0] == 0


def test_an_address_where_no_server_answers_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSBOX_SERVER", f"http://127.0.0.1:{free_port()}")
    code, _, err = run("jobs")
    assert code == 1 and "Nobody answers at http://127.0.0.1" in err
    assert run("score", "profit falls")[0] == 0  # it needs no database
    code, _, err = run("restore", "x")
    assert code == 1 and "unset GLASSBOX_SERVER" in err
    monkeypatch.setenv("GLASSBOX_SERVER", "desk")
    assert run("jobs")[0] == 2


def test_something_else_at_the_address_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_error(404)

        do_POST = do_GET

        def log_message(self, *words: object) -> None: ...

    other = HTTPServer(("127.0.0.1", 0), Other)
    Thread(target=other.serve_forever, daemon=True).start()
    monkeypatch.setenv("GLASSBOX_SERVER", f"http://127.0.0.1:{other.server_port}")
    code, _, err = run("jobs")
    other.shutdown()
    other.server_close()
    assert code == 1 and "is no Glassbox server" in err


def test_the_same_is_told_without_the_server(run: Run, served: Server) -> None:
    """The server is killed and leaves its file behind; the command line goes on alone, until there is a server again."""
    home = served.home
    cycle = json.loads(run("jobs", "--json")[1])["jobs"][-1]["id"]
    asked = [
        ("passport", cycle, "--no-flip"), ("passport", cycle, "--no-flip", "--json"), ("funnel", "--json"),
        ("models", "list", "--json"), ("jobs", "--json"), ("find", "apple"), ("risk",), ("risk", "--json"),
        ("token", "list"), ("shadows",), ("passport", "nope", "--json"),
    ]  # fmt: skip
    through = [run(*words)[:2] for words in asked]
    assert run("doctor")[0] == 0
    served.kill(signal.SIGKILL)
    assert (home / "data" / "server.json").exists() and find(home, {}) is None
    alone = [run(*words)[:2] for words in asked]
    for words, one, other in zip(asked, through, alone, strict=True):
        assert one == other, words
    served.start()
    wait_for(home / "data" / "server.json")
    while find(home, {}) is None:  # the file of the killed one still lies there for a moment
        time.sleep(0.05)
    assert run(*asked[0])[:2] == through[0]
    log = (home / "data" / "logs" / "glassbox.jsonl").read_text().splitlines()
    told = [
        json.loads(line)["level"] for line in log if "to this computer only, because no token exists" in line
    ]
    assert told == ["info", "info"], "said at both starts, and no trouble"
    assert (home / "server.log").read_text().count("INFO core.lifespan: REST answers at") == 2


def test_tokens_are_asked_for_where_they_exist(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run("token", "create", "phone", "--role", "viewer", "--json")
    viewer = json.loads(out)["token"]
    assert code == 0 and viewer.startswith("gbx_")
    code, _, err = run("jobs")
    assert code == 1 and "wants an operator's token: set GLASSBOX_TOKEN" in err
    monkeypatch.setenv("GLASSBOX_TOKEN", "gbx_wrong")
    code, _, err = run("jobs")
    assert code == 1 and "refuses the token in GLASSBOX_TOKEN" in err and "gbx_wrong" not in err
    monkeypatch.setenv("GLASSBOX_TOKEN", viewer)
    code, _, err = run("jobs")
    assert code == 1 and "may read only" in err
    monkeypatch.delenv("GLASSBOX_TOKEN")  # whoever may write in the home folder makes tokens without one
    operator = json.loads(run("token", "create", "desk", "--role", "operator", "--json")[1])["token"]
    assert "phone  viewer" in run("token", "list")[1]
    monkeypatch.setenv("GLASSBOX_TOKEN", operator)
    code, out, _ = run("jobs", "--json")
    assert code == 0 and json.loads(out)["jobs"]
    assert run("token", "revoke", "phone")[0] == 0
    monkeypatch.delenv("GLASSBOX_TOKEN")
    assert run("token", "revoke", "desk")[0] == 0
