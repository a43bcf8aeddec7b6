"""The open engine and the caller of a request, as the door has left them."""

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from core.api.access import Caller

if TYPE_CHECKING:
    from core.runtime import Runtime


async def _engine(request: Request) -> "Runtime":
    found: Runtime = request.state.runtime
    return found


async def _caller(request: Request) -> Caller:
    found: Caller = request.state.caller
    return found


Engine = Annotated["Runtime", Depends(_engine)]
Asking = Annotated[Caller, Depends(_caller)]
