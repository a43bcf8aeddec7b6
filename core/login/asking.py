"""Whether somebody has to sign in: by the address that the server is bound to, how the question came, and what it is for."""

from collections.abc import Mapping

from core.addresses import is_loopback

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""Headers that a proxy adds: who came through one is not on this machine."""
_OPEN_BELOW = ("/api/", "/static/")
"""REST, and the scripts of Streamlit itself: a page that outlives its login loads them to say so."""
_OPEN = ("/api", "/_stcore/health", "/favicon.png")
_OUTSIDE = ("/auth/login", "/auth/logout", "/_stcore/host-config", "/_stcore/stream")
"""What a page needs until OpenID Connect has signed somebody in: the button to do so comes through the stream, and is
all that the stream says until then."""


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


def is_open(path: str) -> bool:
    """Whether a path is served to whoever asks: REST has tokens of its own, the others hold no secret."""
    return path.startswith(_OPEN_BELOW) or path in _OPEN


def is_open_outside(path: str) -> bool:
    """The same for what is open besides where a page signs in, by OpenID Connect: the markup of pages, which is one for
    all that lie right below the root, and what a page needs to ask."""
    return path in _OUTSIDE or path.count("/") == 1


def local_path(path: str) -> str:
    """A path to go on to after the login; the start page where it would lead elsewhere."""
    plain = path.isascii() and path.isprintable() and not set(path) & set("\\\"'<> ")
    return path if plain and path.startswith("/") and not path.startswith("//") else "/"
