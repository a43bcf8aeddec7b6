"""A cycle that has begun and not ended is listed like any other."""

from starlette.testclient import TestClient

from core.records import CycleRequest, Mode, Timeframe
from core.runtime import Runtime
from core.store.cycles import open_cycle


def test_a_running_cycle_is_listed(client: TestClient, engine: Runtime) -> None:
    request = CycleRequest("BTC-USD", Timeframe.H1, "auto", None, Mode.PAPER)
    engine.store.write(open_cycle("c1", request, engine.bench.clock()))
    answer = client.get("/cycles")
    assert answer.status_code == 200, answer.text
    row = answer.json()["items"][0]
    assert (row["id"], row["verdict"], row["world"], row["as_of"]) == ("c1", "running", None, None)
