"""Settings as a form: label, value, meaning and bounds, read off the settings' own definition."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.settings import Keys, Settings
from core.views.preference_words import GROUPS, LABELS, SEVERAL, TITLES


@dataclass(frozen=True, slots=True)
class Field:
    """One setting that a page may change."""

    section: str
    name: str
    label: str
    value: Any
    kind: str
    """bool, int, float, choice, several, list or text."""
    options: tuple[str, ...]
    meaning: str
    """What it does, its unit and its bounds."""
    step: float | int | None
    format: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together."""

    title: str
    """Empty where the section has one group only."""
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A group of settings."""

    name: str
    """Name in settings.toml; empty for the top level."""
    title: str
    meaning: str
    fields: tuple[Field, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The fields in groups, every field once."""
        named = GROUPS.get(self.name, ())
        made = [Group(title, tuple(f for f in self.fields if f.name in names)) for title, names in named]
        rest = tuple(f for f in self.fields if not any(f.name in names for _, names in named))
        return (*made, Group("Further" if made else "", rest)) if rest else tuple(made)


def setting_sections(settings: Settings) -> tuple[Section, ...]:
    """Every setting that is not secret and not a folder, in sections."""
    top = [
        name
        for name in Settings.model_fields
        if not isinstance(getattr(settings, name), BaseModel) and name != "home"
    ]
    first = Section(
        "", "General", "What pages open with.", tuple(_field("", name, settings, Settings) for name in top)
    )
    others = []
    for name in Settings.model_fields:
        part = getattr(settings, name)
        if isinstance(part, BaseModel) and not isinstance(part, Keys):
            kind = type(part)
            shown = [field for field, info in kind.model_fields.items() if not info.exclude]
            fields = tuple(_field(name, field, part, kind) for field in shown)
            title = TITLES.get(name, name.capitalize())
            others.append(Section(name, title, (kind.__doc__ or "").strip(), fields))
    return (first, *others)


def secret_states(settings: Settings) -> tuple[tuple[str, bool, str], ...]:
    """Name, whether it is set, and meaning of each secret; never its value."""
    keys = tuple(
        (f"GLASSBOX_KEYS__{name.upper()}", getattr(settings.keys, name) is not None, info.description or "")
        for name, info in Keys.model_fields.items()
    )
    password = "Asked for where the pages are not bound to this machine alone; set it with `python -m core password`."
    return (*keys, ("Password of the pages", bool(settings.login.password), password))


def _field(section: str, name: str, holder: BaseModel, kind: type[BaseModel]) -> Field:
    info = kind.model_fields[name]
    value = getattr(holder, name)
    options: tuple[str, ...] = ()
    shape = "text"
    if isinstance(value, StrEnum):
        shape, options, value = "choice", tuple(item.value for item in type(value)), value.value
    elif isinstance(value, bool):
        shape = "bool"
    elif get_origin(info.annotation) is tuple and str in get_args(info.annotation):
        options = SEVERAL.get((section, name), ())
        shape, value = "several" if options else "list", list(value)
    elif isinstance(value, int):
        shape = "int"
    elif isinstance(value, float):
        shape = "float"
    step: float | int | None = 1 if shape == "int" else _step(value) if shape == "float" else None
    label = LABELS.get((section, name), name.replace("_", " ").capitalize())
    return Field(
        section,
        name,
        label,
        value,
        shape,
        options,
        _meaning(info),
        step,
        "%.6g" if shape == "float" else None,
    )


def _step(value: float) -> float:
    return 10.0 ** min(0, len(f"{value:.0e}".split("e")[0]) - 1 + int(f"{value:.0e}".split("e")[1]))


def _meaning(info: FieldInfo) -> str:
    bounds = []
    for rule in info.metadata:
        for attribute, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<")):
            if hasattr(rule, attribute):
                bounds.append(f"{sign} {getattr(rule, attribute):g}")
    return f"{info.description or ''} {'Allowed: ' + ', '.join(bounds) + '.' if bounds else ''}".strip()
