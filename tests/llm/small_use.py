"""A use as small as can be: each unit is a word, its answer the word's length."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pydantic import BaseModel

from core.llm.use import Unit, Use
from core.records import LlmUse
from tests.llm.server import Says


class Length(BaseModel):
    word: str
    length: int


class Lengths(BaseModel):
    items: list[Length]


def ask(units: Sequence[Unit]) -> str:
    return json.dumps([unit.content for unit in units])


def read(batch: BaseModel, units: Sequence[Unit]) -> tuple[Length | None, ...]:
    assert isinstance(batch, Lengths)
    by_word = {item.word: item for item in batch.items}
    return tuple(by_word.get(unit.content) for unit in units)


USE = Use(
    LlmUse.SENTIMENT, "lengths-1", "Tell the length of each word.",
    (('["ab"]', '{"items": [{"word": "ab", "length": 2}]}'),), Lengths, Length, ask, read, tokens_out=20,
)  # fmt: skip


def words(*names: str, lifetime: timedelta | None = None) -> list[Unit]:
    return [Unit(f"A{n % 3}-USD", name, lifetime) for n, name in enumerate(names)]


def asked_words(request: dict[str, Any]) -> list[str]:
    """What a request asks about."""
    return json.loads(request["messages"][-1]["content"])


def honest(request: dict[str, Any]) -> Says:
    """A server that knows its job."""
    items = [{"word": word, "length": len(word)} for word in asked_words(request)]
    return Says(json.dumps({"items": items}))
