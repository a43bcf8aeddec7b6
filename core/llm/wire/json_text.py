"""The one JSON object in what a model said."""

import json
import math
import re
from typing import Any

_THOUGHTS = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>", re.S)
"""What reasoning models write before they answer."""
_MOST_TRIES = 50
"""Braces that may open an object; each is a pass over the text."""


def json_in(text: str) -> str:
    """The object as canonical JSON, without the fences and the words around it.

    Raises:
        ValueError: there is none, there are several (which one is meant is not guessed), or a number is not finite.
    """
    plain = _THOUGHTS.sub("", text, count=1).strip()
    if not plain:
        raise ValueError("the answer is empty")
    found = _whole(plain) if plain[0] in "{[" else None
    if found is None:
        objects = _objects(plain)
        if len(objects) != 1:
            raise ValueError(
                "the answer is no JSON" if not objects else f"the answer holds {len(objects)} JSON objects"
            )
        found = objects[0]
    if not isinstance(found, dict):
        raise ValueError("the answer is no JSON object")
    return json.dumps(found, ensure_ascii=True)


def _whole(text: str) -> Any:
    """All of the text as JSON; None when it is none."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError:
        return None
    except RecursionError:
        raise ValueError("the answer is nested too deeply") from None
    except ValueError:
        if text[0] == "{":
            raise
        return None  # words in brackets


def _objects(text: str) -> list[dict[str, Any]]:
    """Outermost objects that stand in the text."""
    objects: list[dict[str, Any]] = []
    at = text.find("{")
    for _ in range(_MOST_TRIES):
        if at < 0:
            break
        try:
            value, end = _DECODER.raw_decode(text, at)
            objects.append(value)
        except json.JSONDecodeError:
            end = at + 1
        except RecursionError:
            raise ValueError("the answer is nested too deeply") from None
        at = text.find("{", end)
    return objects


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is no number")
    return number


_DECODER = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite, strict=False)
