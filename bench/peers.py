"""Where the peers' benchmark files are, and how one is loaded."""

import importlib
import os
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
DEFAULT = ROOT.parent / "shared" / "bench" / "peers"


def peers_folder() -> Path:
    """The folder of the peers' files: GLASSBOX_PEERS, or ../shared/bench/peers beside the project.

    Raises:
        SystemExit: 2, after one sentence, when they are not there.
    """
    folder = Path(os.environ.get("GLASSBOX_PEERS", DEFAULT))
    if not (folder / "common.py").is_file():
        print(
            f"The peers' benchmarks are not in {folder}: name their folder with --peers or GLASSBOX_PEERS.",
            file=sys.stderr,
        )
        raise SystemExit(2)
    return folder


def load(name: str) -> tuple[ModuleType, ModuleType]:
    """A peers' workload and the harness they share; the project becomes importable too."""
    sys.path[:0] = [str(peers_folder()), str(ROOT)]
    return importlib.import_module(name), importlib.import_module("common")
