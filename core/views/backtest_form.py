"""What a person may choose before a backtest, as fields: read off the models that check it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from core.pipeline.backtest_request import WHOLE_CYCLE
from core.pipeline.backtest_terms import RiskProfile, profiles, usual_costs
from core.settings import Settings
from core.signals import STRATEGIES
from core.views.search_titles import strategy_name

WHOLE_CYCLE_MEANING = (
    "Every stage of a cycle at every bar: features, forecasts of models retrained on the past only, fusion, risk rules, "
    "execution."
)


@dataclass(frozen=True, slots=True)
class FormField:
    """One number or switch."""

    name: str
    label: str
    """With its unit."""
    meaning: str
    """What it does and its bounds."""
    kind: str
    """bool, int, float or choice."""
    value: Any
    """As shown: per cent where the unit is %."""
    minimum: float | int | None
    maximum: float | int | None
    step: float | int | None
    scale: float
    """Shown value = stored value × scale."""
    optional: bool
    """Whether it may be left empty."""
    options: tuple[str, ...] = ()
    """Of a choice."""
    zero_is_none: bool = False
    """Whether 0 says that there is none: a field with a value cannot be emptied on a page."""
    rare: bool = False
    """Shown only to those who ask for more."""


@dataclass(frozen=True, slots=True)
class StrategyForm:
    """One thing that can be tested."""

    name: str
    title: str
    description: str
    fields: tuple[FormField, ...]


def strategy_forms() -> tuple[StrategyForm, ...]:
    """Every strategy with its parameters; the whole cycle last."""
    forms = [
        StrategyForm(s.name, strategy_name(s.name), s.description, form_fields(s.parameters))
        for s in STRATEGIES.values()
    ]
    if find_spec("core.pipeline.whole_cycle") is not None:
        forms.append(
            StrategyForm(
                WHOLE_CYCLE, "Whole cycle",
                f"{WHOLE_CYCLE_MEANING} Takes minutes on thousands of bars: choose dates.", (),
            )
        )  # fmt: skip
    return tuple(forms)


def cost_fields(settings: Settings) -> tuple[FormField, ...]:
    """What trading costs; the settings' values."""
    return form_fields(usual_costs(settings))


def profile_names(settings: Settings) -> tuple[str, ...]:
    """The risk profiles to start from."""
    return tuple(profiles(settings))


def profile_fields(settings: Settings, name: str) -> tuple[FormField, ...]:
    """The risk rules, with the values of one profile."""
    return form_fields(profiles(settings)[name])


def form_fields(model: BaseModel) -> tuple[FormField, ...]:
    """A model's fields in their order, with its values."""
    return tuple(_field(name, info, getattr(model, name)) for name, info in type(model).model_fields.items())


def chosen_values(fields: tuple[FormField, ...], shown: Mapping[str, Any]) -> dict[str, Any]:
    """From what was typed back to what a job is given: per cent to fractions, without rounding noise."""
    return {field.name: _stored(field, shown.get(field.name, field.value)) for field in fields}


def profile_words(profile: str) -> str:
    """A stored risk profile in a few words."""
    if profile == "{}":
        return ""
    chosen = RiskProfile.model_validate_json(profile)
    parts = [
        f"{chosen.size:.0%} of equity",
        "no stop" if chosen.stop is None else f"stop {chosen.stop:.1%}",
        "no target" if chosen.target is None else f"target {chosen.target:.1%}",
        "long and short" if chosen.short else "long only",
    ]
    for name, value in chosen.model_dump().items():
        rare = RiskProfile.model_fields[name]
        if name not in ("size", "stop", "target", "short") and value != rare.default:
            parts.append(
                f"{name.replace('_', ' ')} {value:.1%}"
                if isinstance(value, float)
                else f"{name.replace('_', ' ')} {value}"
            )
    return ", ".join(parts)


def _stored(field: FormField, value: Any) -> Any:
    if value is None or (field.zero_is_none and not value):
        return None
    if field.kind in ("bool", "choice"):
        return value
    return int(value) if field.kind == "int" else float(f"{value / field.scale:.12g}")


def _field(name: str, info: FieldInfo, value: Any) -> FormField:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", ""))
    scale = 100.0 if unit == "%" else 1.0
    types = get_args(info.annotation) or (info.annotation,)
    options = types if get_origin(info.annotation) is Literal else ()
    kind = "choice" if options else "bool" if bool in types else "float" if float in types else "int"
    low, high, words = _bounds(info, scale, unit)
    shown = float(f"{value * scale:.12g}") if kind == "float" and value is not None else value
    optional = type(None) in types
    zero = optional and kind == "float" and low == 0 and "above 0" in words
    if zero:
        words += " 0: none."
    return FormField(
        name, name.replace("_", " ").capitalize() + (f" ({unit})" if unit else ""), f"{info.description or ''}{words}",
        kind, shown, _whole(kind, low), _whole(kind, high), {"int": 1, "float": _step(shown)}.get(kind), scale,
        optional, options, zero, bool(extra.get("more")),
    )  # fmt: skip


def _bounds(info: FieldInfo, scale: float, unit: str) -> tuple[float | None, float | None, str]:
    """Least and greatest value for the widget (an open bound is left to the check) and both in words."""
    found: dict[str, float] = {}
    for rule in info.metadata:
        found |= {key: getattr(rule, key) * scale for key in ("ge", "gt", "le", "lt") if hasattr(rule, key)}
    signs = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    words = ", ".join(f"{signs[key]} {value:g}{' ' + unit if unit else ''}" for key, value in found.items())
    low, high = found.get("ge", found.get("gt")), found.get("le", found.get("lt"))
    return low, high, f" Allowed: {words}." if words else ""


def _whole(kind: str, bound: float | None) -> float | int | None:
    return None if bound is None or kind == "bool" else int(bound) if kind == "int" else float(bound)


def _step(shown: Any) -> float:
    """A tenth of the leading digit's place, so that a press changes the number visibly: 10 → 1, 0.02 → 0.01."""
    if not isinstance(shown, float) or shown <= 0:
        return 0.1
    return float(10.0 ** math.floor(math.log10(shown)) / (1 if shown < 1 else 10))
