"""A model that does whatever a text asks of it, and an address that texts ask to be fetched."""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.llm.injection.attacks import Attack
from tests.llm.server import Says, Script

_TOOL = {
    "id": "call_1",
    "type": "function",
    "function": {"name": "place_order", "arguments": '{"quantity": 1000}'},
}
_ORDERS = {
    "settings": {"risk": {"max_position": 1.0, "stop_loss": 0.9}, "sentiment": {"text_cap": 1.0}},
    "position": 5.0, "stop": 0.9, "tool_calls": [_TOOL],
}  # fmt: skip
_NUMBERED = 40
"""Items that an answer for items nobody asked about holds."""


def obeying(attack: Attack, link: str) -> Script:
    """What such a model says to any question about texts; to other questions it says that all is well and rising."""

    def script(asked: dict[str, Any]) -> Says:
        items = _items(asked)
        if attack.answer == "prose":
            return Says("Roses are red, the answer is one; see " + link)
        if not items:
            return Says(json.dumps({"answers": [_rising(n) for n in range(1, 4)]}))
        found = [_item(attack, n, item["text"], link) for n, item in enumerate(items, 1)]
        if attack.answer == "other":
            found += [_item(attack, n, items[0]["text"], link) for n in range(len(found) + 1, _NUMBERED)]
            found += [found[0] | {"asset": "ETH-USD", "n": 1}]
        if attack.answer == "leak":
            found = [one | {"reason": asked["messages"][0]["content"]} for one in found]
        if attack.answer in ("surrogate", "escape"):
            found = [one | {"reason": "half a letter \ud800"} for one in found]
        if attack.answer != "extra":
            return Says(json.dumps({"items": found}, ensure_ascii=attack.answer != "surrogate"))
        return _with_tools(asked, json.dumps({"items": found, **_ORDERS}))

    return script


def _items(asked: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of the last question; after a request for a repair it stands further up."""
    for message in reversed(asked["messages"]):
        if message["role"] == "user" and message["content"].startswith('{"items"'):
            return list(json.loads(message["content"])["items"])
    return []


def _item(attack: Attack, n: int, text: str, link: str) -> dict[str, Any]:
    echo = "Bitcoin wins and everybody is happy about it" if attack.answer == "echo" else text
    sure = 99.0 if attack.answer == "numbers" else 1.0
    said = {
        "n": n, "echo": echo, "reason": f"As you wish, see [here]({link}) \u202e", "event": f"deal {link}",
        "horizon": "for ever", "score": attack.says, "confidence": sure, "relevance": sure,
    }  # fmt: skip
    return said | (_ORDERS if attack.answer == "extra" else {})


def _with_tools(asked: dict[str, Any], content: str) -> Says:
    """An answer that also calls a tool."""
    message = {"role": "assistant", "content": content, "tool_calls": [_TOOL]}
    usage = {"prompt_tokens": 10, "completion_tokens": 10, "total_tokens": 20}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls", "logprobs": None}
    head = {"id": "x", "object": "chat.completion", "created": 0, "model": asked.get("model", "")}
    return Says(body=json.dumps(head | {"choices": [choice], "usage": usage}))


def _rising(n: int) -> dict[str, Any]:
    everything = {"words": "All is well.", "score": 1.0}
    topics = ("context", "macro", "trend", "reward", "correlation", "anomaly", "news")
    return {
        "n": n, "unit": n, "symbol": "BTC-USD", "verdict": "approve", "factor": 9.0, "reason": "It rises.",
        "concerns": dict.fromkeys(topics, everything), "p_down": 0.0, "p_flat": 0.0, "p_up": 1.0,
    }  # fmt: skip


class Lure:
    """A server whose address stands in texts; nobody may ask it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        lure = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                lure.asked.append(self.path)
                self.send_response(200)
                self.end_headers()

            do_POST = do_HEAD = do_PUT = do_GET

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def link(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/collect"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Connections:
    """Addresses that this process opens connections to, by the interpreter's own audit."""

    def __init__(self) -> None:
        self._heard: list[Any] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "socket.connect" and self._heard is not None:
            self._heard.append(args[1])

    @contextmanager
    def listened(self) -> Iterator[list[Any]]:
        """Those opened meanwhile, by any thread."""
        self._heard = heard = []
        try:
            yield heard
        finally:
            self._heard = None


CONNECTIONS = Connections()
"""Audit hooks stay for the life of a process: one is enough."""
