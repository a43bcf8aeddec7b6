"""REST without pages: where it listens, and that it is taken down again."""

import threading
from pathlib import Path

import httpx
import pytest

from core.api.serving import PORT, allowed, listening, serving
from core.client.whereabouts import find
from core.errors import GlassboxError, InputError
from core.runtime import Runtime


def test_it_answers_under_the_apps_paths_and_is_found_until_it_ends(engine: Runtime, home: Path) -> None:
    with listening("127.0.0.1", None) as bound:
        with serving(engine, bound) as traffic:
            where = find(home, {})
            assert where is not None and where.url == f"http://127.0.0.1:{bound.getsockname()[1]}"
            assert httpx.get(f"{where.url}/api/ready", timeout=60).json() == {"status": "ready"}
            assert not traffic.quiet, "somebody asked a moment ago"
            assert httpx.get(f"{where.url}/api/jobs", timeout=60).json()["total"] == 0
            assert httpx.get(f"{where.url}/").status_code == 404
        assert find(home, {}) is None and "rest" not in {thread.name for thread in threading.enumerate()}
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{where.url}/api/ready")


def test_a_fault_takes_it_down_too(engine: Runtime, home: Path) -> None:
    with pytest.raises(KeyError), listening("127.0.0.1", None) as bound, serving(engine, bound):
        raise KeyError
    assert find(home, {}) is None


def test_the_next_free_port_is_taken_unless_one_was_named() -> None:
    with listening("127.0.0.1", None) as first, listening("127.0.0.1", None) as second:
        one, other = first.getsockname()[1], second.getsockname()[1]
        assert PORT <= one < other
        with pytest.raises(GlassboxError, match=f"Port {other} of 127.0.0.1 is taken"):
            listening("127.0.0.1", other)


@pytest.mark.parametrize(
    ("address", "port", "why"),
    [
        ("127.0.0.1", 0, "Port 0 does not exist"),
        ("127.0.0.1", 70_000, "Port 70000 does not exist"),
        ("192.0.2.1", None, "of 192.0.2.1 \\(Cannot assign"),  # of documentation alone, so no machine's own
        ("no such name", None, "of no such name \\(Name or service not known\\): choose"),
    ],
)
def test_where_nobody_can_listen_is_told(address: str, port: int | None, why: str) -> None:
    with pytest.raises(InputError, match=why):
        listening(address, port)


def test_another_address_is_opened_only_where_a_token_exists() -> None:
    assert allowed("0.0.0.0", tokens=False) == "127.0.0.1"
    assert allowed("0.0.0.0", tokens=True) == "0.0.0.0"
    assert allowed("::1", tokens=False) == "::1"


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_commands_find_one_that_listens_everywhere(engine: Runtime, home: Path, address: str) -> None:
    with listening(address, None) as bound, serving(engine, bound):
        where = find(home, {})
        assert where is not None and where.url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{where.url}/api/jobs", timeout=60).json()["total"] == 0
