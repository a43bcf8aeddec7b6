"""Records to JSON and back, through pydantic; frames to Parquet and back."""

import io
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import pandas as pd
from pydantic import TypeAdapter

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def dump(kind: Any, record: Any) -> str:
    """JSON of a record, or of a tuple of records when `kind` is `tuple[Record, ...]`."""
    return _adapter(kind).dump_json(record).decode()


def load(kind: Callable[..., T], text: str) -> T:
    """The record that `dump` wrote."""
    return _adapter(kind).validate_json(text)


def pack(frame: pd.DataFrame) -> bytes:
    """Parquet of a frame without its index."""
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def unpack(content: bytes) -> pd.DataFrame:
    """The frame that `pack` wrote."""
    return pd.read_parquet(io.BytesIO(content))
