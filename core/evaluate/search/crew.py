"""Who evaluates the cells: this process, processes beside it, or a cluster; chosen in the settings.

Workers get arrays and return arrays; they never open the database. On other machines the same version of Glassbox
must be importable.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import numpy as np

from core.errors import SettingsError
from core.evaluate.search.cells import Factory, History, Scores, Terms, evaluate_cells
from core.settings import Backend, ComputeSettings

_INSTALL = "install it with pip install -r requirements-cluster.txt, or choose loky in the compute settings"


class Crew:
    """Workers that are ready."""

    def __init__(self, count: int, parallel: Any = None) -> None:
        """`parallel`: an open joblib.Parallel; None works in this process."""
        self.count = count
        self._parallel = parallel

    def evaluate(
        self, history: History, factory: Factory, names: Sequence[str], cells: np.ndarray, terms: Terms
    ) -> Scores:
        """`evaluate_cells`, a share of the cells for each worker; the same figures in the same order."""
        if self._parallel is None or len(cells) < 2:
            return evaluate_cells(history, factory, names, cells, terms)
        from joblib import delayed

        shares = np.array_split(cells, min(self.count, len(cells)))
        found = self._parallel(
            delayed(evaluate_cells)(history, factory, names, share, terms) for share in shares
        )
        return joined(found)


def joined(parts: Sequence[Scores]) -> Scores:
    """Scores one after the other."""
    return Scores(
        *(
            np.concatenate([getattr(part, name) for part in parts]) if parts else np.empty(0)
            for name in Scores.__slots__
        )
    )


@contextmanager
def crew(compute: ComputeSettings, shared: Sequence[Any] = ()) -> Iterator[Crew]:
    """Workers as the settings ask for, released at the end.

    Args:
        compute: backend, number of workers, address.
        shared: large objects that every task gets (sent to a dask cluster once).

    Raises:
        SettingsError: the backend is not installed, or its cluster does not answer.
    """
    cluster = compute.backend in (Backend.DASK, Backend.RAY)
    if not cluster and compute.workers == 1:
        yield Crew(1)
        return
    from joblib import Parallel, effective_n_jobs

    with ExitStack() as stack:
        stack.enter_context(_joined_cluster(compute, shared) if cluster else _local(compute))
        count = max(1, int(effective_n_jobs(-1 if cluster else compute.workers)))
        parallel = stack.enter_context(Parallel(n_jobs=count))
        yield Crew(count, parallel)


def _local(compute: ComputeSettings) -> AbstractContextManager[Any]:
    from joblib import parallel_config

    return parallel_config(backend=compute.backend.value, n_jobs=compute.workers)


@contextmanager
def _joined_cluster(compute: ComputeSettings, shared: Sequence[Any]) -> Iterator[None]:
    from joblib import parallel_config

    if compute.backend is Backend.DASK:
        with _dask_client(compute.address), parallel_config(backend="dask", scatter=list(shared) or None):
            yield
        return
    _join_ray(compute.address)
    with parallel_config(backend="ray", n_jobs=-1):
        yield


def _dask_client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as err:
        raise SettingsError(f"The compute backend is dask, which is not installed: {_INSTALL}.") from err
    if not address:
        raise SettingsError(
            "The compute backend is dask, but no address is set: start `dask scheduler` and `dask worker`, "
            "and set compute.address to what the scheduler prints, e.g. tcp://127.0.0.1:8786."
        )
    try:
        return Client(address, timeout=10, set_as_default=True)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as err:
        raise SettingsError(
            f"No dask scheduler answers at {address!r}: start it, or correct compute.address in the settings."
        ) from err


def _join_ray(address: str) -> None:
    try:
        import ray
        from ray.util.joblib import register_ray
    except ImportError as err:
        raise SettingsError(
            "The compute backend is ray, which is not installed: install it with pip install ray, or choose loky in "
            "the compute settings."
        ) from err
    try:
        ray.init(address=address or None, ignore_reinit_error=True, log_to_driver=False)
    except ConnectionError as err:
        raise SettingsError(
            f"No ray cluster answers at {address!r}: start it, or correct compute.address in the settings."
        ) from err
    register_ray()
