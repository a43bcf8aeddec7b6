"""The product's own server on the real model: it starts once, answers the real client, and never outlives the app."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from openai import OpenAI

from core.errors import JobCancelled, LlmUnreachable
from core.llm.local import LocalServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]  # the first run downloads half a gigabyte

SCHEMA = {
    "type": "object",
    "properties": {
        "label": {"type": "string", "enum": ["positive", "negative"]},
        "sure": {"type": "integer"},
    },
    "required": ["label", "sure"],
    "additionalProperties": False,
}


@pytest.fixture
def server(gguf: Path) -> Iterator[LocalServer]:
    """A server of the test's own."""
    own = LocalServer(gguf, context=1024)
    yield own
    own.close()


def test_the_schema_is_kept_and_the_model_listed(local_server: LocalServer) -> None:
    client = OpenAI(api_key="none", base_url=local_server.start(), max_retries=0, timeout=120)
    assert [model.id for model in client.models.list().data] == [local_server.model]
    said = client.chat.completions.create(
        model=local_server.model,
        messages=[{"role": "user", "content": "Profit doubles and shares soar: good or bad news?"}],
        response_format={"type": "json_schema", "json_schema": {"name": "mood", "schema": SCHEMA, "strict": True}},
        max_tokens=40,
        temperature=0,
    )  # fmt: skip
    answer = json.loads(said.choices[0].message.content or "")
    assert answer["label"] in ("positive", "negative")
    assert type(answer["sure"]) is int
    assert said.usage is not None
    assert said.usage.prompt_tokens > 10


def test_nobody_else_is_served(local_server: LocalServer) -> None:
    """Loopback only, no page, no list of prompts, and no foreign web page may read an answer."""
    root = local_server.start().removesuffix("/v1")
    assert root.startswith("http://127.0.0.1:")
    for path in ("/", "/slots"):
        with pytest.raises(HTTPError):
            urlopen(root + path)
    with urlopen(root + "/health") as answer:
        assert not answer.headers["Access-Control-Allow-Origin"]


def test_many_callers_get_one_process_and_it_comes_back_on_its_port(server: LocalServer) -> None:
    with ThreadPoolExecutor(4) as threads:
        urls = set(threads.map(lambda _: server.start(), range(4)))
    process = server.process_id
    assert len(urls) == 1
    assert process is not None
    os.kill(process, signal.SIGKILL)
    while server.running:
        time.sleep(0.01)
    heard: list[str] = []
    assert server.start(heard.append) in urls
    assert server.process_id != process
    assert heard[0].startswith("Loading qwen2.5-coder-0.5b-instruct (491 MB)")
    server.close()
    assert not server.running


def test_stopping_leaves_the_loading_to_the_next_and_closing_ends_it(server: LocalServer) -> None:
    def stop() -> None:
        raise JobCancelled("Stopped on request.")

    with pytest.raises(JobCancelled):
        server.start(check=stop)
    process = server.process_id
    assert process is not None
    server.start()
    assert server.process_id == process
    server.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_closing_while_it_loads_is_told_to_who_waits(server: LocalServer) -> None:
    with pytest.raises(LlmUnreachable, match="was stopped while it was loading"):
        server.start(tell=lambda words: server.close())


def test_patience_ends(gguf: Path) -> None:
    with pytest.raises(LlmUnreachable, match="did not load within 0 seconds"):
        LocalServer(gguf, patience=0.0).start()


def test_it_ends_when_the_app_dies_without_a_word(gguf: Path) -> None:
    """The app is killed with -9 while a forked sibling keeps the server's input open."""
    app = (
        "import os, sys, time; from pathlib import Path; from core.llm.local import LocalServer\n"
        "server = LocalServer(Path(sys.argv[1]), context=512); server.start()\n"
        "sibling = os.fork()\n"
        "if sibling == 0: time.sleep(60); os._exit(0)\n"
        "print(server.process_id, sibling, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", app, str(gguf)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as died:
        assert died.stdout is not None
        served, sibling = map(int, died.stdout.readline().split())
    try:
        for _ in range(100):
            if not _alive(served):
                break
            time.sleep(0.1)
        assert not _alive(served)
    finally:
        os.kill(sibling, signal.SIGKILL)


def _alive(process: int) -> bool:
    """A zombie that nobody has collected yet is not."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text("utf-8")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
