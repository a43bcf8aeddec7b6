"""Risk and the inbox over REST, and the line that every request leaves in the log."""

import logging
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from core.pipeline import run_cycle
from core.records import Alert, AlertKind, CycleRequest, Mode, Severity, Timeframe
from core.runtime import Runtime
from core.store.alerts import save_alerts
from core.store.audit import read_audit
from tests.api.conftest import Clock


def test_a_book_is_halted_and_released(client: TestClient, engine: Runtime) -> None:
    assert client.get("/risk").status_code == 404
    assert client.post("/risk/halt", json={}).status_code == 404
    moment = datetime(2019, 6, 26, 12, tzinfo=UTC)
    run_cycle(CycleRequest("BTC-USD", Timeframe.H1, "sample", moment, Mode.PAPER), engine.bench, "cycle-1")
    status = client.get("/risk").json()
    assert status["state"]["state"] == "ACTIVE" and status["equity"] > 0 and status["usage"]
    assert status["profile"] == "CryptoPilot" and status["events"] == []
    halted = client.post("/risk/halt", json={"why": "a look"}).json()
    assert halted["state"] == "HALTED" and "Halted by local (a look)" in halted["reason"]
    assert client.post("/risk/halt", json={}).status_code == 422  # halted already
    assert client.get("/risk", params={"book": halted["book_id"]}).json()["state"]["state"] == "HALTED"
    released = client.post("/risk/release", json={"book": halted["book_id"]}).json()
    assert released["state"] == "ACTIVE"
    assert len(client.get("/risk", params={"world": status["world"]}).json()["events"]) == 2
    deeds = [(entry.deed.action, entry.deed.who, entry.deed.origin) for entry in read_audit(engine.store)]
    assert deeds == [("reset", "local", "rest testclient"), ("halt", "local", "rest testclient")]
    assert client.get("/risk", params={"book": "none"}).status_code == 404
    assert client.post("/risk/halt", json={"size": 1}).status_code == 422


def test_the_inbox_is_read_page_by_page(client: TestClient, engine: Runtime, clock: Clock) -> None:
    severities = (Severity.INFO, Severity.WARNING, Severity.CRITICAL)
    alerts = [
        Alert(f"key-{n}", AlertKind.SOURCE_DOWN, severities[n % 3], clock(), "yfinance", f"Down {n}.") for n in range(6)
    ]  # fmt: skip
    engine.store.write(save_alerts(alerts, clock()))
    first = client.get("/alerts", params={"limit": 4}).json()
    rest = client.get("/alerts", params={"limit": 4, "offset": 4}).json()
    assert first["total"] == 6 and len(first["items"]) == 4 and len(rest["items"]) == 2
    assert {item["key"] for item in first["items"] + rest["items"]} == {alert.key for alert in alerts}
    assert client.get("/alerts", params={"severity": "critical"}).json()["total"] == 2
    assert client.get("/alerts", params={"severity": "loud"}).status_code == 422
    assert client.get("/alerts", params={"unread": True}).json()["total"] == 6
    assert client.post("/alerts/read").json() == {"marked": 6}
    assert client.get("/alerts", params={"unread": True}).json()["total"] == 0


def test_every_request_leaves_a_line_with_its_id(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "core.api.request_id"):
        client.get("/jobs", params={"limit": 1}, headers={"X-Request-ID": "mine-1"})
        client.get("/nowhere")
        client.get("/health")
    said = [record.getMessage() for record in caplog.records if record.name == "core.api.request_id"]
    assert [line.rpartition(" in ")[0] for line in said] == ["GET /jobs: 200", "GET /nowhere: 404"]


def test_the_figures_that_are_watched_are_all_there(client: TestClient) -> None:
    told = client.get("/metrics").text
    for name in (
        "cycles",
        "signals",
        "trades",
        "source_calls",
        "source_failures",
        "llm_tokens",
        "cache_hits",
        "job_queue",
    ):
        assert f"glassbox_{name}" in told, name
    assert 'glassbox_job_queue{state="queued"} 0.0' in told
