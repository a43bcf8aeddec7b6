"""The command line as a user or a script calls it: exit codes, one JSON object, one sentence."""

import json
from pathlib import Path

import pytest

from core.__main__ import main
from core.store import Store
from tests import quick


@pytest.fixture(autouse=True)
def quick_home(home: Path) -> None:
    (home / "settings.toml").write_text(quick.TOML)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        code = main(words)
    except SystemExit as stop:
        code = int(stop.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_cycle_then_passport(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "cycle", "btc/usdt", "--as-of", "2019-06-26T12:00Z", "--json")
    assert code == 0 and "predict" in err
    report = json.loads(out)
    assert report["request"]["symbol"] == "BTC-USD" and report["as_of"] == "2019-06-26T12:00:00Z"
    assert len(report["stages"]) == 12
    code, out, _ = run(capsys, "passport", report["id"])
    assert code == 0 and "Signals" in out and "sma_cross" in out
    code, out, _ = run(capsys, "passport", report["id"], "--json")
    assert json.loads(out)["decision"] == report["decision"]


def test_cycle_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "cycle", "BTC-USD", "--mode", "backtest")
    assert code == 0
    assert ("as of 2019-09-30 00:00 UTC" in out and "NO_TRADE:" in out) or "ORDERED:" in out


def test_backtest(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(
        capsys,
        "backtest",
        "ETH-USD",
        "--strategy",
        "rsi_bollinger",
        "--from",
        "2018-06-01",
        "--to",
        "2018-12-31",
        "--json",
    )
    summary = json.loads(out)
    assert code == 0
    assert summary["start"] == "2018-06-01T00:00:00Z" and summary["stop"] == "2018-12-31T00:00:00Z"
    assert summary["metrics"]["trades"] > 0


def test_fetch_and_doctor(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "fetch", "NVDA", "--timeframe", "1d")
    assert code == 0 and "bars of NVDA 1d from sample" in out
    code, out, _ = run(capsys, "doctor", "--json")
    assert code == 0 and all(item["ok"] for item in json.loads(out).values())


def test_import_then_cycle(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from core.collect import SampleSource
    from core.instruments import resolve
    from core.records import Timeframe

    bars = SampleSource().fetch(
        resolve("ETH"), Timeframe.H1, datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 3, 1, tzinfo=UTC)
    )
    bars.to_csv(tmp_path / "mine.csv")
    code, out, _ = run(capsys, "import", str(tmp_path / "mine.csv"), "--symbol", "ETH", "--timeframe", "1h")
    assert code == 0 and "Imported 1,411 1h bars of ETH-USD" in out
    code, out, _ = run(capsys, "cycle", "ETH", "--source", "imported", "--json")
    report = json.loads(out)
    assert code == 0 and report["as_of"] == "2019-02-28T23:00:00Z" and report["data_source"] == "imported"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("cycle", "B T C"), 2, "cannot be read"),
        (("cycle", "BTC", "--timeframe", "2h"), 2, "Timeframe '2h' does not exist"),
        (("cycle", "BTC", "--as-of", "yesterday"), 2, "cannot be read: write it like"),
        (("cycle", "BTC", "--source", "oracle"), 1, "not known"),
        (("cycle", "ZZZZ"), 1, "No source has 1h bars of ZZZZ"),
        (("cycle", "BTC", "--source", "file:/nowhere.csv"), 1, "nowhere.csv"),
        (("backtest", "BTC", "--from", "2019-05-01", "--to", "2019-04-01"), 2, "dates are swapped"),
        (("backtest", "BTC", "--from", "2025-01-01"), 1, "a backtest needs 100"),
        (("backtest", "BTC", "--strategy", "magic"), 2, "invalid choice"),
        (("import", "/nowhere.csv", "--symbol", "BTC"), 2, "nowhere.csv"),
        (("passport", "nope"), 1, "There is no cycle 'nope'"),
        ((), 2, "COMMAND"),
    ],
)
def test_bad_input_is_one_sentence_and_an_exit_code(
    capsys, words: tuple[str, ...], code: int, said: str
) -> None:
    got, out, err = run(capsys, *words)
    assert said in out + err
    assert got == code
    assert "Traceback" not in out + err


def test_an_imported_file_with_a_bad_row_is_refused_whole(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, home: Path
) -> None:
    rows = [
        "date,open,high,low,close,volume",
        *(f"2024-01-{d:02d},10,11,9,10,5" for d in range(1, 20)),
        "2024-01-20,10,11,9,-10,5",
    ]
    (tmp_path / "bad.csv").write_text("\n".join(rows))
    code, _, err = run(
        capsys, "import", str(tmp_path / "bad.csv"), "--symbol", "BTC", "--timeframe", "1d", "--json"
    )
    assert code == 2
    assert "row 2" in err.lower() or ("row" in err.lower() and "21" in err)
    assert not list((home / "data" / "imported").glob("*")) if (home / "data" / "imported").exists() else True


def test_a_held_database_names_its_holder(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    import subprocess
    import sys

    store = Store(home / "data" / "glassbox.duckdb")
    root = Path(__file__).resolve().parents[1]
    other = subprocess.run(
        [sys.executable, "-m", "core", "passport", "x"], capture_output=True, text=True, cwd=root, check=False
    )
    store.close()
    assert other.returncode == 1
    assert "is held by process" in other.stderr and "Traceback" not in other.stderr


def test_backup_and_restore(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    code, out, _ = run(capsys, "backup", "--json")
    copy = json.loads(out)
    assert code == 0 and Path(copy["path"]).parent == home / "data" / "backups" and copy["rows"] > 0
    code, out, _ = run(capsys, "backup", "--list")
    assert code == 0 and copy["path"] in out and "is whole" in out
    code, out, _ = run(capsys, "restore", copy["path"])
    assert code == 0 and "The database that was there lies in" in out
    code, _, err = run(capsys, "restore", str(home / "settings.toml"))
    assert code == 1 and "cannot be read as a database" in err
    code, _, err = run(capsys, "restore", str(home / "nothing"))
    assert code == 2 and "There is no file" in err


def test_tokens_are_made_listed_and_revoked_and_leave_a_trail(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "token", "list")
    assert code == 0 and "on this computer only" in out
    code, out, _ = run(capsys, "token", "create", "phone", "--role", "viewer", "--json")
    secret = json.loads(out)["token"]
    assert code == 0 and secret.startswith("gbx_")
    code, out, _ = run(capsys, "token", "list")
    assert "phone  viewer  valid until" in out and secret not in out
    assert run(capsys, "token", "revoke", "phone")[0] == 0
    assert "revoked" in run(capsys, "token", "list")[1]
    assert run(capsys, "token", "revoke", "nobody")[0] == 2
    assert run(capsys, "token", "create", "desk", "--role", "king")[0] == 2
    code, out, _ = run(capsys, "doctor")
    assert code == 0 and "audit trail of 2 entries is whole" in out


def test_jobs_are_listed_shown_and_submitted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "jobs")[1].strip() == "There was no job yet."
    code, out, err = run(
        capsys, "jobs", "submit", "fetch", "symbol=NVDA", "timeframe=1d", "source=sample", "--json"
    )
    job = json.loads(out)
    assert code == 0 and job["state"] == "done" and job["result_id"] == "NVDA" and "bars of NVDA" in err
    assert job["id"] in run(capsys, "jobs", "list")[1]
    assert "Result: NVDA" in run(capsys, "jobs", "show", job["id"])[1]
    assert run(capsys, "jobs", "cancel", job["id"])[0] == 0  # it has ended: nothing happens
    assert run(capsys, "jobs", "submit", "fetch", "NVDA")[0] == 2
    assert run(capsys, "jobs", "submit", "magic")[0] == 2


def test_the_autopilot_is_switched_for_the_next_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert "never switched on" in run(capsys, "autopilot", "status")[1]
    code, out, _ = run(capsys, "autopilot", "start", "--assets", "BTC-USD", "--source", "sample")
    assert code == 0 and "trades BTC-USD" in out and "as soon as a server runs" in out
    assert json.loads(run(capsys, "autopilot", "status", "--json")[1])["running"]
    code, out, _ = run(capsys, "autopilot", "stop")
    assert code == 0 and "is off" in out
    assert run(capsys, "autopilot", "start", "--timeframe", "2h")[0] == 2


def test_a_reader_that_has_heard_enough_is_no_failure(home: Path) -> None:
    import subprocess
    import sys

    both = f"{sys.executable} -m core doctor; echo $? >&2"
    out = subprocess.run(
        ["sh", "-c", f"({both}) | true"], capture_output=True, text=True, env={"GLASSBOX_HOME": str(home)}
    )
    assert out.stderr.split()[-1] in ("0", "1") and "Traceback" not in out.stderr
