"""Models on disk: `ID.joblib` beside `ID_meta.json`, written whole or not at all, read only when trusted.

A joblib file is a pickle: loading one from other hands runs their code. So a file is unpickled only after its
SHA-256 matches the one that the caller noted when this installation wrote it.
"""

import hashlib
import io
import os
import pickle
import re
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from core.errors import StoreFull, UntrustedModel
from core.predict.model import ModelMeta, TrainedModel
from core.records import Timeframe

_META = TypeAdapter(ModelMeta)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model as it lies on disk."""

    path: Path
    sha256: str
    """Of the joblib file; keep it where others cannot write, and hand it to `load`."""
    meta: ModelMeta


def save(model: TrainedModel, folder: Path) -> ModelFile:
    """Write the model and its description; each file appears complete or not at all, the description last.

    Raises:
        StoreFull: the folder cannot be written.
    """
    import joblib

    content = io.BytesIO()
    joblib.dump(model, content)
    data = content.getvalue()
    stem = re.sub(r"[^A-Za-z0-9^=.\-]", "-", model.meta.symbol) + model.model_id.removeprefix(
        model.meta.symbol
    )
    path = folder / f"{stem}.joblib"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_whole(path, data)
        _write_whole(folder / f"{stem}_meta.json", _META.dump_json(model.meta, indent=2))
    except OSError as err:
        raise StoreFull(
            f"Model {model.model_id} cannot be written to {folder}: {err.strerror or err}. "
            "Free some space, or set GLASSBOX_HOME to a folder that can be written."
        ) from err
    return ModelFile(path, hashlib.sha256(data).hexdigest(), model.meta)


def load(path: Path, sha256: str) -> TrainedModel:
    """Read a model that this installation wrote.

    Args:
        path: the joblib file.
        sha256: what `save` returned for it.

    Raises:
        UntrustedModel: the file is missing, was changed, or cannot be read by the installed libraries.
    """
    import joblib

    try:
        data = path.read_bytes()
    except OSError as err:
        raise UntrustedModel(
            f"Model file {path.name} cannot be read: {err.strerror or err}. Train the model again."
        ) from err
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UntrustedModel(
            f"Model file {path.name} is not the one that was written here (its SHA-256 differs), so it was not opened. "
            "Remove it and train the model again."
        )
    from xgboost.core import XGBoostError

    try:
        model = joblib.load(io.BytesIO(data))
    except (
        pickle.UnpicklingError,
        XGBoostError,
        AttributeError,
        ImportError,
        TypeError,
        ValueError,
        EOFError,
    ) as err:
        raise UntrustedModel(
            f"Model file {path.name} was written by another version and cannot be read ({err}). Train the model again."
        ) from err
    if not isinstance(model, TrainedModel):
        raise UntrustedModel(f"File {path.name} holds no model. Remove it and train the model again.")
    return model


def read_meta(path: Path) -> ModelMeta:
    """Read a `_meta.json`; safe for files of any origin.

    Raises:
        UntrustedModel: the file is missing or is not a model's description.
    """
    try:
        return _META.validate_json(path.read_bytes())
    except OSError as err:
        raise UntrustedModel(
            f"Model description {path.name} cannot be read: {err.strerror or err}. Train the model again."
        ) from err
    except ValidationError as err:
        raise UntrustedModel(
            f"{path.name} is not a model description of this version ({err.error_count()} fields are wrong). Train the model again."
        ) from err


def is_stale(meta: ModelMeta, as_of: datetime, retrain_bars: int, timeframe: Timeframe) -> bool:
    """Whether the model is too old for that moment, by the clock, or comes from after it."""
    age = as_of - meta.as_of
    return age.total_seconds() < 0 or age >= retrain_bars * timeframe.delta


def _write_whole(path: Path, data: bytes) -> None:
    """Write beside the target, force it to disk, then rename over it."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
