"""What a use of a language model is: its prompt, its examples, its schema, and how an answer is read."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from core.records import LlmUse

Said = TypeVar("Said", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that is asked about: a headline and its asset, a snapshot, a proposal."""

    symbol: str
    content: str
    """JSON of the data and nothing else; text in it was cleaned (core.untrusted) before."""
    lifetime: timedelta | None = None
    """How long an answer stays fresh; None for ever."""


@dataclass(frozen=True, slots=True)
class Use(Generic[Said]):
    """One use; an instance stands in a file of its own with its prompt and schema.

    A request holds several units, numbered from 1; the model answers with an object that holds one answer a unit.
    """

    kind: LlmUse
    version: str
    """Raised with every change of what follows, e.g. sentiment-1; part of the cache's key."""
    system: str
    """The instructions; data never stands in them."""
    examples: tuple[tuple[str, str], ...]
    """Few-shot: what was asked (the output of `ask`) and the JSON that answers it. Small models need them."""
    batch: type[BaseModel]
    """Schema of a whole answer."""
    said: type[Said]
    """Schema of the answer to one unit."""
    ask: Callable[[Sequence[Unit]], str]
    """The user's message for these units."""
    read: Callable[[BaseModel, Sequence[Unit]], tuple[Said | None, ...]]
    """The batch's answer by unit, in the order of the units, checked and clamped; None where a unit was not answered
    or its echo does not fit."""
    tokens_out: int
    """Tokens that the answer to one unit may take."""

    @property
    def schema(self) -> str:
        """JSON schema of a batch, keys sorted."""
        return json.dumps(self.batch.model_json_schema(), sort_keys=True)

    def sha256(self) -> str:
        """Of everything that shapes an answer but the data: version, instructions, examples, schema."""
        return _sha256(self)


@cache  # a schema takes milliseconds to write out, and every unit's key wants it
def _sha256(use: Use[Any]) -> str:
    parts = json.dumps([use.version, use.system, use.examples, use.schema])
    return hashlib.sha256(parts.encode()).hexdigest()
