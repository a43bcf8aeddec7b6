from pathlib import Path

import pytest

from core.errors import SettingsError
from core.settings import load_settings, save_settings


def write(home: Path, name: str, text: str) -> None:
    path = home / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def test_defaults_are_the_seed_limits(home: Path) -> None:
    risk = load_settings().risk
    assert (risk.max_position, risk.stop_loss, risk.take_profit) == (0.10, 0.02, 0.04)
    assert (risk.max_positions, risk.max_daily_loss) == (5, 0.05)
    assert load_settings().signals.threshold == 0.7


def test_environment_beats_dotenv_beats_settings_file_beats_secrets(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home, ".streamlit/secrets.toml", "initial_cash = 1.0\n[keys]\ncoingecko = 'from-secrets'\n")
    assert load_settings().initial_cash == 1.0
    write(home, "settings.toml", "initial_cash = 2.0\n")
    assert load_settings().initial_cash == 2.0
    write(home, ".env", "GLASSBOX_INITIAL_CASH=3\n")
    assert load_settings().initial_cash == 3.0
    monkeypatch.setenv("GLASSBOX_INITIAL_CASH", "4")
    assert load_settings().initial_cash == 4.0
    assert load_settings(initial_cash=5).initial_cash == 5.0


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("GLASSBOX_RISK__STOP_LOSS", "3", "risk.stop_loss is '3'"),
        ("GLASSBOX_RISK__MAX_POSITIONS", "many", "risk.max_positions is 'many'"),
        ("GLASSBOX_TIMEFRAME", "2h", "timeframe is '2h'"),
    ],
)
def test_bad_value_is_one_sentence_with_name_and_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match="Setting " + said.replace(".", r"\.")):
        load_settings()


def test_broken_file_is_named(home: Path) -> None:
    write(home, "settings.toml", "this is = = not toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings()


def test_unknown_name_in_a_section_is_refused(home: Path) -> None:
    write(home, "settings.toml", "[risk]\nstop_lose = 0.1\n")
    with pytest.raises(SettingsError, match="stop_lose"):
        load_settings()


def test_save_keeps_comments_and_other_values(home: Path) -> None:
    write(home, "settings.toml", "# mine\nsymbol = 'ETH-USD'\n")
    saved = save_settings(home, {"risk": {"stop_loss": 0.03}})
    assert (saved.risk.stop_loss, saved.symbol) == (0.03, "ETH-USD")
    assert (home / "settings.toml").read_text().startswith("# mine")


def test_bad_save_changes_nothing(home: Path) -> None:
    save_settings(home, {"risk": {"stop_loss": 0.03}})
    before = (home / "settings.toml").read_text()
    with pytest.raises(SettingsError, match=r"risk\.stop_loss"):
        save_settings(home, {"risk": {"stop_loss": 7}})
    assert (home / "settings.toml").read_text() == before
    assert [path.name for path in home.iterdir()] == ["settings.toml"]


def test_secrets_are_never_saved_or_shown(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="do not belong"):
        save_settings(home, {"keys": {"coingecko": "planted-secret"}})
    monkeypatch.setenv("GLASSBOX_KEYS__COINGECKO", "planted-secret")
    settings = load_settings()
    assert settings.keys.coingecko is not None
    assert settings.keys.coingecko.get_secret_value() == "planted-secret"
    assert "planted-secret" not in repr(settings) + settings.model_dump_json() + str(settings.model_dump())
