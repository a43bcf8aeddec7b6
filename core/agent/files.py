"""Agents on disk: `NAME.joblib` beside `NAME_meta.json`, written whole or not at all, read only when trusted.

See core.trusted: a file is unpickled only after its SHA-256 matches the one that was noted when it was written here.
"""

import hashlib
import io
import json
import pickle
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.agent.committee import Agents
from core.errors import StoreFull, UntrustedModel
from core.trusted import Shelf, trusted, write_whole


def file_stem(model_id: str) -> str:
    """A name of characters that every file system takes."""
    return re.sub(r"[^A-Za-z0-9^=._\-]", "-", model_id)


def save(agents: Agents, folder: Path, description: Mapping[str, Any]) -> tuple[Path, str]:
    """Write agents and their description; each file appears complete or not at all, the description last.

    Args:
        description: JSON values for the `_meta.json`.

    Returns:
        The joblib file and its SHA-256: keep that where others cannot write, and hand it to `load`.

    Raises:
        StoreFull: the folder cannot be written.
    """
    import joblib

    content = io.BytesIO()
    joblib.dump(agents, content)
    data = content.getvalue()
    digest = hashlib.sha256(data).hexdigest()
    path = folder / f"{file_stem(agents.model_id)}.joblib"
    text = json.dumps({**description, "sha256": digest}, indent=2, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
        write_whole(path.with_name(f"{path.stem}_meta.json"), text.encode())
    except OSError as err:
        raise StoreFull(
            f"Agent {agents.model_id} cannot be written to {folder}: {err.strerror or err}. "
            "Free some space, or set GLASSBOX_HOME to a folder that can be written."
        ) from err
    return path, digest


def load(path: Path, sha256: str) -> Agents:
    """Read agents that this installation wrote.

    Raises:
        UntrustedModel: the file is missing, was changed, or cannot be read by this version.
    """
    import joblib

    data = trusted(path, sha256, "agent")
    try:
        agents = joblib.load(io.BytesIO(data))
    except (pickle.UnpicklingError, AttributeError, ImportError, TypeError, ValueError, EOFError) as err:
        raise UntrustedModel(
            f"Agent file {path.name} was written by another version and cannot be read ({err}). Train the agent again."
        ) from err
    if not isinstance(agents, Agents):
        raise UntrustedModel(f"File {path.name} holds no agent. Remove it and train the agent again.")
    return agents


class AgentShelf(Shelf[Agents]):
    """Agents in memory."""

    def __init__(self) -> None:
        super().__init__(load)
