"""Who is asking, and may they: bearer tokens with roles, limits for each token and address."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from fastapi import HTTPException, Request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from core.addresses import is_loopback
from core.attempts import Attempts
from core.records import Role
from core.store.tokens import read_tokens, token_of

if TYPE_CHECKING:
    from core.runtime import Runtime

_HOSTS = {"localhost", "127.0.0.1", "::1", "testserver"}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    name: str
    """Of the token; local without one."""
    role: Role
    address: str

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

    def __post_init__(self) -> None:
        self._attempts = Attempts(self.clock)

    def caller(self, request: Request) -> Caller:
        """The caller of a request.

        Raises:
            HTTPException: 401 without a valid token, 403 from outside when there is no token yet, 429 too often.
        """
        address = request.client.host if request.client else ""
        settings = self.runtime().settings.api
        self._within(f"address:{address}", settings.per_address)
        secret = _bearer(request)
        if secret is None and not read_tokens(self.runtime().store):
            return _local(request, address)
        if (left := self._attempts.wait(address)) > 0:
            raise _slower(left, "Too many wrong tokens")
        token = token_of(self.runtime().store, secret, self.clock()) if secret else None
        if token is None:
            if secret is not None:
                self._attempts.failed(address, settings.failures)
            raise HTTPException(
                401, "A valid bearer token is needed: make one with `python -m core token create NAME --role viewer`.",
                {"WWW-Authenticate": "Bearer"},
            )  # fmt: skip
        self._attempts.succeeded(address)
        self._within(f"token:{token.name}", settings.per_token)
        return Caller(token.name, token.role, address)

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

    A request that came through a proxy, that names another host (DNS rebinding) or that a page of another origin sent
    does not count as local.

    Raises:
        HTTPException: it is not local.
    """
    host = (request.url.hostname or "").strip("[]")
    origin = request.headers.get("origin")
    foreign = origin is not None and origin.partition("://")[2] != request.headers.get("host", "")
    if (
        not (address == "testclient" or is_loopback(address))
        or host not in _HOSTS
        or foreign
        or any(name in request.headers for name in _FORWARDED)
    ):
        raise HTTPException(
            403,
            "No token exists yet, so only this computer is answered: make one with `python -m core token create NAME --role viewer`.",
        )
    return Caller("local", Role.OPERATOR, address)


def _slower(left: float, why: str) -> HTTPException:
    seconds = max(1, round(left))
    return HTTPException(429, f"{why}: wait {seconds} seconds.", {"Retry-After": str(seconds)})
