"""Who is let in, and what the others are told."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from core.api.application import create_api
from core.records import Role
from core.runtime import Runtime
from core.store.audit import read_audit
from core.store.tokens import read_tokens, revoke_token
from tests.api.conftest import Clock

Bearer = Callable[[Role], dict[str, str]]
READ = (
    "/cycles",
    "/jobs",
    "/books",
    "/audit",
    "/metrics",
    "/cycles/x",
    "/passports/x",
    "/books/x/trades",
    "/jobs/x",
    "/risk",
    "/alerts",
    "/commands/x",
    "/trading-pipeline/status",
    "/trading-pipeline/market-data",
    "/trading-pipeline/predictions",
    "/trading-pipeline/signals",
    "/trading-pipeline/trades",
)
ACT = (
    ("/jobs", {"kind": "fetch"}),
    ("/cycles", {"symbol": "BTC-USD"}),
    ("/jobs/x/cancel", None),
    ("/risk/halt", {}),
    ("/risk/release", {}),
    ("/alerts/read", None),
    ("/commands", {"words": ["jobs"]}),
)


def is_problem(answer, status: int) -> str:
    """Asserts the shape of RFC 9457 and returns the detail."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status and told["instance"] == answer.headers["x-request-id"]
    assert "Traceback" not in answer.text
    return told["detail"]


def test_without_a_token_this_computer_may_do_everything(client: TestClient) -> None:
    assert client.get("/cycles").json() == {"items": [], "total": 0, "limit": 50, "offset": 0}
    assert client.post("/jobs", json={"kind": "nothing"}).status_code == 422


@pytest.mark.parametrize(
    "request_from",
    [
        {"client": ("192.168.1.7", 5000)},
        {"client": ("::ffff:10.0.0.1", 5000)},
        {"base_url": "http://glassbox.example"},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"headers": {"Origin": "https://evil.example"}},
    ],
)
def test_without_a_token_nobody_else_may_do_anything(
    engine: Runtime, clock: Clock, request_from: dict
) -> None:
    outside = TestClient(create_api(lambda: engine, clock), **request_from)
    for path in READ:
        assert "only this computer" in is_problem(outside.get(path), 403)
    for path, body in ACT:
        assert "only this computer" in is_problem(outside.post(path, json=body), 403)
    assert outside.get("/health").status_code == 200


def test_with_a_token_everybody_needs_one(client: TestClient, bearer: Bearer) -> None:
    bearer(Role.VIEWER)
    for path in READ:
        answer = client.get(path)
        assert "bearer token is needed" in is_problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
    for path, body in ACT:
        is_problem(client.post(path, json=body), 401)


def test_a_viewer_reads_and_an_operator_acts(client: TestClient, engine: Runtime, bearer: Bearer) -> None:
    viewer, operator = bearer(Role.VIEWER), bearer(Role.OPERATOR)
    assert client.get("/jobs", headers=viewer).status_code == 200
    for path, body in ACT:
        assert "may read only" in is_problem(client.post(path, json=body, headers=viewer), 403)
    told = client.post("/jobs", json={"kind": "settle", "arguments": {"world": "live"}}, headers=operator)
    assert told.status_code == 202
    engine.jobs.wait(told.json()["id"], 20)
    deed = read_audit(engine.store)[0].deed
    assert (deed.action, deed.subject, deed.after) == ("force", "job settle", told.json()["id"])
    assert deed.who.startswith("operator-") and deed.origin == "rest testclient"


def test_expired_and_revoked_tokens_open_nothing(
    client: TestClient, engine: Runtime, clock: Clock, bearer: Bearer
) -> None:
    first = bearer(Role.VIEWER)
    assert client.get("/jobs", headers=first).status_code == 200
    engine.store.write(revoke_token(read_tokens(engine.store)[0].name, clock()))
    is_problem(client.get("/jobs", headers=first), 401)
    second = bearer(Role.VIEWER)
    clock.move(86_400)
    is_problem(client.get("/jobs", headers=second), 401)


def test_wrong_tokens_have_to_wait_longer_each_time(client: TestClient, clock: Clock, bearer: Bearer) -> None:
    good, bad = bearer(Role.VIEWER), {"Authorization": "Bearer gbx_guess"}
    for _ in range(5):
        is_problem(client.get("/jobs", headers=bad), 401)
    answer = client.get("/jobs", headers=bad)
    assert "Too many wrong tokens" in is_problem(answer, 429)
    assert int(answer.headers["retry-after"]) == 1
    clock.move(1.5)
    is_problem(client.get("/jobs", headers=bad), 401)
    answer = client.get("/jobs", headers=good)
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) == 2
    clock.move(2.5)
    assert client.get("/jobs", headers=good).status_code == 200
    is_problem(client.get("/jobs", headers=bad), 401)  # counted anew


def test_a_caller_may_not_ask_without_end(home, clock: Clock) -> None:
    from core.settings import load_settings

    opened = Runtime(load_settings(api={"per_address": 3}), clock)
    try:
        asking = TestClient(create_api(lambda: opened, clock))
        assert [asking.get("/jobs").status_code for _ in range(3)] == [200, 200, 200]
        answer = asking.get("/jobs")
        assert "More than 3 requests a minute" in is_problem(answer, 429)
        assert int(answer.headers["retry-after"]) >= 1
    finally:
        opened.close()


def test_a_request_keeps_its_own_id_if_it_can_be_read(client: TestClient) -> None:
    assert client.get("/health", headers={"X-Request-ID": "mine-1"}).headers["x-request-id"] == "mine-1"
    other = client.get("/health", headers={"X-Request-ID": "a b\tc"}).headers["x-request-id"]
    assert len(other) == 16 and other != client.get("/health").headers["x-request-id"]


def test_the_secret_is_in_no_answer(client: TestClient, bearer: Bearer) -> None:
    headers = bearer(Role.OPERATOR)
    secret = headers["Authorization"].removeprefix("Bearer ")
    client.post("/jobs", json={"kind": "settle", "arguments": {"world": "live"}}, headers=headers)
    for path in (*READ, "/openapi.json", "/docs", "/health", "/ready"):
        assert secret not in client.get(path, headers=headers).text
