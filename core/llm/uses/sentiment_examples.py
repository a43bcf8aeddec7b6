"""Six made-up items and how they are to be read: good, bad, neutral, irrelevant, a post, and one about a rival."""

import json
from collections.abc import Sequence

ECHOED = 8
"""Words of a text that its answer repeats."""


def asked(items: Sequence[tuple[str, str]]) -> str:
    """The user's message for items of asset and text."""
    numbered = [{"n": n, "asset": asset, "text": text} for n, (asset, text) in enumerate(items, 1)]
    return json.dumps({"items": numbered}, ensure_ascii=False, separators=(",", ":"))


def _answered(items: Sequence[tuple[str, str, float, float, float, str, str]]) -> str:
    return json.dumps(
        {
            "items": [
                {"n": n, "echo": " ".join(text.split()[:ECHOED]), "reason": reason, "event": event, "horizon": horizon,
                 "score": score, "confidence": confidence, "relevance": relevance}
                for n, (text, reason, score, confidence, relevance, event, horizon) in enumerate(items, 1)
            ]
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )  # fmt: skip


_NORTHWIND = "Northwind Motors lifts its full-year profit forecast after record orders"
_HACK = "Hackers drain $90 million from Palisade bridge, Quill token plunges"
_INDEX = "Harbour Bank to publish quarterly results on Thursday"
_RECIPE = "Ten cafés worth a visit in Lisbon this autumn"
_POST = "Loaded up on more QUILL today, mainnet upgrade shipped without a hitch"
_RIVAL = "Regulator sues Corvid Airways over fees; rivals are not affected"

EXAMPLES = (
    (
        asked([
            ("NWM (Northwind Motors)", _NORTHWIND), ("QLL-USD (Quill)", _HACK), ("HBK (Harbour Bank)", _INDEX),
            ("NWM (Northwind Motors)", _RECIPE),
        ]),
        _answered([
            (_NORTHWIND, "A higher forecast and record orders.", 0.8, 0.95, 1.0, "guidance", "medium"),
            (_HACK, "A large theft and a falling price.", -0.9, 0.95, 1.0, "security", "short"),
            (_INDEX, "A date without a result.", 0.0, 0.9, 0.9, "earnings", "short"),
            (_RECIPE, "Not about the asset.", 0.0, 0.95, 0.0, "other", "short"),
        ]),
    ),
    (
        asked([("QLL-USD (Quill)", _POST), ("AVL (Avila Air)", _RIVAL)]),
        _answered([
            (_POST, "A holder is glad of a smooth upgrade.", 0.4, 0.5, 0.9, "product", "short"),
            (_RIVAL, "A rival is sued; this one is spared.", 0.0, 0.7, 0.2, "legal", "medium"),
        ]),
    ),
)  # fmt: skip
"""What is asked and the answer, both as they go over the wire."""
