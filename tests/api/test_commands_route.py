"""Commands over REST: who may give them, what they may touch, and what is left of them."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from core.api.application import create_api
from core.api.working import MOST, Working
from core.client.whereabouts import KNOCK, knock
from core.commands.command import Answer
from core.errors import GlassboxError, UnknownId
from core.records import Role
from core.runtime import Runtime
from core.store.audit import read_audit
from tests.api.conftest import Clock

Bearer = Callable[[Role], dict[str, str]]


def ended(client: TestClient, words: list[str], **more: object) -> dict:
    """The end of a command, however long it takes."""
    headers = more.pop("headers", None)
    told = client.post("/commands", json={"words": words, **more}, headers=headers)
    assert told.status_code == 202, told.text
    while (now := told.json())["end"] is None:
        told = client.get(
            f"/commands/{now['id']}", params={"after": now["after"], "wait": 1}, headers=headers
        )
    return now["end"]


def test_a_command_is_done_and_audited(client: TestClient, engine: Runtime) -> None:
    end = ended(client, ["jobs", "--json"])
    assert (
        end["code"] == 0
        and end["text"] == "There was no job yet."
        and json.loads(end["data"]) == {"jobs": []}
    )
    assert read_audit(engine.store) == (), "showing is no deed"
    assert (
        ended(client, ["jobs", "submit", "fetch", "symbol=BTC-USD", "timeframe=1h", "source=sample"])["code"]
        == 0
    )
    deed = read_audit(engine.store)[0].deed
    assert (deed.who, deed.action, deed.subject) == ("local", "command", "jobs")
    assert deed.after == "jobs submit fetch symbol=BTC-USD timeframe=1h source=sample"


def test_added_words_are_in_no_trail(client: TestClient, engine: Runtime, home: Path) -> None:
    assert ended(client, ["password"], added=["--hash", "scrypt$planted"])["code"] == 0
    assert engine.settings.login.password == "scrypt$planted"  # in force at once
    assert "planted" not in str(read_audit(engine.store))


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["nothing"], 422, "invalid choice"),
        (["cycle"], 422, "required: symbol"),
        (["--help"], 422, "ask for help in a terminal"),
        (["cycle", "-h"], 422, "ask for help in a terminal"),
        (["restore", "x"], 409, "while a server runs"),
        (["score", "profit falls"], 409, "in a terminal"),
    ],
)
def test_words_that_mean_nothing_here(
    client: TestClient, capsys: pytest.CaptureFixture[str], words: list[str], status: int, said: str
) -> None:
    answer = client.post("/commands", json={"words": words})
    assert answer.status_code == status and said in answer.json()["detail"]
    assert capsys.readouterr().out == ""


def test_the_autopilot_command_does_not_hold_a_server(client: TestClient) -> None:
    end = ended(client, ["autopilot", "--for", "1d"])
    assert end["code"] == 2 and "does not wait" in end["refusal"]


def test_another_process_is_meant(client: TestClient) -> None:
    assert client.post("/commands", json={"words": ["jobs"], "pid": os.getpid() + 1}).status_code == 409
    assert client.post("/commands", json={"words": ["jobs"], "pid": os.getpid()}).status_code == 202


def test_a_viewer_gives_no_commands(client: TestClient, bearer: Bearer) -> None:
    viewer = bearer(Role.VIEWER)
    assert client.post("/commands", json={"words": ["jobs"]}, headers=viewer).status_code == 403
    assert client.get("/commands/x", headers=viewer).status_code == 403
    assert client.post("/commands", json={"words": ["jobs"]}).status_code == 401


@pytest.mark.parametrize(
    "words",
    [
        ["token", "create", "mine", "--role", "operator"],
        ["token", "list"],
        ["password", "--remove"],
        ["backup", "/tmp/there"],
        ["import", "/etc/passwd", "--symbol", "BTC"],
        ["fetch", "BTC", "--source", "file:/etc/passwd"],
        ["jobs", "submit", "fetch", "symbol=BTC", "timeframe=1h", "source=file:/etc/passwd"],
        ["jobs", "submit", "backup", "folder=/tmp/there"],
    ],
)
def test_from_elsewhere_no_file_and_no_token_is_touched(
    engine: Runtime, clock: Clock, bearer: Bearer, words: list[str]
) -> None:
    outside = TestClient(create_api(lambda: engine, clock), client=("192.168.1.7", 5000))
    operator = bearer(Role.OPERATOR)
    answer = outside.post("/commands", json={"words": words}, headers=operator)
    assert answer.status_code == 403 and "machine" in answer.json()["detail"]
    assert ended(outside, ["jobs"], headers=operator)["code"] == 0


def test_from_elsewhere_no_route_takes_a_file(engine: Runtime, clock: Clock, bearer: Bearer) -> None:
    outside = TestClient(create_api(lambda: engine, clock), client=("192.168.1.7", 5000))
    operator = bearer(Role.OPERATOR)
    for path, body in (
        ("/jobs", {"kind": "backup", "arguments": {"folder": "/tmp/there"}}),
        ("/jobs", {"kind": "fetch", "arguments": {"symbol": "BTC", "timeframe": "1h", "source": "file:/x"}}),
        ("/cycles", {"symbol": "BTC", "source": "FILE:/etc/passwd"}),
        ("/trading-pipeline/start", {"assets": ["BTC"], "source": "file:/x"}),
    ):
        assert outside.post(path, json=body, headers=operator).status_code == 403, path


def test_who_may_write_in_the_home_folder_may_knock(
    engine: Runtime, client: TestClient, bearer: Bearer, home: Path
) -> None:
    bearer(Role.VIEWER)
    name = knock(home)
    assert client.get("/jobs", headers={KNOCK: name}).status_code == 200
    assert client.get("/jobs", headers={KNOCK: name}).status_code == 401  # it counts once
    for _ in range(4):
        assert client.get("/jobs", headers={KNOCK: "x" * 43}).status_code == 401
    assert client.get("/jobs", headers={KNOCK: knock(home)}).status_code == 429  # guessing makes one wait


def test_nobody_hears_of_the_command_of_another(engine: Runtime) -> None:
    working, go = Working(), threading.Event()

    def work() -> Answer:
        go.wait(20)
        return Answer("done", {})

    running = [working.begin("me", "test", engine, work) for _ in range(MOST)]
    with pytest.raises(GlassboxError, match="already"):
        working.begin("me", "test", engine, work)
    with pytest.raises(UnknownId):
        working.told(running[0].id, "you", 0, 0.0)
    assert working.told(running[0].id, "me", 0, 0.0).end is None
    go.set()
    end = working.told(running[0].id, "me", 0, 20.0).end
    assert end is not None and end.text == "done"
    with pytest.raises(UnknownId):  # told once: it may hold a token
        working.told(running[0].id, "me", 0, 0.0)


def test_a_fault_in_a_command_is_told_without_its_insides(engine: Runtime) -> None:
    def work() -> Answer:
        raise ZeroDivisionError("inside")

    working = Working()
    told = working.told(working.begin("me", "test", engine, work).id, "me", 0, 20.0)
    assert told.end is not None and told.end.code == 1
    assert "ZeroDivisionError" in told.end.refusal and "inside" not in told.end.refusal


def test_secrets_are_taken_out_of_all_but_what_makes_one(client: TestClient) -> None:
    told = ended(client, ["jobs", "show", "gbx_" + "A" * 43])
    assert told["code"] == 1 and "A" * 43 not in json.dumps(told)
    made = ended(client, ["token", "create", "desk", "--role", "operator", "--json"])
    assert json.loads(made["data"])["token"].startswith("gbx_")
