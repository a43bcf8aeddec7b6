"""A server's side of sentiment: answers each item that it is asked about by its text."""

import json
from collections.abc import Callable
from typing import Any

from tests.llm.server import Says

Judge = Callable[[str, str], dict[str, Any] | None]
"""From asset and text to the fields of an answer that differ from the usual ones; None leaves the item out."""


def asked_items(request: dict[str, Any]) -> list[dict[str, Any]]:
    """The items of a request's last message."""
    items: list[dict[str, Any]] = json.loads(request["messages"][-1]["content"])["items"]
    return items


def by_words(asset: str, text: str) -> dict[str, Any]:
    """Good where it says so, bad where it says so."""
    words = text.lower()
    score = (
        0.8 if "surge" in words or "rall" in words else -0.7 if "hack" in words or "crash" in words else 0.0
    )
    return {"score": score, "reason": f"About {asset.split()[0]}."}


def judging(judge: Judge = by_words) -> Callable[[dict[str, Any]], Says]:
    """A script for tests.llm.server."""

    def script(request: dict[str, Any]) -> Says:
        answers = []
        for item in asked_items(request):
            said = judge(item["asset"], item["text"])
            if said is not None:
                usual = {
                    "n": item["n"], "echo": " ".join(item["text"].split()[:8]), "reason": "Because.", "event": "other",
                    "horizon": "short", "score": 0.0, "confidence": 0.9, "relevance": 1.0,
                }  # fmt: skip
                answers.append(usual | said)
        return Says(json.dumps({"items": answers}))

    return script
