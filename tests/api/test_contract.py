"""The OpenAPI document against the application, by schemathesis: nothing it can think of breaks the server."""

from collections.abc import Callable, Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from starlette.testclient import TestClient

from core.records import Role
from core.runtime import Runtime

OPEN = ("/health", "/ready")
_PIPELINE = "/trading-pipeline"
PROMISED = {
    *(("GET", f"{_PIPELINE}/{name}") for name in ("status", "market-data", "predictions", "signals", "trades")),
    *(("POST", f"{_PIPELINE}/{name}") for name in ("start", "stop", "force-collect", "force-predict", "force-signals", "force-execute")),
    ("GET", "/health"), ("GET", "/ready"), ("GET", "/metrics"), ("GET", "/jobs"), ("POST", "/jobs"), ("GET", "/jobs/{job_id}"),
    ("POST", "/jobs/{job_id}/cancel"), ("GET", "/cycles"), ("POST", "/cycles"), ("GET", "/cycles/{cycle_id}"),
    ("GET", "/passports/{cycle_id}"), ("GET", "/reports"), ("GET", "/risk"), ("POST", "/risk/halt"), ("POST", "/risk/release"),
    ("GET", "/alerts"), ("POST", "/commands"), ("GET", "/commands/{command_id}"),
}  # fmt: skip
"""What is there for certain; all that the document names is tried."""


@pytest.fixture
def operations(client: TestClient) -> Iterator[list]:
    document = schemathesis.openapi.from_asgi("/openapi.json", client.app)
    yield [found.ok() for found in document.get_all_operations()]


def written(client: TestClient) -> set[tuple[str, str]]:
    """Method and path of every operation in the document."""
    paths = client.get("/openapi.json").json()["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


def tried(operation, examples: int, check: Callable) -> None:
    """Run a check over what schemathesis makes up for one operation."""

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def once(case) -> None:
        check(case)

    once()


@pytest.mark.slow
def test_an_operator_can_break_nothing(
    operations: list, client: TestClient, engine: Runtime, bearer: Callable[[Role], dict[str, str]]
) -> None:
    headers = bearer(Role.OPERATOR)

    def check(case) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=(not_a_server_error,))
        engine.switch_off("test", "test")
        for job in engine.jobs.active():
            engine.jobs.cancel(job.id)

    assert {(one.method.upper(), one.path) for one in operations} == written(client) >= PROMISED
    for operation in operations:
        tried(operation, 25, check)


def test_without_a_token_there_is_no_data(operations: list, bearer: Callable[[Role], dict[str, str]]) -> None:
    bearer(Role.VIEWER)

    def check(case) -> None:
        answer = case.call()
        case.validate_response(answer, checks=(not_a_server_error,))
        assert answer.status_code in (401, 404, 405, 422, 429), answer.text
        assert "items" not in answer.text

    for operation in operations:
        if operation.path not in OPEN:
            tried(operation, 8, check)


def test_a_viewer_acts_nowhere(operations: list, bearer: Callable[[Role], dict[str, str]]) -> None:
    headers = bearer(Role.VIEWER)

    def check(case) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=(not_a_server_error,))
        assert answer.status_code in (403, 404, 405), answer.text

    for operation in operations:
        if operation.method.upper() == "POST":
            tried(operation, 3, check)
