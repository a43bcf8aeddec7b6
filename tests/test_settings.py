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


PIPELINE = {
    "PIPELINE_DATA_COLLECTION_INTERVAL": ("autopilot", "collection_seconds", "60", "30"),
    "PIPELINE_PREDICTION_INTERVAL": ("autopilot", "prediction_seconds", "300", "600"),
    "PIPELINE_SIGNAL_INTERVAL": ("autopilot", "signal_seconds", "300", "900"),
    "PIPELINE_TRADE_INTERVAL": ("autopilot", "trade_seconds", "60", "20"),
    "PIPELINE_MAX_CONCURRENT_TRADES": ("risk", "max_positions", "5", "3"),
    "PIPELINE_MIN_CONFIDENCE": ("signals", "threshold", "0.7", "0.8"),
    "PIPELINE_MAX_POSITION_SIZE": ("risk", "max_position", "0.1", "0.05"),
    "PIPELINE_MAX_DAILY_LOSS": ("risk", "max_daily_loss", "0.05", "0.01"),
    "PIPELINE_STOP_LOSS": ("risk", "stop_loss", "0.02", "0.03"),
    "PIPELINE_TAKE_PROFIT": ("risk", "take_profit", "0.04", "0.06"),
}


@pytest.mark.parametrize("name", PIPELINE)
def test_the_names_of_the_pipeline_and_their_defaults(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    section, setting, default, other = PIPELINE[name]
    assert float(getattr(getattr(load_settings(), section), setting)) == float(default)
    write(home, ".env", f"{name}={other}\n")
    assert float(getattr(getattr(load_settings(), section), setting)) == float(other)
    monkeypatch.setenv(name, default)
    assert float(getattr(getattr(load_settings(), section), setting)) == float(default)
    monkeypatch.setenv(f"GLASSBOX_{section}__{setting}".upper(), other)  # our own name is stronger
    assert float(getattr(getattr(load_settings(), section), setting)) == float(other)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PIPELINE_MIN_CONFIDENCE", "7", r"PIPELINE_MIN_CONFIDENCE .*is '7': .*less than or equal to 1"),
        ("PIPELINE_TRADE_INTERVAL", "soon", r"PIPELINE_TRADE_INTERVAL .*is 'soon': .*integer"),
        ("PIPELINE_PAPER_TRADING", "false", "routes no order to a venue"),
        ("PIPELINE_PAPER_TRADING", "maybe", "only true is allowed"),
        ("PIPELINE_TAKE_PROFT", "0.3", "did you mean PIPELINE_TAKE_PROFIT"),
    ],
)
def test_a_wrong_pipeline_value_fails_loudly(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    write(home, ".env", f"{name}={value}\n")
    with pytest.raises(SettingsError, match=said):
        load_settings()
    write(home, ".env", "")
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        load_settings()


def test_paper_trading_may_be_said(home: Path) -> None:
    write(home, ".env", "PIPELINE_PAPER_TRADING=true\nPIPELINE_STOP_LOSS=0.01\n")
    assert load_settings().risk.stop_loss == 0.01
