"""Risk profiles: shipped, saved, applied, forgotten; on the settings, the backtest page and the command line."""

import json
from pathlib import Path

import pytest

from core.__main__ import main
from core.errors import SettingsError
from core.pipeline.backtest_terms import AS_SET, profiles
from core.settings import RiskSettings, Settings, load_settings, save_settings
from core.settings.profiles import (
    SHIPPED,
    apply_profile,
    forget_profile,
    profile_in_force,
    risk_profiles,
    save_profile,
)
from core.views import setting_sections
from core.views.preference_words import GROUPS, LABELS
from core.views.profiles import profile_views


def test_the_shipped_profiles_have_the_limits_they_are_named_for() -> None:
    named = {profile.name: profile.risk for profile in SHIPPED}
    usual, pipeline = named["CryptoPilot"], named["Integration pipeline"]
    assert (usual.max_position, usual.stop_loss, usual.take_profit) == (0.10, 0.02, 0.04)
    assert (usual.max_positions, usual.max_daily_loss) == (5, 0.05)
    assert (pipeline.max_position, pipeline.stop_loss, pipeline.take_profit) == (0.20, 0.02, 0.05)
    for risk in named.values():
        assert risk.max_position <= risk.max_exposure and risk.reduce_drawdown < risk.max_drawdown
        assert risk.max_var < risk.max_cvar


def test_the_settings_begin_with_the_first_one_and_one_call_changes_all(settings: Settings) -> None:
    assert profile_in_force(settings) == SHIPPED[0]
    after = apply_profile(settings, "integration pipeline")
    assert after.risk == SHIPPED[1].risk == load_settings().risk
    assert profile_in_force(after) == SHIPPED[1]
    text = (settings.home / "settings.toml").read_text()
    assert "max_position = 0.2" in text and "stop_loss" not in text, "only what differs is written"
    assert apply_profile(after, "CryptoPilot").risk == RiskSettings()
    with pytest.raises(
        SettingsError, match="no risk profile 'brave': choose one of CryptoPilot, Integration"
    ):
        apply_profile(settings, "brave")


def test_a_profile_of_ones_own(settings: Settings, home: Path) -> None:
    changed = save_settings(home, {"risk": {"max_positions": 3}, "": {"symbol": "ETH-USD"}})
    assert profile_in_force(changed) is None
    save_profile(home, " Three at a time ", changed.risk)
    assert [profile.name for profile in risk_profiles(home) if profile.own] == ["Three at a time"]
    after = apply_profile(apply_profile(changed, "careful"), "three AT a time")
    known = profile_in_force(after)
    assert known is not None and known.name == "Three at a time"
    assert after.risk.max_positions == 3 and after.symbol == "ETH-USD"
    assert profiles(after)["Three at a time"] == profiles(after)[AS_SET]
    forget_profile(home, "Three at a time")
    assert len(risk_profiles(home)) == len(SHIPPED) and load_settings().risk.max_positions == 3


@pytest.mark.parametrize(
    ("name", "said"), [("", "needs a name"), ("x" * 41, "needs a name"), ("BOLD", "is shipped")]
)
def test_names_that_are_refused(home: Path, name: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        save_profile(home, name, RiskSettings())
    with pytest.raises(SettingsError, match="is shipped and stays"):
        forget_profile(home, "careful")
    assert not (home / "settings.toml").exists()


def test_a_saved_profile_that_cannot_be_used_is_named(home: Path) -> None:
    (home / "settings.toml").write_text("[profiles.Mine]\nmax_position = 7\n")
    with pytest.raises(SettingsError, match=r"The risk profile 'Mine' in settings\.toml .*max_position"):
        risk_profiles(home)
    assert load_settings().risk == RiskSettings(), "the settings themselves are not touched by it"


def test_the_environment_wins_and_that_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLASSBOX_RISK__MAX_POSITION", "0.3")
    with pytest.raises(SettingsError, match=r"risk\.max_position otherwise and wins"):
        apply_profile(load_settings(), "careful")


def test_what_a_profile_would_change_is_told(settings: Settings) -> None:
    first, second, *_ = profile_views(settings)
    assert first.in_force and first.words.startswith("In force")
    assert not second.in_force and second.words.startswith(
        "Would change 5 limits: largest position 10\u00a0%\u00a0→ 20\u00a0%;"
    )


@pytest.mark.parametrize("section", ["risk", "sizing", "signals", "agent"])
def test_every_setting_of_a_trade_has_its_group(settings: Settings, section: str) -> None:
    found = next(one for one in setting_sections(settings) if one.name == section)
    names = [field.name for field in found.fields]
    grouped = [name for _, group in GROUPS[section] for name in group]
    assert sorted(names) == sorted(grouped), "each setting stands in one group"
    assert {name for kind, name in LABELS if kind == section} <= set(names), (
        "a label for a setting that is gone"
    )


def test_on_the_command_line(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["risk", "profile", "Integration pipeline"]) == 0
    assert capsys.readouterr().out.strip() == "The limits are those of Integration pipeline now."
    assert main(["risk", "profile", "--save", "Mine", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["profiles"]
    assert [(one["name"], one["own"]) for one in told][-1] == ("Mine", True)
    assert [one["name"] for one in told if one["in_force"]] == ["Integration pipeline", "Mine"]
    assert main(["risk", "profile", "brave"]) == 2
    assert "There is no risk profile 'brave'" in capsys.readouterr().err
    assert main(["risk"]) == 1
    assert "There is no book yet" in capsys.readouterr().err
