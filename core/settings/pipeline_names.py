"""The names of CryptoPilot's pipeline, understood beside our own: PIPELINE_STOP_LOSS=0.03 is GLASSBOX_RISK__STOP_LOSS=0.03."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from core.errors import SettingsError

NAMES: dict[str, tuple[str, str]] = {
    "PIPELINE_DATA_COLLECTION_INTERVAL": ("autopilot", "collection_seconds"),
    "PIPELINE_PREDICTION_INTERVAL": ("autopilot", "prediction_seconds"),
    "PIPELINE_SIGNAL_INTERVAL": ("autopilot", "signal_seconds"),
    "PIPELINE_TRADE_INTERVAL": ("autopilot", "trade_seconds"),
    "PIPELINE_MAX_CONCURRENT_TRADES": ("risk", "max_positions"),
    "PIPELINE_MIN_CONFIDENCE": ("signals", "threshold"),
    "PIPELINE_MAX_POSITION_SIZE": ("risk", "max_position"),
    "PIPELINE_MAX_DAILY_LOSS": ("risk", "max_daily_loss"),
    "PIPELINE_STOP_LOSS": ("risk", "stop_loss"),
    "PIPELINE_TAKE_PROFIT": ("risk", "take_profit"),
}
"""Variable → section and setting."""
PAPER = "PIPELINE_PAPER_TRADING"
_YES, _NO = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}


class PipelineNames(PydanticBaseSettingsSource):
    """Settings from variables of those names, weaker than our own names in the same place."""

    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str | None]) -> None:
        super().__init__(settings_cls)
        self._variables = variables

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """A section's settings at once; see the base class."""
        found = {
            setting: self._variables[variable]
            for variable, (section, setting) in NAMES.items()
            if section == field_name and self._variables.get(variable)
        }
        return found or None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Section → settings.

        Raises:
            SettingsError: live trading is asked for, or a name is misspelt.
        """
        _paper_only(self._variables.get(PAPER))
        _known(self._variables)
        sections = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: values for name, values in sections.items() if values}


def _paper_only(value: str | None) -> None:
    said = (value or "true").strip().lower()
    if said in _NO:
        raise SettingsError(
            f"{PAPER} is {value!r}: Glassbox trades on paper only and routes no order to a venue. Set it to true or leave it out."
        )
    if said not in _YES:
        raise SettingsError(f"{PAPER} is {value!r}: only true is allowed. Set it to true or leave it out.")


def _known(variables: Mapping[str, str | None]) -> None:
    """Refuse a name that is nearly one of these; other programs have PIPELINE_ variables of their own."""
    names = (*NAMES, PAPER)
    for variable in variables:
        if variable.upper().startswith("PIPELINE_") and variable.upper() not in names:
            meant = get_close_matches(variable.upper(), names, 1, 0.9)
            if meant:
                raise SettingsError(
                    f"{variable} is not the name of a setting: did you mean {meant[0]}? Correct it or leave it out."
                )


def variable_of(section: str, setting: str, *places: Mapping[str, str | None]) -> str:
    """The variable that a setting was read from; empty when it was none of these."""
    names = [name for name, place in NAMES.items() if place == (section, setting)]
    return next((name for name in names for variables in places if variables.get(name)), "")
