"""Whether somebody has to sign in: by the address that the server is bound to, and by how the question came."""

from collections.abc import Mapping

from core.addresses import is_loopback

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers that a proxy adds: who came through one is not on this machine."""


def must_sign_in(bound: str, headers: Mapping[str, str], *ends: str) -> bool:
    """Whether a login is needed.

    Args:
        bound: the address that the server is told to listen on.
        headers: of the request, names in lower case.
        ends: addresses at both ends of the connection, as far as they are known; the server's own shows that somebody
            bound it elsewhere without the settings knowing.
    """
    return not is_loopback(bound) or any(name in headers for name in FORWARDED) or any(
        not is_loopback(end) for end in ends if end
    )  # fmt: skip


def local_path(path: str) -> str:
    """A path to go on to after the login; the start page where it would lead elsewhere."""
    plain = path.isascii() and path.isprintable() and not set(path) & set("\\\"'<> ")
    return path if plain and path.startswith("/") and not path.startswith("//") else "/"
