"""Members: the models of the ensemble, each fitted by its own library and asked in the same way."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from core.errors import SettingsError
from core.predict.members.deep import fit_cnn, fit_gru, fit_lstm, fit_transformer
from core.predict.members.forest import fit_forest
from core.predict.members.lightgbm import fit_lightgbm
from core.predict.members.linear import Linear
from core.predict.members.logistic import fit_logistic
from core.predict.members.member import CLASSES, FitMember, FittedMember, Network
from core.predict.members.xgboost import fit_xgboost
from core.settings import PredictSettings

MEMBERS: Mapping[str, FitMember] = MappingProxyType(
    {
        "xgboost": fit_xgboost,
        "lightgbm": fit_lightgbm,
        "forest": fit_forest,
        "logistic": fit_logistic,
        "lstm": fit_lstm,
        "gru": fit_gru,
        "cnn": fit_cnn,
        "transformer": fit_transformer,
    }
)
"""How to fit each, by the name that the settings give it; the last four need requirements-deep.txt."""

__all__ = ["CLASSES", "MEMBERS", "FitMember", "FittedMember", "Linear", "Network", "fit_members"]


def fit_members(
    inputs: np.ndarray,
    outcome: np.ndarray,
    weight: np.ndarray,
    settings: PredictSettings,
    names: tuple[str, ...],
) -> tuple[FittedMember, ...]:
    """Fit every member that the settings name, in their order.

    Args:
        inputs: (n, f) float32, nulls allowed; n ≥ 1.
        outcome: (n,) class numbers: 0 down, 1 flat, 2 up.
        weight: (n,) average uniqueness, above 0; its sum counts the independent labels.
        settings: which members, and how they are trained.
        names: (f,) of the columns.

    Raises:
        SettingsError: a member that does not exist or is named twice, none at all, or one that needs a library that is not installed.
    """
    return tuple(
        MEMBERS[name](inputs, outcome, weight, settings, names) for name in asked_members(settings.members)
    )


def asked_members(names: tuple[str, ...]) -> tuple[str, ...]:
    """The names as given, checked.

    Raises:
        SettingsError: a name that no member has, a name given twice, or no name at all.
    """
    unknown = [name for name in names if name not in MEMBERS]
    if unknown or not names or len(set(names)) < len(names):
        wrong = (
            f"there is no member {unknown[0]!r}"
            if unknown
            else "a member is named twice"
            if names
            else "no member is named"
        )
        raise SettingsError(f"predict.members: {wrong}; choose from {', '.join(MEMBERS)}, each once.")
    return names
