"""Risk profiles on the settings page."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from core.runtime import Runtime
from core.settings.profiles import SHIPPED, risk_profiles

SETTINGS = "pages/system/settings.py"


def told(test: AppTest) -> str:
    return " ".join(item.value for item in (*test.markdown, *test.caption, *test.success, *test.error))


def test_a_profile_is_applied_saved_and_forgotten(open_page: Callable[..., AppTest], engine: Runtime) -> None:
    test = open_page(SETTINGS)
    assert not test.exception
    assert "Would change 5 limits: largest position 10\u00a0%\u00a0→ 20\u00a0%" in told(test)
    test.button(key="profile_apply_Integration pipeline").click().run()
    assert not test.exception and engine.settings.risk == SHIPPED[1].risk
    assert "The limits are those of Integration pipeline now." in told(test)
    field = next(item for item in test.number_input if item.key == "settings_risk_max_position")
    assert (field.value, field.label) == (0.2, "Largest position (share of equity)")

    test.text_input(key="profile_name").set_value("Mine")
    next(b for b in test.button if b.label == "Save profile").click().run()
    assert [profile.name for profile in risk_profiles(engine.settings.home) if profile.own] == ["Mine"]
    test.text_input(key="profile_name").set_value("careful")
    next(b for b in test.button if b.label == "Save profile").click().run()
    assert "The profile careful is shipped" in told(test)
    test.button(key="profile_forget_Mine").click().run()
    assert not test.exception and not any(p.own for p in risk_profiles(engine.settings.home))
