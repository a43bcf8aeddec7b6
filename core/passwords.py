"""The password of the pages, kept as a hash that takes time to try (scrypt, RFC 7914)."""

import base64
import hashlib
import hmac
import os

from core.errors import InputError, SettingsError

SHORTEST = 10
_N, _R, _P = 2**15, 8, 1
_MEMORY = 64 * 1024 * 1024


def hash_password(password: str, salt: bytes | None = None) -> str:
    """The text that is kept of a password: method, cost, salt and hash.

    Raises:
        InputError: it is too short.
    """
    if len(password) < SHORTEST:
        raise InputError(f"A password of {len(password)} characters is too short: use at least {SHORTEST}.")
    salt = os.urandom(16) if salt is None else salt
    digest = hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)
    return f"scrypt${_N}${_R}${_P}${_text(salt)}${_text(digest)}"


def right_password(password: str, kept: str) -> bool:
    """Whether a password is the one that was kept; compared in constant time.

    Raises:
        SettingsError: what was kept is no hash of ours.
    """
    try:
        method, n, r, p, salt, digest = kept.split("$")
        if method != "scrypt":
            raise ValueError(method)
        made = hashlib.scrypt(
            password.encode(),
            salt=base64.b64decode(salt),
            n=int(n),
            r=int(r),
            p=int(p),
            maxmem=_MEMORY,
            dklen=32,
        )
        return hmac.compare_digest(made, base64.b64decode(digest))
    except ValueError as err:
        raise SettingsError(
            "Setting login.password is no hash of a password: make one with `python -m core password`."
        ) from err


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
