"""The two questions of a supervisor, over HTTP semantics and without a server."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.api import api
from core.runtime import close_shared_runtime


@pytest.fixture
def client(home: Path):
    yield TestClient(api)
    close_shared_runtime()


def test_health_and_ready(client: TestClient, home: Path) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert (home / "data" / "glassbox.duckdb").exists()


def test_not_ready_says_why(client: TestClient, home: Path) -> None:
    (home / "data").mkdir()
    (home / "data" / "glassbox.duckdb").write_bytes(b"junk" * 4000)
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert "cannot be read" in answer.json()["reason"]
