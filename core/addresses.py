"""Which addresses stay on this machine."""

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=256)  # asked with every request
def is_loopback(address: str) -> bool:
    """Whether an address or a name of a host is this machine's own."""
    host = address.strip("[]").lower()
    if host == "localhost":
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)
