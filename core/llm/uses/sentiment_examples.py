"""Made-up items and how they are to be read: good, bad, neutral, irrelevant, a post, and one about a rival.

As many bad as good ones, two of them alone, and the side said before the number: small models need all three.
"""

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

_BANKRUPT = "Corvid Airways files for bankruptcy and cancels all flights"
_ORDER = "Avila Air wins a record order, shares jump 9%"
_LOSS = "Harbour Bank posts its largest loss in a decade and cuts 3,000 jobs"

EXAMPLES = (
    (
        asked([
            ("NWM (Northwind Motors)", _NORTHWIND), ("QLL-USD (Quill)", _HACK), ("HBK (Harbour Bank)", _INDEX),
            ("NWM (Northwind Motors)", _RECIPE),
        ]),
        _answered([
            (_NORTHWIND, "Good: a higher forecast and record orders.", 0.8, 0.95, 1.0, "guidance", "medium"),
            (_HACK, "Bad: a large theft and a falling price.", -0.9, 0.95, 1.0, "security", "short"),
            (_INDEX, "Neutral: a date without a result.", 0.0, 0.9, 0.9, "earnings", "short"),
            (_RECIPE, "Neutral: not about the asset.", 0.0, 0.95, 0.0, "other", "short"),
        ]),
    ),
    (
        asked([("CVA (Corvid Airways)", _BANKRUPT)]),
        _answered([(_BANKRUPT, "Bad: the company is bankrupt.", -0.9, 0.95, 1.0, "legal", "long")]),
    ),
    (
        asked([("AVL (Avila Air)", _ORDER)]),
        _answered([(_ORDER, "Good: a record order and a rising price.", 0.8, 0.95, 1.0, "deal", "medium")]),
    ),
    (
        asked([("HBK (Harbour Bank)", _LOSS), ("QLL-USD (Quill)", _POST), ("AVL (Avila Air)", _RIVAL)]),
        _answered([
            (_LOSS, "Bad: a record loss and fewer jobs.", -0.8, 0.95, 1.0, "earnings", "medium"),
            (_POST, "Good: a holder is glad of a smooth upgrade.", 0.4, 0.5, 0.9, "product", "short"),
            (_RIVAL, "Neutral: a rival is sued; this one is spared.", 0.0, 0.7, 0.2, "legal", "medium"),
        ]),
    ),
)  # fmt: skip
"""What is asked and the answer, both as they go over the wire."""
