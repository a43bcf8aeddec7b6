"""A loopback server that speaks the chat-completions protocol, says what a test tells it, and remembers what it heard."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Says:
    """One answer."""

    content: str | None = ""
    """Of the message; JSON in most tests."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    finish: str = "stop"
    refusal: str | None = None
    delay: float = 0.0
    """Seconds before the answer."""
    cut: bool = False
    """Only half of the promised body comes."""
    body: str | None = None
    """In place of a well-formed answer."""
    choices: bool = True
    """False: the list of choices is empty."""
    tokens: tuple[int, int] | None = None
    """Usage in and out; None estimates from the text."""


Script = Callable[[dict[str, Any]], Says]
"""From the JSON of a request to what the server says."""


class FakeLlm:
    """Listens on 127.0.0.1; `script` may be changed between requests."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.heard: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()
        self.closing = threading.Event()
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                listed = {
                    "object": "list",
                    "data": [{"id": "fake-model", "object": "model", "created": 0, "owned_by": "test"}],
                }
                self._send(200, {}, json.dumps(listed).encode(), cut=False)

            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
                with fake._lock:
                    fake.heard.append(asked)
                    fake.keys.append(self.headers.get("Authorization", ""))
                    fake._at_once += 1
                    fake.most_at_once = max(fake.most_at_once, fake._at_once)
                try:
                    says = fake.script(asked)
                    fake.closing.wait(says.delay)
                    self._send(says.status, says.headers, _body(asked, says), says.cut)
                finally:
                    with fake._lock:
                        fake._at_once -= 1

            def _send(self, status: int, headers: dict[str, str], body: bytes, cut: bool) -> None:
                try:
                    self.send_response(status)
                    for name, value in {"Content-Type": "application/json", **headers}.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body[: len(body) // 2] if cut else body)
                    if cut:
                        self.close_connection = True
                except OSError:
                    self.close_connection = True  # the client has hung up

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def fake_llm(script: Script) -> Iterator[FakeLlm]:
    """The server, closed at the end."""
    fake = FakeLlm(script)
    try:
        yield fake
    finally:
        fake.close()


def _body(asked: dict[str, Any], says: Says) -> bytes:
    if says.body is not None:
        return says.body.encode()
    if says.status != 200:
        return json.dumps(
            {"error": {"message": says.content or "no", "type": "error", "code": says.status}}
        ).encode()
    heard = sum(len(str(message["content"])) for message in asked["messages"])
    tokens = says.tokens or (heard // 4, len(says.content or "") // 4)
    message = {"role": "assistant", "content": says.content, "refusal": says.refusal}
    choice = {"index": 0, "message": message, "finish_reason": says.finish, "logprobs": None}
    return json.dumps(
        {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": asked.get("model", ""),
            "choices": [choice] if says.choices else [],
            "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)},
        }
    ).encode()  # fmt: skip
