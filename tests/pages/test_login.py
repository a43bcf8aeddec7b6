"""Bound to this machine the pages are open; bound elsewhere they ask."""

import pytest
from streamlit import config

from core.passwords import hash_password
from core.runtime import Runtime
from core.settings import save_settings
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


def test_the_password_opens_and_a_wrong_one_does_not(
    bound_elsewhere: None, open_page: OpenPage, engine: Runtime
) -> None:
    engine.apply(save_settings(engine.settings.home, {"login": {"password": hash_password("correct horse")}}))
    test = open_page()
    assert not test.sidebar.selectbox
    test.text_input(key="login_password").set_value("wrong horse")
    test.button[0].click().run()
    assert test.error[0].value == "That is not the password."
    assert list(engine.attempts._wrong) == ["10.0.0.9"]
    for _ in range(12):  # as if it had been tried on and on
        engine.attempts.failed("10.0.0.9", 1)
    test.text_input(key="login_password").set_value("correct horse")
    test.button[0].click().run()
    assert "Too many wrong passwords" in test.error[0].value and not test.sidebar.selectbox
    engine.attempts.succeeded("10.0.0.9")
    test.text_input(key="login_password").set_value("correct horse")
    test.button[0].click().run()
    assert not test.error and test.sidebar.selectbox and test.title[0].value == "Overview"


def test_on_this_machine_nobody_is_asked(open_page: OpenPage) -> None:
    assert open_page().title[0].value == "Overview"
