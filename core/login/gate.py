"""The gate before everything that the server serves: pages, their data, files and sockets.

REST has tokens of its own, and neither Streamlit's own scripts nor the health of the server are secret; all else needs
the cookie of a login. Where OpenID Connect is set up, Streamlit signs in and each page asks it (see
pages/components/login.py), so pages and their stream pass; files, uploads and all else need the cookie that Streamlit
has signed. Light to import: the server is up while the engine still opens.
"""

from collections.abc import Awaitable, Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from core.errors import GlassboxError
from core.login.answering import Receive, Scope, Send, answer, body_of, end_of, headers_of, is_foreign, refuse
from core.login.asking import is_open, is_open_outside, local_path, must_sign_in
from core.login.form import login_page, onward_page

if TYPE_CHECKING:
    from core.login.signing import Refused
    from core.runtime import Runtime

COOKIE = "glassbox_login"


class Gate:
    """ASGI middleware."""

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        runtime: Callable[[], "Runtime"],
        bound: Callable[[], str],
        outside: Callable[[], bool],
        claims: Callable[[str], Mapping[str, Any]],
    ) -> None:
        """Stand before `app`.

        Args:
            runtime: the open engine; raises GlassboxError while there is none.
            bound: the address that the server is told to listen on.
            outside: whether OpenID Connect signs in.
            claims: whom it has signed in, by a Cookie header; empty where that proves nobody.
        """
        import anyio

        self._app, self._runtime, self._bound = app, runtime, bound
        self._outside, self._claims = outside, claims
        self._one = anyio.CapacityLimiter(
            1
        )  # passwords are tried one after the other, however many ask at once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        path, headers = str(scope["path"]), headers_of(scope)
        asks = must_sign_in(self._bound(), headers, end_of(scope, "server"), end_of(scope, "client"))
        if scope["type"] == "http" and path == "/login" and not self._outside():
            await self._login(scope, headers, receive, send, asks)
        elif not asks or is_open(path) or await self._opens(path, headers):
            await self._app(scope, receive, send)
        else:
            await refuse(scope, headers, send, self._outside())

    async def _opens(self, path: str, headers: dict[str, str]) -> bool:
        """Whether a request may have what is not open to everybody."""
        import anyio.to_thread

        if not self._outside():
            return await self._known(headers)
        if is_open_outside(path):
            return True
        claims = self._claims(headers.get("cookie", ""))
        return bool(claims) and await anyio.to_thread.run_sync(self._may_see, claims)

    def _may_see(self, claims: Mapping[str, Any]) -> bool:
        from core.login.signing import may_see

        try:
            return may_see(self._runtime(), claims)
        except GlassboxError:
            return False

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
            await answer(send, 303, headers=[("Location", onward)])
        elif scope["method"] != "POST":
            if headers.get("sec-fetch-site") == "cross-site":
                await answer(send, 200, onward_page(onward))
                return
            await answer(send, 200, login_page(onward, *await anyio.to_thread.run_sync(self._trouble)))
        elif is_foreign(headers):
            await answer(send, 403, login_page("/", "A page of another site cannot sign in here."))
        else:
            form = parse_qs((await body_of(receive)).decode("utf-8", "replace"))
            onward = local_path(form.get("next", ["/"])[0])
            password, address = form.get("password", [""])[0], end_of(scope, "client")
            made = await anyio.to_thread.run_sync(self._try, password, address, limiter=self._one)
            if not isinstance(made, str):
                wait = [("Retry-After", str(max(1, round(made.wait))))] if made.wait else []
                await answer(send, 429 if made.wait else 401, login_page(onward, made.words), wait)
            else:
                await answer(
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
