"""Where a server is found, and who may knock."""

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.client.whereabouts import find, heard, knock, leave, take_back, whereabouts
from core.errors import InputError

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "secure", "url"),
    [
        ("127.0.0.1", False, "http://127.0.0.1:8501"),
        ("", False, "http://127.0.0.1:8501"),
        ("0.0.0.0", True, "https://127.0.0.1:8501"),
        ("::", False, "http://127.0.0.1:8501"),
        ("::1", False, "http://[::1]:8501"),
        ("192.168.1.7", False, "http://192.168.1.7:8501"),
    ],
)
def test_a_server_is_asked_where_it_listens(address: str, secure: bool, url: str) -> None:
    assert whereabouts(address, 8501, secure, 1, NOW).url == url


def test_what_is_left_is_found_until_it_is_taken_back(home: Path) -> None:
    assert find(home, {}) is None
    where = whereabouts("127.0.0.1", 8501, False, os.getpid(), NOW)
    leave(home, where)
    assert find(home, {}) == where and "process" in where.words
    take_back(home, os.getpid() + 1)  # another one's
    assert find(home, {}) == where
    take_back(home, os.getpid())
    assert find(home, {}) is None and not (home / "data" / "server.json").exists()


def test_a_file_that_a_crash_left_counts_for_nothing(home: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    leave(home, whereabouts("127.0.0.1", 8501, False, gone.pid, NOW))
    assert find(home, {}) is None
    for torn in ("", "{", "[]", json.dumps({"url": "http://x"})):
        (home / "data" / "server.json").write_text(torn)
        assert find(home, {}) is None


def test_the_environment_comes_first(home: Path) -> None:
    leave(home, whereabouts("127.0.0.1", 8501, False, os.getpid(), NOW))
    found = find(home, {"GLASSBOX_SERVER": "https://desk.example:444/"})
    assert found is not None and found.url == "https://desk.example:444" and found.pid is None
    for bad in ("desk", "ftp://desk", "http://user:word@desk", "http://desk/api"):
        with pytest.raises(InputError, match="is no address"):
            find(home, {"GLASSBOX_SERVER": bad})


def test_a_knock_counts_once_and_not_for_long(home: Path) -> None:
    name = knock(home)
    assert heard(home, name, time.time()) and not heard(home, name, time.time())
    assert not heard(home, knock(home), time.time() + 61)
    assert not list((home / "data" / "knocks").iterdir())
    (home / "data" / "knocks" / "short").touch()
    for other in ("", "short", "../server.json", "x" * 43):
        assert not heard(home, other, time.time())
