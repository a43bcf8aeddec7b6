"""Bound to another address than this machine's own, the pages ask who is there: by password and by OpenID Connect."""

import json
import os
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey
from playwright.sync_api import BrowserContext, Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from core.passwords import hash_password
from tests import quick
from tests.browser.conftest import ARTEFACTS, Server, free_port
from tests.browser.oidc_provider import CLIENT, SECRET, Provider

PASSWORD = "correct horse battery"


def started(home: Path, settings: str, monkeypatch: pytest.MonkeyPatch, port: int) -> Server:
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    (home / "settings.toml").write_text(quick.TOML + settings)
    made = Server(home, port)
    made.start()
    return made


@pytest.fixture
def locked(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    made = started(home, f'[login]\npassword = "{hash_password(PASSWORD)}"\n', monkeypatch, free_port())
    yield made
    made.kill()


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def by_provider(home: Path, monkeypatch: pytest.MonkeyPatch, provider: Provider) -> Iterator[Server]:
    port = free_port()
    (home / ".streamlit").mkdir()
    (home / ".streamlit" / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{os.urandom(16).hex()}"\n'
        f'client_id = "{CLIENT}"\nclient_secret = "{SECRET}"\n'
        f'server_metadata_url = "{provider.url}/.well-known/openid-configuration"\n'
    )
    made = started(home, '[login]\nallowed = ["ann@example.org"]\n', monkeypatch, port)
    yield made
    made.kill()


def status(url: str, method: str = "GET", **headers: str) -> int:
    try:
        request = urllib.request.Request(url, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as err:
        return err.code


def test_the_password_opens_a_deep_link_and_stays_over_reload_and_tabs(
    locked: Server, page: Page, context: BrowserContext
) -> None:
    closed = ("/", "/media/x", "/_stcore/host-config", "/_stcore/metrics", "/component/x")
    assert [status(f"{locked.url}{path}") for path in closed] == [401] * len(closed)
    page.goto(f"{locked.url}/risk")
    expect(page.get_by_label("Password")).to_be_focused()
    page.screenshot(path=ARTEFACTS / "login-light.png")
    page.get_by_label("Password").fill("wrong horse")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("That is not the password.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Risk", exact=True)).to_be_visible()
    assert page.url == f"{locked.url}/risk"
    (cookie,) = [one for one in context.cookies() if one["name"] == "glassbox_login"]
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and cookie["value"].startswith("gbs_")
    page.reload()
    expect(page.get_by_role("heading", name="Risk", exact=True)).to_be_visible()
    other = context.new_page()
    other.goto(f"{locked.url}/health")
    expect(other.get_by_role("heading", name="Health", exact=True)).to_be_visible()
    other.get_by_test_id("stSidebar").get_by_role("button", name="Log out").click()
    expect(other.get_by_role("link", name="Sign in again")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Password")).to_be_visible()
    replayed = {"Cookie": f"glassbox_login={cookie['value']}"}
    assert status(f"{locked.url}/_stcore/host-config", **replayed) == 401


def test_openid_connect_signs_in_who_is_on_the_list(
    by_provider: Server, provider: Provider, page: Page
) -> None:
    page.goto(f"{by_provider.url}/risk")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()
    assert {"/authorize", "/token", "/jwks"} <= set(provider.asked)
    page.reload()
    expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    provider.person = {"sub": "eve-2", "email": "ann@example.org", "email_verified": False}
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("may not come in")).to_be_visible()
    assert page.get_by_test_id("stMetric").count() == 0
    page.get_by_role("button", name="Sign in as somebody else").click()
    provider.person, provider.signed_with = (
        {"sub": "ann-1", "email": "ann@example.org"},
        RSAKey.generate_key(2048, {"kid": "k1"}),
    )
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state("networkidle")
    expect(
        page.get_by_role("button", name="Sign in", exact=True)
    ).to_be_visible()  # a forged token opens nothing


def test_files_are_for_those_alone_whom_the_provider_has_signed_in(
    by_provider: Server, page: Page, context: BrowserContext, tmp_path: Path
) -> None:
    url = by_provider.url
    shut = (
        "/media/x", "/component/x", "/_stcore/metrics", "/_stcore/bidi-components/x", "/_stcore/agent/openapi.json",
        "/app/static/x", "/_stcore/upload_file/a/b", "/risk/x",
    )  # fmt: skip
    assert [status(url + path) for path in shut] == [401] * len(shut)
    ajar = ("/", "/risk", "/_stcore/health", "/_stcore/host-config", "/api/ready", "/favicon.png")
    assert [status(url + path) for path in ajar] == [200] * len(ajar)

    missed: list[str] = []
    page.on("response", lambda answer: missed.append(answer.url) if answer.status >= 400 else None)
    page.goto(f"{url}/risk")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert [one for one in missed if "_stcore" not in one] == [], "the page that signs in is whole"
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview", exact=True)).to_be_visible()
    page.goto(f"{url}/market?market_view=Import+a+file")
    (tmp_path / "mine.csv").write_text("date,open,high,low,close\n2023-01-01,1,2,1,2\n2023-01-02,2,3,2,3\n")
    with page.expect_request(lambda one: one.method == "PUT") as put:
        page.locator("input[type=file]").set_input_files(tmp_path / "mine.csv")
    expect(page.get_by_text("CSV with 2 bars of 1d")).to_be_visible()
    page.goto(f"{url}/market?market_view=Numbers")
    with page.expect_download() as csv:
        page.get_by_role("button", name="Bars as CSV").click()
    assert csv.value.path().read_text().startswith("date,open")

    file, mine = csv.value.url, "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
    assert "/media/" in file and status(file, Cookie=mine) == 200
    assert status(file) == status(put.value.url, "PUT") == 401
    forged = [
        cookie(url, by_provider.home, {"email": "eve@example.org"}),
        cookie(url, by_provider.home, {}, secret="guessed"),
        cookie("http://another.example.org", by_provider.home, {}),
        cookie(url, by_provider.home, {"is_logged_in": False}),
        "_streamlit_user=x",
    ]
    assert [status(file, Cookie=one) for one in forged] == [401] * len(forged)
    assert status(file, Cookie=cookie(url, by_provider.home, {})) == 200, (
        "the forged ones are wrong in one thing each"
    )
    page.get_by_test_id("stSidebar").get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert status(file, Cookie=mine) == 401, "a login that was ended"


def cookie(url: str, home: Path, claims: dict[str, object], secret: str = "") -> str:
    """What Streamlit would have signed, but for some of its claims or for the secret."""
    kept = tomllib.loads((home / ".streamlit" / "secrets.toml").read_text())["auth"]["cookie_secret"]
    told = {
        "sub": "ann-1",
        "email": "ann@example.org",
        "iat": 1,
        "origin": url,
        "is_logged_in": True,
    } | claims
    return (
        f"_streamlit_user={create_signed_value(secret or kept, '_streamlit_user', json.dumps(told)).decode()}"
    )
