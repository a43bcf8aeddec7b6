"""Risk profiles, and what each would change."""

from dataclasses import dataclass
from typing import Any

from core.settings import RiskSettings, Settings
from core.settings.profiles import Profile, risk_profiles
from core.views.preference_words import LABELS, PERCENT

_MOST = 6
"""Changes told one by one."""


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One profile beside the limits in force."""

    name: str
    meaning: str
    own: bool
    in_force: bool
    changes: tuple[str, ...]
    """Limit, value of now and its own, e.g. «largest position 10 % → 20 %»."""
    words: str
    """What applying it would change, in one sentence."""
    risk: RiskSettings


def profile_views(settings: Settings) -> tuple[ProfileView, ...]:
    """The shipped profiles and those of a person, in the order in which they are told."""
    return tuple(_view(profile, settings.risk) for profile in risk_profiles(settings.home))


def _view(profile: Profile, now: RiskSettings) -> ProfileView:
    changes = tuple(
        f"{_label(name)} {_value(name, getattr(now, name))}\u00a0→ {_value(name, getattr(profile.risk, name))}"
        for name in RiskSettings.model_fields
        if getattr(now, name) != getattr(profile.risk, name)
    )
    return ProfileView(
        profile.name, profile.meaning, profile.own, not changes, changes, _words(changes), profile.risk
    )


def _words(changes: tuple[str, ...]) -> str:
    if not changes:
        return "In force: every limit is as in this profile."
    left = len(changes) - _MOST
    told = "; ".join(changes[:_MOST]) + (f"; and {left} more" if left > 0 else "")
    return f"Would change {len(changes)} {'limit' if len(changes) == 1 else 'limits'}: {told}."


def _label(name: str) -> str:
    label = LABELS.get(("risk", name), name.replace("_", " "))
    short = label.split(" (")[0]
    return short if short[:3].isupper() else short[0].lower() + short[1:]


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if name in PERCENT:
        return f"{value * 100:g}\u00a0%"
    return f"{value:g}" if isinstance(value, int | float) else str(value).replace("_", " ")
