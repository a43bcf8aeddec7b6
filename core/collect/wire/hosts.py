"""Whether a host can be found at all, told within a bounded time: a closed network should fail at once."""

import socket
import threading
import urllib.request


def is_known(host: str, seconds: float) -> bool:
    """Whether a host's name has an address, as far as `seconds` tell; True behind a proxy, which looks it up itself."""
    if _proxied(host):
        return True
    found: list[bool] = []

    def look() -> None:
        try:
            found.append(bool(socket.getaddrinfo(host, 443)))
        except (OSError, UnicodeError):
            found.append(False)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(seconds)
    return bool(found and found[0])


def _proxied(host: str) -> bool:
    proxies = urllib.request.getproxies()
    return bool(proxies.get("https") or proxies.get("all")) and not urllib.request.proxy_bypass(host)
