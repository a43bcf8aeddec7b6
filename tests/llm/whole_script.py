"""A server's side of every use in a cycle, told apart by what is asked."""

import json
from typing import Any

from tests.llm.sentiment_script import judging
from tests.llm.server import Says

_TOPICS = ("context", "macro", "trend", "reward", "correlation", "anomaly", "news")
_read_texts = judging()


def answers_all(request: dict[str, Any]) -> Says:
    """A script for tests.llm.server: sensible answers to texts, snapshots, proposals and the connection's test."""
    try:
        data = json.loads(request["messages"][-1]["content"])
    except ValueError:
        return Says('{"result": 4}')
    if "items" in data:
        return _read_texts(request)
    if "snapshots" in data:
        return Says(json.dumps({"answers": [_forecast(snapshot) for snapshot in data["snapshots"]]}))
    if "proposals" in data:
        return Says(json.dumps({"answers": [_review(proposal) for proposal in data["proposals"]]}))
    return Says("{}")


def _forecast(snapshot: dict[str, Any]) -> dict[str, Any]:
    horizons = [
        {
            "horizon": name,
            "reason": "The numbers lean up a little.",
            "p_down": 0.3,
            "p_flat": 0.3,
            "p_up": 0.4,
        }
        for name in ("short", "medium", "long")
    ]
    return {"unit": snapshot["unit"], "symbol": snapshot["symbol"], "horizons": horizons}


def _review(proposal: dict[str, Any]) -> dict[str, Any]:
    concerns = {topic: {"words": "Nothing speaks against it.", "score": 0.6} for topic in _TOPICS}
    return {
        "unit": proposal["unit"], "symbol": proposal["symbol"], "concerns": concerns, "verdict": "shrink", "factor": 0.5,
    }  # fmt: skip
