"""No secret leaves: every one that the settings or Streamlit's own secrets hold is taken out of any text."""

import json
import re
import tomllib
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr

from core.records import Severity
from core.settings import Keys, Settings

HIDDEN = "[secret]"
_SHORTEST = 6
"""Secrets shorter than this would take ordinary words out of the text."""
_SHORTEST_PART = 8
"""The same for a piece of an address, which must look drawn by chance as well."""
_OURS = r"gb[xs]_[A-Za-z0-9_-]{16,}|scrypt\$\d+\$\d+\$\d+\$[A-Za-z0-9+/=$]+"
"""REST tokens, logins and kept passwords: recognised by their shape, because nobody keeps them to compare with."""
_PLAIN_HOSTS = ("http", "https", "json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos")
"""Schemes whose host is an address, not half a secret as in Telegram's or Slack's."""
_TELLING = re.compile(r"secret|password|token|key", re.IGNORECASE)


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Every secret that is set, each part of one that is a list or an address, and how each looks in a URL, in JSON and
    in a header of HTTP's basic sign-in; longest first."""
    found: set[str] = {settings.login.password}
    for secret in (*_keys(settings.keys), *_streamlit(settings.home)):
        found |= {secret, *secret.split()}
        for word in secret.split():
            level, _, rest = word.partition("=")
            address = rest if level in tuple(Severity) else word
            found |= {address, *(_parts(address) if "://" in address else ())}
    written = {quote(one, safe="") for one in found} | {json.dumps(one)[1:-1] for one in found}
    found |= written | {piece for one in found for piece in _in_base64(one)}
    return tuple(sorted((one for one in found if len(one) >= _SHORTEST), key=len, reverse=True))


class HideSecrets:
    """Takes secrets out of a text, whoever put them there: our own message, a library's, a server's, a traceback."""

    def __init__(self, secrets: Collection[str]) -> None:
        words = sorted((re.escape(one) for one in secrets), key=len, reverse=True)
        self._pattern = re.compile("|".join([*words, _OURS]))

    def __call__(self, text: str) -> str:
        """The text with every secret replaced."""
        return self._pattern.sub(HIDDEN, text)


def _in_base64(secret: str) -> Iterator[str]:
    """How it looks behind a name of any length; the letters at its ends are shared with what stands beside it."""
    plain = secret.encode()
    for before in range(3):
        letters = b64encode(bytes(before) + plain).decode()
        yield letters[-(-before * 4 // 3) : (before + len(plain)) * 4 // 3]


def _keys(keys: Keys) -> Iterator[str]:
    for name in type(keys).model_fields:
        value = getattr(keys, name)
        if isinstance(value, SecretStr):
            yield value.get_secret_value()


def _streamlit(home: Path) -> Iterator[str]:
    """What signs in by OpenID Connect; the file's errors are told where it is read as settings."""
    try:
        found = tomllib.loads((home / ".streamlit" / "secrets.toml").read_text("utf-8"))
    except (OSError, ValueError):
        return
    yield from _leaves(found.get("auth", {}))


def _leaves(table: Mapping[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value)
        elif isinstance(value, str) and _TELLING.search(name):
            yield value


def _parts(address: str) -> Iterator[str]:
    """The pieces of an address that may be secret: name, password, path, query, and the host of many services."""
    try:
        parts = urlsplit(address)
        login, _, host = parts.netloc.rpartition("@")
    except ValueError:
        return
    name, _, password = login.partition(":")
    yield from (piece for piece in (password, unquote(password)) if piece)
    pieces = [name, *parts.path.split("/"), *re.split(r"[&=]", parts.query)]
    pieces += [] if parts.scheme in _PLAIN_HOSTS else [host, *host.split(":")]
    for piece in pieces:
        drawn = bool(re.search(r"[0-9A-Z]", piece)) or "-" in piece or "_" in piece
        if len(piece) >= _SHORTEST_PART and drawn:
            yield from (piece, unquote(piece))
