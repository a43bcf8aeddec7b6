"""Changes of the settings by a person: written, in force and in the audit trail together."""

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import duckdb
from pydantic import BaseModel

from core.hiding import HideSecrets, secrets_of
from core.records import Deed
from core.settings import Keys, RiskSettings, Settings, save_settings
from core.settings.profiles import apply_profile, forget_profile, save_profile
from core.store.audit import save_deed

if TYPE_CHECKING:
    from core.runtime import Runtime

Doer = tuple[str, str]
"""Who acts, and from where."""


def change_settings(runtime: "Runtime", by: Doer, changes: Mapping[str, Mapping[str, Any]]) -> Settings:
    """Write changed sections to settings.toml (see `save_settings`); new work starts with them.

    Raises:
        SettingsError: nothing was changed.
    """
    return _changed(runtime, by, "", lambda: save_settings(runtime.settings.home, changes))


def change_profile(runtime: "Runtime", by: Doer, name: str) -> Settings:
    """Let the limits be those of a risk profile.

    Raises:
        SettingsError: no such profile, or the environment wins over it.
    """
    return _changed(runtime, by, f"profile {name}", lambda: apply_profile(runtime.settings, name))


def keep_profile(runtime: "Runtime", by: Doer, name: str, risk: RiskSettings) -> None:
    """Save limits as a profile of one's own.

    Raises:
        SettingsError: the name cannot be used.
    """
    home = runtime.settings.home
    _noted(
        runtime,
        Deed(*by, "settings", f"risk profile {name.strip()}", "", "saved"),
        lambda: save_profile(home, name, risk),
    )


def drop_profile(runtime: "Runtime", by: Doer, name: str) -> None:
    """Forget a profile of one's own.

    Raises:
        SettingsError: no such profile, or a shipped one.
    """
    home = runtime.settings.home
    _noted(
        runtime,
        Deed(*by, "settings", f"risk profile {name}", "saved", "forgotten"),
        lambda: forget_profile(home, name),
    )


def told_changes(before: Settings, after: Settings) -> tuple[tuple[str, str, str], ...]:
    """What differs, as (section, before, after) with the values as JSON; keys and the password as set or missing."""
    hide = HideSecrets({*secrets_of(before), *secrets_of(after)})
    found = []
    top = [name for name in Settings.model_fields if not isinstance(getattr(before, name), BaseModel)]
    parts: list[tuple[str, BaseModel, BaseModel, list[str]]] = [("general", before, after, top)]
    for name in Settings.model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if isinstance(old, BaseModel):
            parts.append((name, old, new, list(type(old).model_fields)))
    for section, old, new, names in parts:
        changed = [name for name in names if getattr(old, name) != getattr(new, name)]
        if changed:
            found.append((section, hide(_json(old, changed)), hide(_json(new, changed))))
    return tuple(found)


def _changed(runtime: "Runtime", by: Doer, subject: str, act: Callable[[], Settings]) -> Settings:
    before, now = runtime.settings, runtime.bench.clock()
    made: list[Settings] = []

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        made.append(act())  # raises before any deed is written
        for section, old, new in told_changes(before, made[0]):
            save_deed(Deed(*by, "settings", f"{section} {subject}".strip(), old, new), now)(cursor)

    runtime.store.write(write)
    runtime.apply(made[0])
    return made[0]


def _noted(runtime: "Runtime", deed: Deed, act: Callable[[], object]) -> None:
    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        act()
        save_deed(deed, runtime.bench.clock())(cursor)

    runtime.store.write(write)


def _json(part: BaseModel, names: list[str]) -> str:
    values: dict[str, Any] = {}
    for name in names:
        value = getattr(part, name)
        secret = isinstance(part, Keys) or (type(part).__name__, name) == ("LoginSettings", "password")
        values[name] = ("set" if value else "missing") if secret else value
    text = json.dumps(values, ensure_ascii=False, default=str)
    return re.sub(
        r"(://)[^/@\s\"]+@|\?[^\s\"]+", lambda found: f"{found[1] or '?'}…", text
    )  # logins in addresses
