"""Yahoo's answer with bars, put into the form that yfinance reads: numbers as numbers."""

import json
from typing import Any


def with_numbers(body: bytes) -> bytes:
    """The same answer with numbers that came as text made numbers; as served when there are none, or it is no chart.

    yfinance takes the volume as whole numbers and fails on text.
    """
    try:
        answer = json.loads(body)
        indicators = answer["chart"]["result"][0]["indicators"]
        parts = [part for kind in ("quote", "adjclose") for part in indicators.get(kind, [])]
        found = False
        for part in parts:
            for name, values in part.items():
                if any(isinstance(value, str) for value in values or ()):
                    part[name], found = [_number(value) for value in values], True
        return json.dumps(answer).encode() if found else body
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return body


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, str) else value
