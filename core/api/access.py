"""Who is asking, and may they: bearer tokens with roles, limits for each token and address."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from core.addresses import is_loopback
from core.attempts import Attempts
from core.client.whereabouts import KNOCK, heard
from core.records import Role
from core.store.tokens import KeptToken, kept_tokens, token_among

if TYPE_CHECKING:
    from core.runtime import Runtime
    from core.store import Store

_HOSTS = {"localhost", "127.0.0.1", "::1", "testserver"}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    name: str
    """Of the token; local without one."""
    role: Role
    address: str
    here: bool = False
    """On this machine: may name files of it."""

    @property
    def origin(self) -> str:
        """For the audit trail."""
        return f"rest {self.address}"


@dataclass(slots=True, eq=False)
class Door:
    """Lets callers in, or says why not. One for each application."""

    runtime: Callable[[], "Runtime"]
    clock: Callable[[], datetime]
    _limiter: MovingWindowRateLimiter = field(
        default_factory=lambda: MovingWindowRateLimiter(MemoryStorage())
    )
    _attempts: Attempts = field(init=False)
    _opened: bool = False
    _known: "tuple[Store, int, tuple[KeptToken, ...]] | None" = None
    """The tokens of a store at one revision: they are asked for with every request and change once a year."""

    def __post_init__(self) -> None:
        self._attempts = Attempts(self.clock)

    async def enter(self, request: Request) -> Caller:
        """Let a caller in and note who it is on the request; in a thread only where the store must be read.

        Raises:
            HTTPException: see `caller`.
        """
        if not hasattr(request.state, "caller"):
            runtime = await self.engine()
            if self._remembered(runtime.store) is None or KNOCK in request.headers:
                request.state.caller = await run_in_threadpool(self.caller, request)
            else:
                request.state.caller = self.caller(request)
            request.state.runtime = runtime
        found: Caller = request.state.caller
        return found

    async def engine(self) -> "Runtime":
        """The engine; the first request may wait for it, in a thread.

        Raises:
            GlassboxError: there is none.
        """
        if not self._opened:
            await run_in_threadpool(self.runtime)
            self._opened = True
        return self.runtime()

    def caller(self, request: Request) -> Caller:
        """The caller of a request.

        Raises:
            HTTPException: 401 without a valid token, 403 from outside when there is no token yet, 429 too often.
        """
        address = request.client.host if request.client else ""
        store, settings = self.runtime().store, self.runtime().settings.api
        self._within(f"address:{address}", settings.per_address)
        secret = _bearer(request)
        knocked = request.headers.get(KNOCK, "")
        if secret is None and not knocked and not self._tokens(store):
            return _local(request, address)
        if (left := self._attempts.wait(address)) > 0:
            raise _slower(left, "Too many wrong tokens")
        if secret is None and heard(self.runtime().settings.home, knocked, time.time()):
            return Caller("owner", Role.OPERATOR, address, here=True)
        token = token_among(self._tokens(store), secret, self.clock()) if secret else None
        if token is None:
            if secret is not None or knocked:
                self._attempts.failed(address, settings.failures)
            raise HTTPException(
                401, "A valid bearer token is needed: make one with `python -m core token create NAME --role viewer`.",
                {"WWW-Authenticate": "Bearer"},
            )  # fmt: skip
        self._attempts.succeeded(address)
        self._within(f"token:{token.name}", settings.per_token)
        return Caller(token.name, token.role, address, _is_here(request, address))

    def _remembered(self, store: "Store") -> "tuple[KeptToken, ...] | None":
        """The tokens, where nothing was written since they were read."""
        known = self._known
        return known[2] if known is not None and known[:2] == (store, store.revision) else None

    def _tokens(self, store: "Store") -> "tuple[KeptToken, ...]":
        found = self._remembered(store)
        if found is None:
            revision = store.revision  # before: what is written meanwhile makes them old
            found = kept_tokens(store)
            self._known = (store, revision, found)
        return found

    def _within(self, key: str, per_minute: int) -> None:
        limit = parse(f"{per_minute}/minute")
        if not self._limiter.hit(limit, key):
            left = self._limiter.get_window_stats(limit, key).reset_time - self.clock().timestamp()
            raise _slower(left, f"More than {per_minute} requests a minute")


def _bearer(request: Request) -> str | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" and secret.strip() else None


def _local(request: Request, address: str) -> Caller:
    """While there is no token, this computer may do everything and nobody else anything.

    Raises:
        HTTPException: it is not local.
    """
    if not _is_here(request, address):
        raise HTTPException(
            403,
            "No token exists yet, so only this computer is answered: make one with `python -m core token create NAME --role viewer`.",
        )
    return Caller("local", Role.OPERATOR, address, here=True)


def _is_here(request: Request, address: str) -> bool:
    """Whether a request was sent on this machine.

    One that came through a proxy, that names another host (DNS rebinding) or that a page of another origin sent does
    not count as local.
    """
    host = (request.url.hostname or "").strip("[]")
    origin = request.headers.get("origin")
    return (
        (address == "testclient" or is_loopback(address))
        and host in _HOSTS
        and (origin is None or origin.partition("://")[2] == request.headers.get("host", ""))
        and not any(name in request.headers for name in _FORWARDED)
    )


def own_files(caller: Caller, *named: str) -> None:
    """Files of the server's machine are named by those who sit at it: from elsewhere one could feel out its disk.

    Args:
        named: words that may name one.

    Raises:
        HTTPException: one does, and the caller is elsewhere.
    """
    if not caller.here and any(word.strip().lower().startswith("file:") for word in named):
        raise HTTPException(
            403, "Files of the server's machine can be named on that machine only: import the file there."
        )


def _slower(left: float, why: str) -> HTTPException:
    seconds = max(1, round(left))
    return HTTPException(429, f"{why}: wait {seconds} seconds.", {"Retry-After": str(seconds)})
