"""Is the machine well: store, models, stages, jobs, last problems."""

import platform
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import distributions, version
from pathlib import Path

import pandas as pd

from core.pipeline import Workbench
from core.store.bars import doubled_bars, stored_series
from core.store.cycles import stage_seconds
from core.store.jobs import JobRow, list_jobs
from core.store.models import ModelRow, all_models
from core.store.quality import quarantined
from core.views.providers import provider_table, recent_calls

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
class Health:
    """The state of everything that can break."""

    database: str
    size_bytes: int
    series: pd.DataFrame
    models: tuple[ModelRow, ...]
    stages: pd.DataFrame
    jobs: tuple[JobRow, ...]
    sources: pd.DataFrame
    """A row per provider of bars or news, in the order they are tried: see core.views.providers."""
    calls: pd.DataFrame
    """The calls of the last day: source, at, seconds, outcome, rows, reason."""
    quarantine: pd.DataFrame
    """Bars that were not used as served, counted: symbol, timeframe, source, reason, action, bars, first, last."""
    doubled: int
    """Bars that the store holds twice: 0."""
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
        sources=provider_table(bench),
        calls=recent_calls(bench),
        quarantine=quarantined(bench.store),
        doubled=doubled_bars(bench.store),
        versions=pd.DataFrame(rows, columns=["component", "version"]),
    )


@cache  # looks through everything that is installed
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
