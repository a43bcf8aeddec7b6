"""What the routes tell about a real engine that has run cycles."""

import re
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from core.pipeline import run_cycle
from core.records import CycleRequest, Mode, Timeframe
from core.runtime import Runtime


@pytest.fixture
def cycle(engine: Runtime) -> str:
    moment = datetime(2019, 6, 26, 12, tzinfo=UTC)
    request = CycleRequest("BTC-USD", Timeframe.H1, "sample", moment, Mode.PAPER)
    return run_cycle(request, engine.bench, "cycle-1").id


def test_a_cycle_is_listed_read_and_passed_on(client: TestClient, cycle: str) -> None:
    page = client.get("/cycles", params={"symbol": "btc/usdt"}).json()
    assert page["total"] == 1 and page["items"][0]["id"] == cycle
    assert client.get("/cycles", params={"symbol": "ETH-USD"}).json()["total"] == 0
    whole = client.get(f"/cycles/{cycle}").json()
    assert whole["request"]["symbol"] == "BTC-USD" and len(whole["stages"]) >= 11
    passport = client.get(f"/passports/{cycle}").json()
    assert passport["decision"] == whole["decision"] and passport["verdict"] in (
        "ordered",
        "denied",
        "no_trade",
    )
    assert client.get("/cycles/none").json()["detail"].startswith("There is no cycle")


def test_a_cycle_can_be_asked_for(client: TestClient, engine: Runtime) -> None:
    told = client.post(
        "/cycles", json={"symbol": "BTC", "timeframe": "1h", "as_of": "2019-06-26T12:00:00Z"}
    ).json()
    assert told["kind"] == "cycle" and told["arguments"]["source"] == "sample"
    assert engine.jobs.wait(told["id"], 60).state.value == "done"
    assert client.get(f"/jobs/{told['id']}").json()["result_id"] == told["id"]
    assert client.get(f"/cycles/{told['id']}").json()["as_of"] == "2019-06-26T12:00:00Z"
    assert client.get("/jobs").json()["total"] == 1
    assert client.post(f"/jobs/{told['id']}/cancel").json()["state"] == "done"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"symbol": "BTC-USD", "timeframe": "2h"}, "choose one of"),
        ({"symbol": "???"}, r"\?\?\?"),
        ({"symbol": "BTC-USD", "size": 3}, "body.size"),
        ({}, "body.symbol"),
    ],
)
def test_a_bad_question_is_one_sentence(client: TestClient, body: dict, said: str) -> None:
    answer = client.post("/cycles", json=body)
    assert answer.status_code == 422
    assert re.search(said, answer.json()["detail"])


def test_the_book_and_what_it_holds(client: TestClient, cycle: str) -> None:
    book = client.get("/books").json()["items"][0]
    assert book["world"] == "sample-crypto-2019" and book["active"]
    whole = client.get(f"/books/{book['id']}").json()
    assert whole["equity"] == pytest.approx(10_000, rel=0.05)
    assert client.get(f"/books/{book['id']}/equity").json()["total"] >= 1
    assert client.get(f"/books/{book['id']}/trades").json() == {
        "items": [],
        "total": 0,
        "limit": 50,
        "offset": 0,
    }
    assert client.get("/books/none/trades").status_code == 404


def test_pages_do_not_overlap(client: TestClient, engine: Runtime) -> None:
    ids = [engine.jobs.submit("settle", {"world": "live"}) for _ in range(7)]
    for job in ids:
        engine.jobs.wait(job, 20)
    seen = [
        job["id"] for offset in (0, 3, 6) for job in client.get("/jobs", params={"limit": 3, "offset": offset}).json()["items"]
    ]  # fmt: skip
    assert sorted(seen) == sorted(ids)
    assert client.get("/jobs", params={"limit": 0}).status_code == 422
    assert client.get("/jobs", params={"limit": 501}).status_code == 422


def test_metrics_are_what_prometheus_reads(client: TestClient, cycle: str) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    read = {family.name: family for family in text_string_to_metric_families(answer.text)}
    assert sum(sample.value for sample in read["glassbox_cycles"].samples) == 1
    equity = [s for s in read["glassbox_equity"].samples if s.labels["world"] == "sample-crypto-2019"]
    assert equity[0].value == pytest.approx(10_000, rel=0.05)
    stages = read["glassbox_stage_seconds"].samples
    collect = [s.value for s in stages if s.labels.get("stage") == "collect" and s.name.endswith("_bucket")]
    assert collect == sorted(collect) and collect[-1] == 1


def test_the_documentation_needs_no_network(client: TestClient) -> None:
    page = client.get("/docs").text
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert sources and all(source.startswith("/") for source in sources)
    assert all(client.get(source).status_code == 200 for source in sources)
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/cycles", "/jobs/{job_id}/cancel", "/metrics"} <= set(paths)


def test_what_is_not_there(client: TestClient) -> None:
    assert client.get("/nothing").json()["title"] == "Not Found"
    assert client.put("/jobs").json()["title"] == "Method Not Allowed"
