"""Errors as problem details (RFC 9457): one JSON object with title, status and one sentence."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from core.api.request_id import current_request_id
from core.errors import GlassboxError, InputError, StoreError, UnknownId

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class ProblemDetails(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    """One sentence: what, where, and what to do."""
    instance: str
    """Id of the request; the log names it too."""


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An answer that tells a problem."""
    told = ProblemDetails(
        title=HTTPStatus(status).phrase, status=status, detail=detail, instance=current_request_id()
    )
    return JSONResponse(told.model_dump(), status, headers, MEDIA_TYPE)


def status_of(err: GlassboxError) -> int:
    """The HTTP status that says best what an error is."""
    if isinstance(err, UnknownId):
        return 404
    if isinstance(err, InputError):
        return 422
    return 503 if isinstance(err, StoreError) else 409


def tell_problems(rest: FastAPI) -> None:
    """Make every error of an application a problem."""

    @rest.exception_handler(GlassboxError)
    async def ours(request: Request, err: GlassboxError) -> JSONResponse:
        return problem(status_of(err), str(err))

    @rest.exception_handler(RequestValidationError)
    async def malformed(request: Request, err: RequestValidationError) -> JSONResponse:
        first: dict[str, Any] = dict(err.errors()[0])
        where = ".".join(str(part) for part in first.get("loc", ()))
        return problem(422, f"{where}: {first.get('msg', 'is not valid')}.")

    @rest.exception_handler(HTTPException)
    async def refused(request: Request, err: HTTPException) -> JSONResponse:
        return problem(err.status_code, str(err.detail), dict(err.headers or {}))

    @rest.exception_handler(Exception)
    async def unexpected(request: Request, err: Exception) -> JSONResponse:
        log.exception("request %s to %s failed", current_request_id(), request.url.path, exc_info=err)
        return problem(500, f"Unexpected {type(err).__name__}; the log has the details.")
