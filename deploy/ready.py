"""Exit code 0 when the server at an address is ready for work, 1 when it is not: for the health check of a container."""

import json
import sys
import urllib.error
import urllib.request


def ready(address: str) -> bool:
    """Whether `/api/ready` says that the database is open."""
    try:
        with urllib.request.urlopen(f"{address}/api/ready", timeout=8) as answer:
            return json.load(answer).get("status") == "ready"
    except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError) as err:
        sys.stderr.write(f"not ready: {err}\n")
        return False


if __name__ == "__main__":
    sys.exit(0 if ready(sys.argv[1]) else 1)
