"""Models on disk: `NAME.joblib` beside `NAME_meta.json`, written whole or not at all, read only when trusted.

A joblib file is a pickle: loading one from other hands runs their code. So a file is unpickled only after its
SHA-256 matches the one that the caller noted when this installation wrote it, and only by the library versions that
wrote it: another release may read the bytes and give other numbers.
"""

import hashlib
import io
import json
import pickle
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from core.errors import StoreFull, UntrustedModel
from core.predict.model import ModelMeta, TrainedModel
from core.predict.versions import changed_versions, pickled_versions
from core.records import ModelScores, Timeframe
from core.trusted import trusted, write_whole

_META = TypeAdapter(ModelMeta)
_SCORES = TypeAdapter(ModelScores)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model as it lies on disk."""

    path: Path
    sha256: str
    """Of the joblib file; keep it where others cannot write, and hand it to `load`."""
    meta: ModelMeta

    @property
    def algo(self) -> str:
        """What the model is made of."""
        return self.meta.algo


def save(
    model: TrainedModel,
    folder: Path,
    scores: ModelScores | None = None,
    *,
    parent: str | None = None,
    seconds: float | None = None,
) -> ModelFile:
    """Write the model and its description; each file appears complete or not at all, the description last.

    Args:
        model: what is kept.
        folder: for both files.
        scores: out of sample; go into the description.
        parent: id of the model that this one succeeds or challenges.
        seconds: how long the training took.

    Raises:
        StoreFull: the folder cannot be written.
    """
    import joblib

    content = io.BytesIO()
    joblib.dump(model, content)
    data = content.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    path = folder / f"{file_stem(model.meta)}.joblib"
    description = _META.dump_python(model.meta, mode="json") | {
        "algo": model.meta.algo,
        "parent": parent if parent != model.model_id else None,  # the same data again give the same model
        "training_seconds": seconds,
        "out_of_sample": None if scores is None else _SCORES.dump_python(scores, mode="json"),
        "sha256": digest,
        "pickled_with": pickled_versions(),
    }
    text = json.dumps(description, indent=2, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
        write_whole(description_path(path), text.encode())
    except OSError as err:
        raise StoreFull(
            f"Model {model.model_id} cannot be written to {folder}: {err.strerror or err}. "
            "Free some space, or set GLASSBOX_HOME to a folder that can be written."
        ) from err
    return ModelFile(path, digest, model.meta)


def file_stem(meta: ModelMeta) -> str:
    """ASSET_TIMEFRAME_HORIZON_ALGO_ASOF_HASH, of characters that every file system takes."""
    return re.sub(r"[^A-Za-z0-9^=.\-]", "-", meta.symbol) + meta.model_id.removeprefix(meta.symbol)


def description_path(path: Path) -> Path:
    """The `_meta.json` beside a joblib file."""
    return path.with_name(f"{path.stem}_meta.json")


def load(path: Path, sha256: str) -> TrainedModel:
    """Read a model that this installation wrote.

    Args:
        path: the joblib file.
        sha256: what `save` returned for it.

    Raises:
        UntrustedModel: the file is missing, was changed, was written with other library versions, or cannot be read.
    """
    import joblib

    data = trusted(path, sha256)
    if changed := changed_versions(_written_with(path)):
        raise UntrustedModel(
            f"Model file {path.name} was written with {changed}, and other releases may read other numbers out of it. "
            "Train the model again."
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


def written_here(path: Path, sha256: str) -> bool:
    """Whether the file is there and is, byte for byte, the one that was recorded."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


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


def _written_with(path: Path) -> dict[str, str]:
    """Library versions out of the description; what it says decides only whether a trusted file is read."""
    beside = description_path(path)
    try:
        said = json.loads(beside.read_bytes())
        libraries = said.get("pickled_with") or said["versions"]  # the latter alone in older files
        return {str(name): str(number) for name, number in libraries.items()}
    except OSError as err:
        raise UntrustedModel(
            f"The description {beside.name} of a model cannot be read: {err.strerror or err}. Train the model again."
        ) from err
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise UntrustedModel(
            f"The description {beside.name} of a model does not name the libraries it was written with. Train the model again."
        ) from err
