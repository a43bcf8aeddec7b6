"""All settings of one process: where they are read from, and how they are changed."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from core.errors import SettingsError
from core.records import Seal, Timeframe
from core.settings.agent import AgentSettings
from core.settings.alerting import AlertSettings
from core.settings.autopilot import AutopilotSettings
from core.settings.computing import ComputeSettings
from core.settings.gathering import CollectSettings, Keys, NewsSettings
from core.settings.improving import ImproveSettings
from core.settings.judging import PredictSettings, SentimentSettings
from core.settings.llm import LlmSettings
from core.settings.pipeline_names import PipelineNames, variable_of
from core.settings.serving import ApiSettings, LoginSettings
from core.settings.signals import SignalSettings
from core.settings.sizing import SizingSettings
from core.settings.storing import StoreSettings
from core.settings.trading import CostSettings, RiskSettings

ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """All settings of one process."""

    model_config = SettingsConfigDict(
        env_prefix="GLASSBOX_", env_nested_delimiter="__", extra="ignore", frozen=True
    )

    home: Path = Field(ROOT, description="Folder that holds settings.toml, .env, data/ and models/.")
    initial_cash: float = Field(
        10_000.0, gt=0, le=1e12, description="Cash of a new paper book, in the quote currency."
    )
    symbol: str = Field("BTC-USD", description="Asset that a page opens with.")
    timeframe: Timeframe = Field(Timeframe.H1, description="Timeframe that a page opens with.")
    source: str = Field(
        "auto",
        description="Data source that a page opens with: auto, sample, yfinance, coingecko, ccxt:EXCHANGE, alphavantage, cryptocompare, imported or file:PATH.",
    )
    job_threads: int = Field(2, ge=1, le=64, description="Jobs that run at the same time.")
    collect: CollectSettings = CollectSettings()
    news: NewsSettings = NewsSettings()
    sentiment: SentimentSettings = SentimentSettings()
    llm: LlmSettings = LlmSettings()
    predict: PredictSettings = PredictSettings()
    signals: SignalSettings = SignalSettings()
    agent: AgentSettings = AgentSettings()
    sizing: SizingSettings = SizingSettings()
    risk: RiskSettings = RiskSettings()
    costs: CostSettings = CostSettings()
    autopilot: AutopilotSettings = AutopilotSettings()
    improve: ImproveSettings = ImproveSettings()
    alerts: AlertSettings = AlertSettings()
    api: ApiSettings = ApiSettings()
    login: LoginSettings = LoginSettings()
    compute: ComputeSettings = ComputeSettings()
    store: StoreSettings = StoreSettings()
    keys: Keys = Keys()

    @property
    def database(self) -> Path:
        """The one database file."""
        return self.home / "data" / "glassbox.duckdb"

    @property
    def seal(self) -> Seal | None:
        """What the database is encrypted with; None: it is not."""
        key = self.keys.database
        return None if key is None else Seal(key.get_secret_value(), self.store.builtin_cipher)

    @property
    def backup_dir(self) -> Path:
        """Folder of copies of the database."""
        return self.home / "data" / "backups"

    @property
    def study_dir(self) -> Path:
        """Folder of Optuna's journals."""
        return self.home / "data" / "studies"

    @property
    def model_dir(self) -> Path:
        """Folder of trained models."""
        return self.home / "models"

    @property
    def import_dir(self) -> Path:
        """Folder of imported bar files."""
        return self.home / "data" / "imported"

    @property
    def cache_dir(self) -> Path:
        """Folder where data clients keep their own caches."""
        return self.home / "data" / "cache"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of strength; the two TOML files come after the environment."""
        dotenv = _dotenv(settings_cls.model_config.get("env_file"))
        return (
            init_settings,
            env_settings,
            PipelineNames(settings_cls, os.environ),
            dotenv_settings,
            PipelineNames(settings_cls, dotenv),
            TomlConfigSettingsSource(settings_cls),
        )


def load_settings(**overrides: Any) -> Settings:
    """Read the settings of the folder `home` (argument, GLASSBOX_HOME or the project's own).

    Raises:
        SettingsError: one sentence with the name, the value and what is allowed.
    """
    home = Path(overrides.get("home") or os.environ.get("GLASSBOX_HOME") or ROOT)

    class Located(Settings):
        model_config = SettingsConfigDict(
            env_file=home / ".env", toml_file=(home / ".streamlit" / "secrets.toml", home / "settings.toml")
        )

    try:
        return Located(**{**overrides, "home": home})
    except ValidationError as err:
        raise SettingsError(_sentence(err, os.environ, _dotenv(home / ".env"))) from err
    except ValueError as err:
        raise SettingsError(
            f"A settings file in {home} cannot be read: {err}. Correct or remove it."
        ) from err


def save_settings(home: Path, changes: Mapping[str, Mapping[str, Any]]) -> Settings:
    """Write changed sections (`{"risk": {"stop_loss": 0.03}}`; section "" is the top level) to settings.toml.

    Everything is checked before the file is replaced in one step; comments in it are kept.

    Raises:
        SettingsError: nothing was written.
    """
    document = read_document(home)
    for section, values in changes.items():
        table = document if not section else document.setdefault(section, tomlkit.table())
        for name, value in values.items():
            table[name] = value
    candidate = document.unwrap()
    if "keys" in candidate:
        raise SettingsError(
            "Keys do not belong in settings.toml: set them in the environment or .streamlit/secrets.toml."
        )
    try:
        Settings.model_validate({**candidate, "home": home})
    except ValidationError as err:
        raise SettingsError(_sentence(err)) from err
    write_document(home, document)
    return load_settings(home=home)


def read_document(home: Path) -> tomlkit.TOMLDocument:
    """The folder's settings.toml with its comments; an empty one when there is none.

    Raises:
        SettingsError: it is no TOML.
    """
    path = home / "settings.toml"
    try:
        return tomlkit.parse(path.read_text("utf-8")) if path.exists() else tomlkit.document()
    except ValueError as err:
        raise SettingsError(f"{path} cannot be read: {err}. Correct or remove it.") from err


def write_document(home: Path, document: tomlkit.TOMLDocument) -> None:
    """Replace the folder's settings.toml in one step."""
    path = home / "settings.toml"
    partial = path.with_suffix(".part")
    partial.write_text(tomlkit.dumps(document), "utf-8")
    partial.replace(path)


def _dotenv(path: Any) -> Mapping[str, str | None]:
    """Variables of a .env file; none where there is no file."""
    from dotenv import dotenv_values

    return dotenv_values(path) if isinstance(path, Path) and path.exists() else {}


def _sentence(err: ValidationError, *variables: Mapping[str, str | None]) -> str:
    first = err.errors()[0]
    name = ".".join(str(part) for part in first["loc"]) or "settings"
    section, _, setting = name.partition(".")
    known = variable_of(section, setting, *variables)
    shown = "" if "keys" in name else f" is {str(first['input'])[:60]!r}"
    what = f"{known} (setting {name})" if known else f"Setting {name}"
    return f"{what}{shown}: {first['msg'].removeprefix('Value error, ')}. Correct it in the environment, .env or settings.toml."
