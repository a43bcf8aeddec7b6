"""Questions to a running server, and its problems as our own errors."""

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx

from core.addresses import is_loopback
from core.client.whereabouts import KNOCK, Whereabouts, knock
from core.errors import GlassboxError, InputError, UnknownId

TOKEN = "GLASSBOX_TOKEN"
_ANSWERS = 60.0
"""Seconds within which a server answers, however busy."""


class Gone(GlassboxError):
    """Nobody answers at a server's address."""


class Rest:
    """A server, as one caller sees it; close it when done."""

    def __init__(
        self, where: Whereabouts, environment: Mapping[str, str], knocking_at: Path | None = None
    ) -> None:
        """Nothing is sent yet.

        Args:
            knocking_at: home folder of the server, for a caller without a token who may write in it.
        """
        self.where = where
        self._token = environment.get(TOKEN, "").strip()
        self._home = None if self._token else knocking_at
        near = is_loopback(urlsplit(where.url).hostname or "")
        self._http = httpx.Client(
            base_url=f"{where.url}/api",
            headers={"Authorization": f"Bearer {self._token}"} if self._token else {},
            timeout=httpx.Timeout(_ANSWERS, connect=5.0),
            trust_env=not near,  # no proxy stands between this machine and itself
        )

    def __enter__(self) -> "Rest":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, **values: Any) -> Any:
        """Read something. Raises as `post`."""
        return self._ask("GET", path, params=values)

    def post(self, path: str, body: Any = None) -> Any:
        """Have something done.

        Raises:
            Gone: nobody answers.
            InputError, UnknownId, GlassboxError: what the server says about it.
        """
        return self._ask("POST", path, json=body)

    def _ask(self, method: str, path: str, **what: Any) -> Any:
        knocked = {} if self._home is None else {KNOCK: knock(self._home)}
        try:
            answer = self._http.request(method, path, headers=knocked, **what)
        except httpx.ConnectError as err:
            raise Gone(
                f"Nobody answers at {self.where.url}: start the server, or unset its address."
            ) from err
        except httpx.HTTPError as err:
            raise GlassboxError(
                f"{_first_up(self.where.words)} broke off ({type(err).__name__}): see what it did with `python -m core jobs`."
            ) from err
        if answer.is_success:
            return self._json(answer)
        raise self._problem(answer)

    def _json(self, answer: httpx.Response) -> Any:
        try:
            return answer.json()
        except ValueError as err:
            raise GlassboxError(
                f"What answers at {self.where.url} is no Glassbox server: see GLASSBOX_SERVER."
            ) from err

    def _problem(self, answer: httpx.Response) -> GlassboxError:
        if not answer.headers.get("content-type", "").startswith("application/problem+json"):
            return GlassboxError(
                f"What answers at {self.where.url} is no Glassbox server (status {answer.status_code}): see GLASSBOX_SERVER."
            )
        said = str(self._json(answer).get("detail", ""))
        if answer.status_code == 401 and not self._token:
            return GlassboxError(
                f"{_first_up(self.where.words)} wants an operator's token: set {TOKEN} to one, or make one on its machine "
                "with `python -m core token create NAME --role operator`."
            )
        if answer.status_code == 401:
            return GlassboxError(
                f"{_first_up(self.where.words)} refuses the token in {TOKEN}: it is unknown, expired or revoked."
            )
        kinds = {404: UnknownId, 422: InputError}
        return kinds.get(answer.status_code, GlassboxError)(said)


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
