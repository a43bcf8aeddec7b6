"""Risk profiles: all limits under one name, shipped or saved by a person in settings.toml under `[profiles.NAME]`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.errors import SettingsError
from core.settings.loading import Settings, read_document, save_settings, write_document
from core.settings.trading import RiskSettings

CRYPTOPILOT, PIPELINE, CAREFUL, BOLD = "CryptoPilot", "Integration pipeline", "careful", "bold"
_TABLE = "profiles"


@dataclass(frozen=True, slots=True)
class Profile:
    """All risk limits under one name."""

    name: str
    risk: RiskSettings
    meaning: str
    """Whom it is for, in one sentence; empty for one that a person saved."""
    own: bool = False
    """Whether a person saved it."""


SHIPPED: tuple[Profile, ...] = (
    Profile(
        CRYPTOPILOT,
        RiskSettings(),
        "The usual limits: positions of 10 %, stop 2 %, target 4 %, five at a time, 5 % a day.",
    ),
    Profile(
        PIPELINE,
        RiskSettings(max_position=0.2, take_profit=0.05, max_exposure=1.0, max_var=0.10, max_cvar=0.16),
        "Twice as large: positions of 20 %, stop 2 %, target 5 %, up to all of the equity.",
    ),
    Profile(
        CAREFUL,
        RiskSettings(
            max_position=0.05, stop_loss=0.01, take_profit=0.03, allow_short=False, max_daily_loss=0.02,
            max_exposure=0.25, reduce_drawdown=0.05, max_drawdown=0.08, losing_streak=3, max_var=0.02, max_cvar=0.03,
        ),
        "For a quiet start: positions of 5 %, stop 1 %, target 3 %, long only.",
    ),
    Profile(
        BOLD,
        RiskSettings(
            max_position=0.5, stop_loss=0.05, take_profit=0.15, max_daily_loss=0.15, max_exposure=1.0,
            reduce_drawdown=0.2, max_drawdown=0.3, max_var=0.2, max_cvar=0.3,
        ),
        "For seeing what large positions do: 50 %, stop 5 %, target 15 %.",
    ),
)  # fmt: skip


def risk_profiles(home: Path) -> tuple[Profile, ...]:
    """The shipped profiles, then those saved in the folder's settings.toml.

    Raises:
        SettingsError: a saved profile has a limit that is unknown or out of bounds.
    """
    saved = read_document(home).unwrap().get(_TABLE, {})
    return (*SHIPPED, *(_own(str(name), values) for name, values in saved.items()))


def profile_named(home: Path, name: str) -> Profile:
    """One profile; upper and lower case are the same.

    Raises:
        SettingsError: no such profile; the sentence names those that there are.
    """
    known = risk_profiles(home)
    found = next((profile for profile in known if profile.name.lower() == name.strip().lower()), None)
    if found is None:
        listed = ", ".join(profile.name for profile in known)
        raise SettingsError(f"There is no risk profile {name!r}: choose one of {listed}.")
    return found


def profile_in_force(settings: Settings) -> Profile | None:
    """The profile whose every limit is the settings'; None when the settings go their own way."""
    return next((p for p in risk_profiles(settings.home) if p.risk == settings.risk), None)


def apply_profile(settings: Settings, name: str) -> Settings:
    """Write a profile's limits to settings.toml where they differ from those in force.

    Raises:
        SettingsError: no such profile, or a limit is held by the environment or .env, which win over settings.toml.
    """
    profile = profile_named(settings.home, name)
    wanted = profile.risk.model_dump(mode="json")
    now = settings.risk.model_dump(mode="json")
    changed = {key: value for key, value in wanted.items() if value != now[key]}
    after = save_settings(settings.home, {"risk": changed})
    held = [key for key, value in after.risk.model_dump(mode="json").items() if value != wanted[key]]
    if held:
        raise SettingsError(
            f"The profile {profile.name} was written to settings.toml, but the environment or .env sets risk."
            f"{', risk.'.join(held)} otherwise and wins: remove it there."
        )
    return after


def save_profile(home: Path, name: str, risk: RiskSettings) -> Profile:
    """Save limits under a name of one's own, in the place of an earlier one of that name.

    Raises:
        SettingsError: the name is empty or that of a shipped profile.
    """
    name = name.strip()
    if not name or len(name) > 40 or not name.isprintable():
        raise SettingsError("A profile needs a name of at most 40 letters.")
    if name.lower() in {profile.name.lower() for profile in SHIPPED}:
        raise SettingsError(f"The profile {name} is shipped and stays as it is: choose another name.")
    save_settings(home, {_TABLE: {name: risk.model_dump(mode="json")}})
    return Profile(name, risk, "", own=True)


def forget_profile(home: Path, name: str) -> None:
    """Remove a saved profile; the limits in force stay.

    Raises:
        SettingsError: no such profile, or a shipped one.
    """
    profile = profile_named(home, name)
    if not profile.own:
        raise SettingsError(f"The profile {profile.name} is shipped and stays.")
    document = read_document(home)
    del document[_TABLE][profile.name]
    write_document(home, document)


def _own(name: str, values: Any) -> Profile:
    try:
        return Profile(name, RiskSettings.model_validate(values), "", own=True)
    except ValidationError as err:
        first = err.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"The risk profile {name!r} in settings.toml cannot be used: {where}: {first['msg']}. Correct or remove it."
        ) from err
