"""Bound to another address than this machine's own, the pages ask who is there: by password and by OpenID Connect."""

import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey
from playwright.sync_api import BrowserContext, Page, expect

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


def status(url: str, **headers: str) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as answer:
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
