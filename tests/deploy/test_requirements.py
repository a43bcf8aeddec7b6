"""What the program imports is installed by requirements.txt, not only by what the tests need besides."""

import ast
import sys
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.image import ROOT

OPTIONAL = ("requirements-deep.txt", "requirements-cluster.txt", "requirements-local-llm.txt")
"""Imported inside functions, where a sentence says what to install."""


def named(file: Path) -> list[Requirement]:
    lines = (line.split(" #")[0].strip() for line in file.read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def installed_by(file: str) -> set[str]:
    """Names of everything that pip brings for a requirements file here, dependencies of dependencies included."""
    open_ones = [(wanted, "") for wanted in named(ROOT / file)]
    found: set[tuple[str, str]] = set()
    while open_ones:
        wanted, extra = open_ones.pop()
        if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
            continue
        for asked in ("", *sorted(wanted.extras)):
            mark = (canonicalize_name(wanted.name), asked)
            if mark in found:
                continue
            found.add(mark)
            try:
                open_ones += [(Requirement(line), asked) for line in requires(wanted.name) or ()]
            except PackageNotFoundError:
                continue
    return {name for name, _ in found}


def imported() -> dict[str, str]:
    """Top-level name of every module that is imported and not ours, and one file that does."""
    names: dict[str, str] = {}
    for path in (ROOT / "app.py", *(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )  # fmt: skip
            names |= {module.split(".")[0]: str(path.relative_to(ROOT)) for module in modules}
    return {
        name: path for name, path in names.items() if name not in (*sys.stdlib_module_names, "core", "pages")
    }


def test_every_import_is_a_requirement() -> None:
    brought, known = installed_by("requirements.txt"), packages_distributions()
    spare = {"ray"}.union(
        *(installed_by(file) for file in OPTIONAL)
    )  # requirements-cluster.txt names ray in words
    missing = {
        name: path
        for name, path in imported().items()
        if not {canonicalize_name(one) for one in known.get(name, [name])} & (brought | spare)
        and canonicalize_name(name) not in spare
    }
    assert missing == {}
    assert "streamlit" in imported() and "duckdb" in brought
