"""The pipeline's own routes over a real engine on the sample."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core.records import Role
from core.runtime import Runtime

BASE = "/trading-pipeline"


def wait(engine: Runtime, answer) -> None:
    assert answer.status_code == 202
    for job in answer.json()["jobs"]:
        assert engine.jobs.wait(job, 120).state.value == "done"


def test_before_it_was_switched_on(client: TestClient) -> None:
    status = client.get(f"{BASE}/status").json()
    assert not status["running"] and "never switched on" in status["words"] and status["assets"] == []
    for path in ("market-data", "predictions", "signals"):
        assert client.get(f"{BASE}/{path}").json() == {"items": [], "total": 0, "limit": 50, "offset": 0}
    assert client.get(f"{BASE}/trades").json()["total"] == 0
    assert "no assets yet" in client.post(f"{BASE}/force-collect").json()["detail"]


def test_start_force_every_step_read_and_stop(client: TestClient, engine: Runtime) -> None:
    status = client.post(f"{BASE}/start", json={"assets": ["BTC/USDT"], "source": "sample"}).json()
    assert status["running"] and status["assets"][0]["symbol"] == "BTC-USD"
    assert all(step["next_turn"] for step in status["steps"])
    engine.schedule.close()  # the turns below are forced one by one
    engine.jobs.drain(120)
    for step in ("collect", "predict", "signals", "execute"):
        wait(engine, client.post(f"{BASE}/force-{step}"))
    assert client.get(f"{BASE}/market-data").json()["items"][0]["price"] > 0
    said = client.get(f"{BASE}/predictions").json()["items"]
    one = client.get(f"{BASE}/predictions", params={"limit": 1, "offset": 1}).json()
    assert one["items"] == said[1:2] and one["total"] == 3
    assert {one["horizon"] for one in said} == {"short", "medium", "long"}
    assert all(abs(one["p_up"] + one["p_flat"] + one["p_down"] - 1) < 1e-6 for one in said)
    signal = client.get(f"{BASE}/signals").json()["items"][0]
    assert signal["verdict"] in ("ordered", "denied", "no_trade")
    assert client.get(f"/passports/{signal['cycle_id']}").status_code == 200
    stopped = client.post(f"{BASE}/stop").json()
    assert not stopped["running"] and "switched off by local" in stopped["words"]
    done = [entry["action"] for entry in client.get("/audit").json()]
    assert done[0] == "stop" and done[-1] == "start" and done.count("force") == 4


@pytest.mark.parametrize("body", [{"assets": ["???"]}, {"timeframe": "2h"}, {"leverage": 5}])
def test_what_cannot_be_is_refused(client: TestClient, body: dict) -> None:
    assert client.post(f"{BASE}/start", json=body).status_code == 422
    assert "never switched on" in client.get(f"{BASE}/status").json()["words"]


def test_a_viewer_may_look_only(client: TestClient, bearer: Callable[[Role], dict[str, str]]) -> None:
    viewer = bearer(Role.VIEWER)
    assert client.get(f"{BASE}/status", headers=viewer).status_code == 200
    for act in ("start", "stop", "force-collect", "force-predict", "force-signals", "force-execute"):
        assert client.post(f"{BASE}/{act}", json={}, headers=viewer).status_code == 403
