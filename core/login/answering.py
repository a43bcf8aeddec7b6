"""What the gate reads of a request and says in its own name, by the plain words of ASGI."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

from core.login.asking import local_path
from core.login.form import POLICY

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_LONGEST = 4096
"""Bytes of a form that are read at most."""


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers of a request, names in lower case."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def end_of(scope: Scope, name: str) -> str:
    """The address at one end of the connection; empty when it is not known."""
    end = scope.get(name)
    return str(end[0]) if end else ""


def is_foreign(headers: dict[str, str]) -> bool:
    """Whether a page of another site asks."""
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host", "")


async def body_of(receive: Receive) -> bytes:
    """The begin of what a request sends."""
    read = b""
    while len(read) <= _LONGEST:
        message = await receive()
        read += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    return read[:_LONGEST]


async def refuse(scope: Scope, headers: dict[str, str], send: Send, outside: bool) -> None:
    """Say that one has to sign in, and where: the start page asks for it itself where OpenID Connect signs in."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "sign in first"})
    elif scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", ""):
        query = scope.get("query_string", b"").decode("latin-1")
        onward = local_path(quote(str(scope["path"])) + (f"?{query}" if query else ""))
        there = "/" if outside else f"/login?next={quote(onward, safe='')}"
        await answer(send, 303, headers=[("Location", there)])
    else:
        there = "/" if outside else "/login"
        await answer(send, 401, f"Sign in first: open {there} in a browser.", kind="text/plain")


async def answer(
    send: Send,
    status: int,
    text: str = "",
    headers: list[tuple[str, str]] | None = None,
    kind: str = "text/html",
) -> None:
    """One whole answer."""
    body = text.encode()
    told = [
        ("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"),
        ("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
        *(headers or []),
    ]  # fmt: skip
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in told]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
