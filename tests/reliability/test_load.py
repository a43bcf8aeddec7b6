"""Many people and programs look on while it trades: nobody meets an error, and no cycle waits."""

import json
import os
import subprocess
import sys
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from core.settings import load_settings
from tests.reliability.load_server import ROOT, App, running_app

LONG = os.environ.get("GLASSBOX_LONG") == "1"


def loaded(app: App, sessions: int, rate: float, seconds: float) -> dict[str, Any]:
    """What the load of another process met."""
    found = subprocess.run(
        [sys.executable, "-m", "tests.reliability.load_client", app.url, "--sessions", str(sessions),
         "--rate", str(rate), "--seconds", str(seconds)],
        cwd=ROOT, capture_output=True, text=True, timeout=seconds + 180, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr[-3000:]
    result: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return result


def jobs_of_cycles(app: App) -> list[dict[str, Any]]:
    """The cycles that the autopilot asked for, oldest first."""
    found = app.get("/api/jobs?limit=200")["items"]
    return [job for job in reversed(found) if job["kind"] == "cycle"]


def lateness(jobs: list[dict[str, Any]]) -> dict[str, float]:
    """Seconds, the worst of all cycles: from a turn to its cycle's end, and between two turns of one asset."""
    at = datetime.fromisoformat
    waits = [
        (at(job["finished_at"]) - at(job["submitted_at"])).total_seconds()
        for job in jobs
        if job["finished_at"]
    ]
    turns: dict[str, list[datetime]] = {}
    for job in jobs:
        turns.setdefault(job["arguments"]["symbol"], []).append(at(job["submitted_at"]))
    gaps = [(b - a).total_seconds() for mine in turns.values() for a, b in pairwise(mine)]
    return {"end": max(waits, default=0.0), "gap": max(gaps, default=0.0)}


def test_a_small_crowd_meets_no_error(home: Path) -> None:
    with running_app(
        home, 2, "1m", {"signal_seconds": 5, "collection_seconds": 5, "trade_seconds": 5}
    ) as app:
        result = loaded(app, 3, 10.0, 8.0)
        assert result["errors"] == [] and result["requests"] == 80 and result["pages"] >= 3
        assert not [job for job in jobs_of_cycles(app) if job["state"] == "failed"]


@pytest.mark.skipif(not LONG, reason="five minutes of load; set GLASSBOX_LONG=1")
@pytest.mark.timeout(1500)
def test_a_crowd_of_twenty_and_fifty_requests_a_second(home: Path) -> None:
    every = load_settings().autopilot.signal_seconds
    with running_app(home, 10, "1m", {}) as app:
        app.await_cycles(10, 600.0)
        result = loaded(app, 20, 50.0, 300.0)
        late = lateness(jobs_of_cycles(app))
        print(json.dumps(result | {"cycles": late}, indent=1))
        assert result["errors"] == [] and result["requests"] == 15_000
        assert result["p95"] < 200.0
        assert late["end"] <= every and late["gap"] <= 2 * every
        assert not [job for job in jobs_of_cycles(app) if job["state"] == "failed"]
