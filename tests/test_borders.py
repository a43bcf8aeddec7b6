"""Who may know whom: read off the imports of every file."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
STAGES = {
    "collect",
    "features",
    "sentiment",
    "llm",
    "predict",
    "explain",
    "signals",
    "decide",
    "risk",
    "execute",
    "evaluate",
    "charts",
    "agent",
}
COMMON = {
    "records",
    "tables",
    "errors",
    "settings",
    "instruments",
    "calendars",
    "patterns",
    "trees",
    "untrusted",
    "trusted",
}
EXCEPTIONS = {("evaluate", "execute"), ("agent", "execute")}
"""A backtest and an agent's simulated market loop the compiled matching core; that is the point of having one."""


def imports(path: Path) -> set[str]:
    """Dotted names of all modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def rooms(path: Path) -> set[str]:
    """The packages of core that a file imports from."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("core.")}


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", files("core"), ids=lambda path: str(path.relative_to(ROOT)))
def test_core_never_imports_streamlit_or_pages(path: Path) -> None:
    assert not {name for name in imports(path) if name.split(".")[0] in ("streamlit", "pages")}


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_knows_neither_its_siblings_nor_the_store(stage: str) -> None:
    known = {room for path in files(f"core/{stage}") for room in rooms(path)}
    strangers = {room for room in known - COMMON - {stage} if (stage, room) not in EXCEPTIONS}
    assert strangers == set()


def test_records_and_the_store_know_no_stage() -> None:
    for folder in ("core/records", "core/store"):
        known = {room for path in files(folder) for room in rooms(path)}
        assert known & STAGES == set(), folder


def test_only_one_file_knows_the_order_of_the_stages() -> None:
    """Outside it, nobody imports the pipeline's steps of two different files."""
    steps = {"collecting", "judging", "predicting", "deciding", "trading"}
    knowing = [
        path.relative_to(ROOT).as_posix()
        for path in files("core")
        if len(
            {
                name.split(".")[2]
                for name in imports(path)
                if name.startswith("core.pipeline.") and name.count(".") >= 2
            }
            & steps
        )
        > 2
    ]
    assert knowing == ["core/pipeline/cycle.py"]


@pytest.mark.parametrize("path", files("pages"), ids=lambda path: str(path.relative_to(ROOT)))
def test_pages_compute_nothing(path: Path) -> None:
    """No data library and no SQL on a page: it reads views and draws figures."""
    assert not imports(path) & {"numpy", "duckdb", "talib", "sklearn", "xgboost"}
    assert "groupby" not in path.read_text("utf-8")
