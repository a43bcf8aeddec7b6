"""The neural members by name. Nothing of torch is loaded before one of them is fitted."""

import numpy as np

from core.errors import SettingsError
from core.predict.members.member import FittedMember
from core.settings import PredictSettings


def fit_lstm(
    inputs: np.ndarray, outcome: np.ndarray, weight: np.ndarray, settings: PredictSettings, names: tuple[str, ...]
) -> FittedMember:  # fmt: skip
    """A bidirectional LSTM over the window; see `fit_deep`."""
    return _fit("lstm", inputs, outcome, weight, settings, names)


def fit_gru(
    inputs: np.ndarray, outcome: np.ndarray, weight: np.ndarray, settings: PredictSettings, names: tuple[str, ...]
) -> FittedMember:  # fmt: skip
    """A GRU over the window; see `fit_deep`."""
    return _fit("gru", inputs, outcome, weight, settings, names)


def fit_cnn(
    inputs: np.ndarray, outcome: np.ndarray, weight: np.ndarray, settings: PredictSettings, names: tuple[str, ...]
) -> FittedMember:  # fmt: skip
    """A one-dimensional convolution over the window; see `fit_deep`."""
    return _fit("cnn", inputs, outcome, weight, settings, names)


def fit_transformer(
    inputs: np.ndarray, outcome: np.ndarray, weight: np.ndarray, settings: PredictSettings, names: tuple[str, ...]
) -> FittedMember:  # fmt: skip
    """A small Transformer over the window; see `fit_deep`."""
    return _fit("transformer", inputs, outcome, weight, settings, names)


def _fit(
    name: str,
    inputs: np.ndarray,
    outcome: np.ndarray,
    weight: np.ndarray,
    settings: PredictSettings,
    names: tuple[str, ...],
) -> FittedMember:
    try:
        import skorch  # noqa: F401 (only whether they are there)
        import torch  # noqa: F401
    except ImportError as missing:
        raise SettingsError(
            f"predict.members: the member {name} needs {missing.name or 'torch'}, which is not installed; "
            f"run pip install -r requirements-deep.txt, or take {name} out of the members."
        ) from missing
    from core.predict.members.deep.fitting import fit_deep

    return fit_deep(name, inputs, outcome, weight, settings, names)
