"""The gate before everything that the server serves: pages, their data, files and sockets.

REST has tokens of its own, and neither Streamlit's own scripts nor the health of the server are secret; all else needs the cookie of a login. Where OpenID
Connect is set up, Streamlit signs in and each page asks it: see pages/components/login.py. Light to import: the server
is up while the engine still opens.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from core.errors import GlassboxError
from core.login.asking import local_path, must_sign_in
from core.login.form import POLICY, login_page, onward_page

if TYPE_CHECKING:
    from core.login.signing import Refused
    from core.runtime import Runtime

COOKIE = "glassbox_login"
_LONGEST = 4096
"""Bytes of a form that are read at most."""
_OPEN_BELOW = ("/api/", "/static/")
"""REST, and the scripts of Streamlit itself: a page that outlives its login loads them to say so."""
_OPEN = ("/_stcore/health", "/favicon.png")
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Gate:
    """ASGI middleware."""

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        runtime: Callable[[], "Runtime"],
        bound: Callable[[], str],
        outside: Callable[[], bool],
    ) -> None:
        """Stand before `app`.

        Args:
            runtime: the open engine; raises GlassboxError while there is none.
            bound: the address that the server is told to listen on.
            outside: whether OpenID Connect signs in.
        """
        import anyio

        self._app, self._runtime, self._bound, self._outside = app, runtime, bound, outside
        self._one = anyio.CapacityLimiter(
            1
        )  # passwords are tried one after the other, however many ask at once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path, headers = str(scope["path"]), _headers(scope)
        asks = must_sign_in(self._bound(), headers, _end(scope, "server"), _end(scope, "client"))
        if scope["type"] == "http" and path == "/login" and not self._outside():
            await self._login(scope, headers, receive, send, asks)
        elif not asks or self._outside() or _open(path) or await self._known(headers):
            await self._app(scope, receive, send)
        else:
            await _refuse(scope, headers, send)

    async def _known(self, headers: dict[str, str]) -> bool:
        import anyio.to_thread

        secret = cookie_of(headers.get("cookie", ""))
        return bool(secret) and await anyio.to_thread.run_sync(self._signed_in, secret)

    def _signed_in(self, secret: str) -> bool:
        from core.store.logins import login_of

        try:
            runtime = self._runtime()
        except GlassboxError:
            return False
        return login_of(runtime.store, secret, runtime.bench.clock()) is not None

    async def _login(
        self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send, asks: bool
    ) -> None:
        """The login page, and what it sends."""
        import anyio.to_thread

        given = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        onward = local_path(given.get("next", ["/"])[0])
        if not asks or await self._known(headers):
            await _answer(send, 303, headers=[("Location", onward)])
        elif scope["method"] != "POST":
            if headers.get("sec-fetch-site") == "cross-site":
                await _answer(send, 200, onward_page(onward))
                return
            await _answer(send, 200, login_page(onward, *await anyio.to_thread.run_sync(self._trouble)))
        elif _foreign(headers):
            await _answer(send, 403, login_page("/", "A page of another site cannot sign in here."))
        else:
            form = parse_qs((await _body(receive)).decode("utf-8", "replace"))
            onward = local_path(form.get("next", ["/"])[0])
            password, address = form.get("password", [""])[0], _end(scope, "client")
            made = await anyio.to_thread.run_sync(self._try, password, address, limiter=self._one)
            if not isinstance(made, str):
                wait = [("Retry-After", str(max(1, round(made.wait))))] if made.wait else []
                await _answer(send, 429 if made.wait else 401, login_page(onward, made.words), wait)
            else:
                await _answer(
                    send,
                    303,
                    headers=[("Location", onward), ("Set-Cookie", self._cookie(scope, headers, made))],
                )

    def _trouble(self) -> tuple[str, bool]:
        """What the page has to say before anybody tried, and whether there is a password to ask for."""
        try:
            kept = self._runtime().settings.login.password
        except GlassboxError as err:
            return str(err), False
        if kept:
            return "", True
        return (
            "The server can be reached by others, and there is no password. Set one with `python -m core password` on "
            "the server, or bind it to 127.0.0.1 again.",
            False,
        )

    def _try(self, password: str, address: str) -> "str | Refused":
        from core.login.signing import Refused, sign_in

        try:
            return sign_in(self._runtime(), password, address)
        except GlassboxError as err:
            return Refused(str(err))

    def _cookie(self, scope: Scope, headers: dict[str, str], secret: str) -> str:
        hours = self._runtime().settings.login.hours
        secure = "; Secure" if "https" in (scope.get("scheme"), headers.get("x-forwarded-proto")) else ""
        return f"{COOKIE}={secret}; Path=/; Max-Age={int(hours * 3600)}; HttpOnly; SameSite=Strict{secure}"


def cookie_of(header: str) -> str:
    """The secret of a login in a Cookie header; empty when there is none."""
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _open(path: str) -> bool:
    return path == "/api" or path.startswith(_OPEN_BELOW) or path in _OPEN


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _end(scope: Scope, name: str) -> str:
    """The address at one end of the connection; empty when it is not known."""
    end = scope.get(name)
    return str(end[0]) if end else ""


def _foreign(headers: dict[str, str]) -> bool:
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host", "")


async def _refuse(scope: Scope, headers: dict[str, str], send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": "sign in first"})
    elif scope["method"] in ("GET", "HEAD") and "text/html" in headers.get("accept", ""):
        query = scope.get("query_string", b"").decode("latin-1")
        onward = local_path(quote(str(scope["path"])) + (f"?{query}" if query else ""))
        await _answer(send, 303, headers=[("Location", f"/login?next={quote(onward, safe='')}")])
    else:
        await _answer(send, 401, "Sign in first: open /login in a browser.", kind="text/plain")


async def _body(receive: Receive) -> bytes:
    read = b""
    while len(read) <= _LONGEST:
        message = await receive()
        read += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            break
    return read[:_LONGEST]


async def _answer(
    send: Send,
    status: int,
    text: str = "",
    headers: list[tuple[str, str]] | None = None,
    kind: str = "text/html",
) -> None:
    body = text.encode()
    told = [
        ("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"),
        ("Content-Security-Policy", POLICY), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
        *(headers or []),
    ]  # fmt: skip
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in told]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
