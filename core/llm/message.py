"""What goes over the wire, and what comes back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model answers."""

    name: str
    """Of the preset, or the host: what pages and the ledger call it."""
    base_url: str
    """Ends before /chat/completions."""
    key: SecretStr | None
    model: str
    """Empty: the first one that the server lists."""
    free: bool
    """True for servers on this machine: nobody sends a bill."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: str
    """system, user or assistant."""
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One conversation to be answered in JSON."""

    messages: tuple[Message, ...]
    schema: dict[str, Any]
    """JSON schema of the answer."""
    name: str
    """Of the schema."""
    max_tokens: int
    temperature: float
    seed: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request gave."""

    text: str
    finish: str
    """stop, length, …"""
    tokens_in: int
    tokens_out: int
    seconds: float
    mode: str
    """json_schema, json_object or text: how the schema was asked for."""
    attempts: int
    """Requests on the wire, retries included."""
    refusal: str = ""
    """The model's words, where it declined to answer."""


Check = Callable[[], None]
"""Raises JobCancelled when the user asked to stop; called between attempts and while waiting."""
