"""An answer is made anew for a few, shared by a crowd, and never outlives what was changed."""

import asyncio
from collections.abc import Callable
from itertools import count

import pytest
from fastapi import Response
from starlette.testclient import TestClient

from core.api.shared_answers import A_SECOND, BURST, LARGEST, MOST, YOUNG, SharedAnswers
from core.records import Role
from core.runtime import Runtime
from core.store.tokens import read_tokens, revoke_token
from tests.api.conftest import Clock as Calendar


class Clock:
    """Seconds that stand until they are moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Asked:
    """Questions to shared answers over a store that stands at a revision."""

    def __init__(self) -> None:
        self.clock, self.revision, self.made = Clock(), 0, count()
        self.shared = SharedAnswers(self.clock)

    async def make(self) -> Response:
        return Response(str(next(self.made)))

    async def ask(self, question: str = "q", make: Callable[[], object] | None = None) -> str:
        answer = await self.shared.of(question, lambda: self.revision, make or self.make)  # type: ignore[arg-type]
        return bytes(answer.body).decode()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.mark.anyio
async def test_few_get_what_was_just_written(asked: Asked) -> None:
    assert [await asked.ask() for _ in range(3)] == ["0", "0", "0"]
    asked.revision += 1
    assert await asked.ask() == "1"
    asked.clock.now += YOUNG
    assert await asked.ask() == "2", "times move on without a word being written"
    assert await asked.ask("another") == "3"


@pytest.mark.anyio
async def test_a_crowd_gets_one_a_second(asked: Asked) -> None:
    answers = []
    for _ in range(200):  # 20 a second for 10 seconds, something written in between each time
        answers.append(int(await asked.ask()))
        asked.revision += 1
        asked.clock.now += 0.05
    assert len(set(answers)) <= BURST + 10 * A_SECOND + 1
    assert answers == sorted(answers) and answers[-1] > BURST
    asked.clock.now += BURST / A_SECOND
    before = answers[-1]
    assert int(await asked.ask()) == before + 1, "once the crowd is gone, everything is new again"


@pytest.mark.anyio
async def test_those_who_ask_at_once_wait_for_one_answer(asked: Asked) -> None:
    go = asyncio.Event()

    async def slow() -> Response:
        await go.wait()
        return await asked.make()

    waiting = [asyncio.create_task(asked.ask(make=slow)) for _ in range(8)]
    await asyncio.sleep(0)
    go.set()
    assert await asyncio.gather(*waiting) == ["0"] * 8


@pytest.mark.anyio
async def test_what_failed_or_is_large_is_not_kept(asked: Asked) -> None:
    async def refused() -> Response:
        return Response(str(next(asked.made)), 503)

    async def large() -> Response:
        return Response(str(next(asked.made)) * (LARGEST + 1))

    assert [await asked.ask(make=refused), await asked.ask(make=refused)] == ["0", "1"]
    assert (await asked.ask(make=large))[0] == "2" and (await asked.ask(make=large))[0] == "3"


@pytest.mark.anyio
async def test_many_questions_do_not_pile_up(asked: Asked) -> None:
    for number in range(2 * MOST):
        await asked.ask(str(number))
    assert len(asked.shared._kept) == MOST and not asked.shared._making
    asked.shared.forget()
    assert await asked.ask(str(2 * MOST - 1)) == str(2 * MOST)


def test_an_answer_is_shared_with_those_who_may_read_only(
    client: TestClient, engine: Runtime, clock: Calendar, bearer: Callable[[Role], dict[str, str]]
) -> None:
    assert client.get("/jobs").status_code == 200  # this computer, while there is no token
    viewer = bearer(Role.VIEWER)
    assert client.get("/jobs").status_code == 401
    first = client.get("/jobs", headers=viewer)
    again = client.get("/jobs", headers=viewer | {"X-Request-Id": "mine"})
    assert first.status_code == 200 and again.content == first.content
    assert again.headers["x-request-id"] == "mine" and again.headers["content-type"] == "application/json"
    engine.store.write(revoke_token(read_tokens(engine.store)[0].name, clock()))
    assert client.get("/jobs", headers=viewer).status_code == 401


def test_who_acts_reads_what_came_of_it(client: TestClient) -> None:
    def running() -> bool:
        return bool(client.get("/trading-pipeline/status").json()["running"])

    for _ in range(3 * BURST):
        assert not running()
    client.post(
        "/trading-pipeline/start", json={"assets": ["BTC-USD"], "source": "sample", "timeframe": "1h"}
    )
    assert running()
    client.post("/trading-pipeline/stop")
    assert not running()
