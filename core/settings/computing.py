"""Where long work runs."""

from enum import StrEnum

from pydantic import Field

from core.settings.section import Section


class Backend(StrEnum):
    """What searches spread their work with (joblib's names)."""

    LOKY = "loky"
    THREADING = "threading"
    DASK = "dask"
    RAY = "ray"


class ComputeSettings(Section):
    """Where long searches run, and what they keep to go on after a stop."""

    backend: Backend = Field(
        Backend.LOKY,
        description="What spreads the work: loky (processes on this machine), threading, or a dask or ray cluster.",
    )
    workers: int = Field(
        1,
        ge=1,
        le=10_000,
        description="Workers on this machine; 1 stays in this process, which is fastest up to some 10,000 cells. A dask or ray cluster gives all it has.",
    )
    address: str = Field(
        "", description="Where the cluster listens, e.g. tcp://10.0.0.5:8786 for dask or auto for ray."
    )
    storage: str = Field(
        "journal",
        description="Where Optuna keeps its studies: journal (a file for each under data/studies), :memory: (nothing survives the app) or the URL of a database, e.g. sqlite:////tmp/studies.db.",
    )
