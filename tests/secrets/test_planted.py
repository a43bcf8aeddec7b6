"""Planted secrets stay where they were planted: in no log, row, file, page, export or answer, whatever goes wrong."""

import io
import json
import os
import time
import urllib.error
import urllib.request
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from core.__main__ import main
from core.store.sealing import connect, is_sealed
from tests.browser.conftest import Server, free_port
from tests.secrets.planting import AUTH, KEYS, PASSWORD, SEAL, Doorman, Echo, dismiss, plant, planted

URL_SAFE = bytes.maketrans(b"+/", b"-_")
LONG = os.environ.get("GLASSBOX_LONG") == "1"
PAGES = ("settings", "health", "alerts", "llm", "passport")
MORE = (
    "", "cycle", "signals", "funnel", "risk", "autopilot", "market", "news", "features", "models", "explain", "agent",
    "backtest", "optimise", "monte_carlo", "uplift", "reports",
)  # fmt: skip


@pytest.fixture
def echo() -> Iterator[Echo]:
    made = Echo()
    yield made
    made.close()


@pytest.fixture
def doorman() -> Iterator[Doorman]:
    made = Doorman()
    yield made
    made.close()


@pytest.fixture
def token(home: Path, echo: Echo, doorman: Doorman, monkeypatch: pytest.MonkeyPatch) -> str:
    for name, value in plant(home, echo, doorman).items():
        monkeypatch.setenv(name, value)
    told = io.StringIO()
    with redirect_stdout(told):
        assert main(("token", "create", "planted", "--role", "operator", "--json")) == 0
    return str(json.loads(told.getvalue())["token"])


@pytest.fixture
def server(home: Path, echo: Echo, token: str) -> Iterator[Server]:
    given = {name: value for name, value in os.environ.items() if name.startswith("GLASSBOX_")}
    made = Server(home, free_port(), providers=f"http://127.0.0.1:{echo.port}")
    made.more = given | {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}
    made.start()
    yield made
    made.kill()


class Rest:
    """Asks with a token and keeps every answer, good or bad."""

    def __init__(self, server: Server, token: str) -> None:
        self.url, self.token, self.heard = f"{server.url}/api", token, [""]

    def ask(self, path: str, body: dict[str, Any] | None = None, token: str | None = None) -> Any:
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                said = f"{answer.headers}{(text := answer.read().decode())}"
        except urllib.error.HTTPError as err:
            said = f"{err.headers}{(text := err.read().decode())}"
        self.heard.append(said)
        return json.loads(text) if text.startswith(("{", "[")) else text

    def done(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Submit work and wait until it has ended."""
        job = self.ask(path, body)
        for _ in range(600):
            if job.get("state") not in ("queued", "running"):
                return dict(job)
            time.sleep(0.2)
            job = self.ask(f"/jobs/{job['id']}")
        raise AssertionError(job)

    def ask_everything(self, cycle: str) -> None:
        """Every question of the OpenAPI document that reads."""
        for path, methods in self.ask("/openapi.json")["paths"].items():
            if "get" in methods:
                self.ask(path.removeprefix("/api").replace("{cycle_id}", cycle).replace("{job_id}", cycle))


def forms(secret: str) -> set[bytes]:
    """How a secret looks in a text, in a URL and, wherever it begins, in base64."""
    plain = secret.encode()
    plainly = {plain, quote(secret, safe="").encode(), quote(secret).encode()}
    inside = {
        b64encode(bytes(before) + plain)[-(-before * 4 // 3) : (before + len(plain)) * 4 // 3]
        for before in range(3)
    }
    return plainly | inside | {one.translate(URL_SAFE) for one in inside}


def leaks(text: bytes | str, secrets: tuple[str, ...]) -> list[str]:
    raw = text.encode() if isinstance(text, str) else text
    return [secret for secret in secrets for form in forms(secret) if form in raw]


def rows(database: Path) -> Iterator[tuple[str, str]]:
    """Every value of every table, packed ones unpacked."""
    with connect(database, SEAL, read_only=True) as connection:
        for (table,) in connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE NOT internal"
        ).fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"').fetchall():
                for value in row:
                    if isinstance(value, bytes) and value[:1] == b"\x78":
                        yield table, zlib.decompress(value).decode("utf-8", "replace")
                    elif isinstance(value, str | list | dict | bytes):
                        yield table, str(value)


def test_secrets_stay_where_they_were_planted(
    server: Server, echo: Echo, doorman: Doorman, token: str, page: Page, home: Path
) -> None:
    secrets = (*planted(), token)
    rest = Rest(server, token)
    rest.ask("/cycles", token=f"{token[:-4]}wrong")
    failed = rest.done("/cycles", {"symbol": "BTC-USD", "timeframe": "1h", "source": "auto"})
    rest.done("/cycles", {"symbol": "AAPL", "timeframe": "1d", "source": "alphavantage"})
    cycle = rest.done("/cycles", {"symbol": "BTC-USD", "timeframe": "1h", "source": "sample"})
    assert failed["state"] == "done" and cycle["state"] == "done"
    rest.done("/jobs", {"kind": "news", "arguments": {"symbol": "BTC-USD"}})
    rest.done("/jobs", {"kind": "backup", "arguments": {}})
    rest.done("/jobs", {"kind": "report", "arguments": {}})
    rest.ask(f"/passports/{cycle['id']}")
    rest.ask_everything(failed["id"])
    doorman.echo = echo
    enter_by_provider(server, page, refused=True)
    doorman.echo = None
    enter_by_provider(server, page)
    shown = shown_by(server, page, failed["id"], (*PAGES, *(MORE if LONG else ())))
    said = "".join(echo.heard)
    used = {name for name, value in (KEYS | AUTH).items() if leaks(said, (value,))}
    assert used >= {
        "llm", "alphavantage", "coingecko_pro", "cryptocompare", "newsapi", "reddit_secret", "client_secret",
    }, used  # fmt: skip
    server.kill()
    dismiss(home)
    server.start()
    enter_by_password(server, page)
    shown |= {
        f"{name} again": text for name, text in shown_by(server, page, failed["id"], ("health",)).items()
    }
    server.kill()
    found = {
        f"REST answer {number}": leaks(text, secrets)
        for number, text in enumerate(rest.heard)
        if leaks(text, secrets)
    }
    found |= {f"page {name}": leaks(text, secrets) for name, text in shown.items() if leaks(text, secrets)}
    assert found | leaks_below(home, secrets) == {}


def leaks_below(home: Path, secrets: tuple[str, ...]) -> dict[str, list[str]]:
    """Secrets in files, but for those that were written to keep them, and in the rows of the encrypted databases."""
    found, searched = {}, set()
    for path in home.rglob("*"):
        if path.is_file() and path.name not in (".env", "secrets.toml"):
            searched.add(path.suffix)
            found[str(path)] = leaks(path.read_bytes(), secrets)
            if path.suffix == ".duckdb":
                assert is_sealed(path), path
                for table, text in rows(path):
                    found[f"{path} {table}"] = found.get(f"{path} {table}", []) + leaks(text, secrets)
    assert {".jsonl", ".duckdb", ".log", ".toml"} <= searched
    assert len([name for name in found if name.endswith(" audit")]) == 2, "the database and its back-up"
    return {name: leaked for name, leaked in found.items() if leaked}


def enter_by_provider(server: Server, page: Page, refused: bool = False) -> None:
    """Sign in by OpenID Connect, where the provider may refuse the token."""
    page.goto(f"{server.url}/settings")
    with page.expect_response(lambda answer: "/oauth2callback" in answer.url):
        page.get_by_role("button", name="Sign in").click()
    if refused:
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    else:
        expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()


def enter_by_password(server: Server, page: Page) -> None:
    """Sign in where no provider does."""
    page.goto(f"{server.url}/settings")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()


def shown_by(server: Server, page: Page, cycle: str, names: tuple[str, ...]) -> dict[str, str]:
    """The whole of each page, its markup too, as somebody sees it who has signed in."""
    shown = {}
    for name in names:
        page.goto(f"{server.url}/{name}" + (f"?cycle={cycle}" if name == "passport" else ""))
        expect(page.get_by_test_id("stMain").get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
        page.wait_for_function(
            "document.querySelectorAll('[data-testid=stSkeleton], [data-stale=true]').length === 0",
            timeout=60_000,
        )
        shown[name] = page.content()
        assert page.get_by_test_id("stException").count() == 0, name
    return shown
