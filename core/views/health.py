"""Is the machine well: store, models, stages, jobs, last problems."""

import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import distributions, version
from pathlib import Path

import pandas as pd

from core.pipeline import Workbench
from core.store.cycles import stage_seconds
from core.store.jobs import JobRow, list_jobs
from core.store.market import stored_series
from core.store.models import ModelRow, all_models

LIBRARIES = (
    "streamlit",
    "duckdb",
    "pandas",
    "numpy",
    "numba",
    "TA-Lib",
    "scikit-learn",
    "shap",
    "plotly",
    "yfinance",
)


@dataclass(frozen=True, slots=True)
class SourceState:
    """A data source and whether it is resting after a failure."""

    name: str
    resting: str | None
    """Why and until when it is left alone."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of everything that can break."""

    database: str
    size_bytes: int
    series: pd.DataFrame
    models: tuple[ModelRow, ...]
    stages: pd.DataFrame
    jobs: tuple[JobRow, ...]
    sources: tuple[SourceState, ...]
    versions: pd.DataFrame


def health(bench: Workbench) -> Health:
    """Look at everything once."""
    path = bench.store.path
    rows = [
        ("Python", platform.python_version()),
        ("xgboost", _xgboost()),
        *((name, version(name)) for name in LIBRARIES),
    ]
    return Health(
        database=str(path),
        size_bytes=_size(path),
        series=stored_series(bench.store),
        models=all_models(bench.store),
        stages=stage_seconds(bench.store),
        jobs=list_jobs(bench.store, 30),
        sources=tuple(
            SourceState(source.name, bench.cool_down.resting(source.name)) for source in bench.sources("auto")
        ),
        versions=pd.DataFrame(rows, columns=["component", "version"]),
    )


def _xgboost() -> str:
    """Either build: both import as xgboost."""
    installed = {item.metadata["Name"]: item.version for item in distributions()}
    return next((installed[name] for name in ("xgboost-cpu", "xgboost") if name in installed), "missing")


def _size(path: Path) -> int:
    """Bytes of the database and of its write-ahead log."""
    return sum(part.stat().st_size for part in (path, path.with_name(path.name + ".wal")) if part.exists())


def uptime(opened_at: datetime, now: datetime) -> timedelta:
    """Time since the engine opened, in whole seconds."""
    return timedelta(seconds=int((now - opened_at).total_seconds()))
