"""Bound to this machine the pages are open; bound elsewhere they ask."""

import pytest
from streamlit import config

from core.login.signing import sign_in
from core.passwords import hash_password
from core.runtime import Runtime
from core.settings import save_settings
from core.store.audit import read_audit
from pages.components import login
from tests.pages.conftest import OpenPage


@pytest.fixture
def bound_elsewhere(engine: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    before = config.get_option
    monkeypatch.setattr(
        config, "get_option", lambda key: "0.0.0.0" if key == "server.address" else before(key)
    )
    monkeypatch.setattr(login, "caller", lambda: "10.0.0.9")  # the test client has no address


def test_without_a_password_nothing_is_shown(bound_elsewhere: None, open_page: OpenPage) -> None:
    test = open_page()
    assert "there is no password" in test.error[0].value
    assert not test.metric and not test.dataframe and not test.sidebar.selectbox


def test_without_a_login_a_page_ends_before_it_began(
    bound_elsewhere: None, open_page: OpenPage, engine: Runtime
) -> None:
    engine.apply(save_settings(engine.settings.home, {"login": {"password": hash_password("correct horse")}}))
    test = open_page()
    assert "You are signed out" in test.info[0].value
    assert not test.metric and not test.dataframe and not test.sidebar.selectbox and not test.button


def test_a_login_opens_until_it_is_ended_in_any_tab(
    bound_elsewhere: None, open_page: OpenPage, engine: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.apply(save_settings(engine.settings.home, {"login": {"password": hash_password("correct horse")}}))
    secret = str(sign_in(engine, "correct horse", "10.0.0.9"))
    monkeypatch.setattr(login, "_secret", lambda: secret)
    test = open_page()
    assert not test.error and test.sidebar.selectbox and test.title[0].value == "Overview"
    other = open_page()
    other.sidebar.button(key="log_out").click().run()
    assert "You are signed out" in other.info[0].value and not other.sidebar.selectbox
    test.run()
    assert "You are signed out" in test.info[0].value and not test.sidebar.selectbox
    assert [entry.deed.action for entry in read_audit(engine.store)][:2] == ["logout", "login"]


def test_on_this_machine_nobody_is_asked(open_page: OpenPage) -> None:
    test = open_page()
    assert test.title[0].value == "Overview" and "log_out" not in {
        button.key for button in test.sidebar.button
    }
