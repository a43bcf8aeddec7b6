"""A model of a hosted endpoint for `w9.py`: it judges the templates' headlines rightly, as late as reading and writing takes."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.llm.server import Says, fake_llm

TEMPLATES = (
    ("{name} soars to a record high on {day} as buyers rush in", 1),
    ("{name} plunges 14% on {day} in its worst session of the year", -1),
    ("Large funds doubled their holdings of {name} in the week to {day}", 1),
    ("Analysts slash their targets for {name} after a dismal outlook on {day}", -1),
    ("{name} wins long-awaited approval on {day}, rally follows", 1),
    ("Fraud inquiry into {name} widens on {day}, investors flee", -1),
    ("Conference on {name} opens its doors on {day}", 0),
    ("Strong demand lifts {name} for a fifth day through {day}", 1),
    ("Outage halts trading in {name} for hours on {day}, losses mount", -1),
    ("{name} beats every expectation on {day}", 1),
    ("Warning of collapse hits {name} on {day}", -1),
    ("What the calendar holds for {name} after {day}", 0),
)
FIRST_TOKEN, WRITES, READS = 0.6, 60.0, 3000.0
"""The modelled endpoint: seconds to the first token, tokens a second out and in; each request by itself."""
LETTERS = 4
"""Per token, on the modelled endpoint."""


@contextmanager
def hosted(hurry: float) -> Iterator[str]:
    """Address of a model of a hosted endpoint: it answers rightly, and as late as it takes to read and to write."""

    def script(asked: dict[str, Any]) -> Says:
        items = json.loads(asked["messages"][-1]["content"])["items"]
        content = json.dumps({"items": [_judged(item) for item in items]}, separators=(",", ":"))
        into = sum(len(message["content"]) for message in asked["messages"]) // LETTERS
        out = len(content) // LETTERS
        return Says(content, delay=(FIRST_TOKEN + into / READS + out / WRITES) / hurry, tokens=(into, out))

    with fake_llm(script) as server:
        yield server.base_url


def _judged(item: dict[str, Any]) -> dict[str, Any]:
    parts = [(text.split("{name}")[-1].split("{day}")[0].strip(), side) for text, side in TEMPLATES]
    side = next((side for part, side in parts if part in item["text"]), 0)
    return {
        "n": item["n"],
        "echo": " ".join(item["text"].split()[:8]),
        "reason": "As the headline says, plainly and in as many words as usual.",
        "event": "price",
        "horizon": "short",
        "score": 0.8 * side,
        "confidence": 0.9,
        "relevance": 1.0,
    }
