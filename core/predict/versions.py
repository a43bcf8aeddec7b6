"""Which releases of the libraries wrote a model, and whether those that are installed may read it."""

from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

PICKLED = (
    "xgboost", "lightgbm", "scikit-learn", "numpy", "joblib", "hmmlearn", "arch", "mapie", "torch", "skorch",
)  # fmt: skip
"""Libraries whose objects may lie in a model's file; of the others (pandas, TA-Lib) only numbers went in."""
_BUILDS = {"xgboost": ("xgboost", "xgboost-cpu")}
"""Libraries that are installed under more than one name."""


def installed_version(library: str) -> str | None:
    """The installed release, or None."""
    for name in _BUILDS.get(library, (library,)):
        try:
            return version(name)
        except PackageNotFoundError:
            continue
    return None


def pickled_versions() -> dict[str, str]:
    """Installed releases of the libraries whose objects may lie in a model's file."""
    found = {library: installed_version(library) for library in PICKLED}
    return {library: number for library, number in found.items() if number is not None}


def changed_versions(written: Mapping[str, str]) -> str:
    """What a model was written with and is not installed now, in words; empty when it may be read.

    Another major or minor release counts; a patch does not.
    """
    changed = []
    for library in PICKLED:
        if library not in written:
            continue
        now = installed_version(library)
        if now is None:
            changed.append(f"{library} {written[library]} (not installed now)")
        elif _release(now) != _release(written[library]):
            changed.append(f"{library} {written[library]} (now {now})")
    return ", ".join(changed)


def _release(number: str) -> tuple[str, ...]:
    """Major and minor part."""
    return tuple(number.split(".")[:2])
