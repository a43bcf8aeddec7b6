"""Is the best of many models really better than a benchmark? Bootstrap tests of `arch`, with their settings kept.

All of them take losses, not returns: pass −returns, or squared errors. Smaller is better.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class SuperiorAbility:
    """Hansen's SPA test (2005) with White's Reality Check (2000), which is its upper p-value.

    The null: no model has a smaller expected loss than the benchmark.
    """

    lower: float
    consistent: float
    """The one to read."""
    upper: float
    """White's Reality Check: conservative when poor models are among those compared."""
    block: int
    """Bars; mean length of the stationary bootstrap's blocks."""
    reps: int
    seed: int


def superior_ability(
    benchmark: np.ndarray, models: np.ndarray, block: int, reps: int, seed: int
) -> SuperiorAbility:
    """SPA test with a stationary bootstrap (`arch.bootstrap.SPA`).

    Args:
        benchmark: losses, (bars,).
        models: losses, (bars, models).
        block: mean block length in bars.
    """
    from arch.bootstrap import SPA

    test = SPA(benchmark, models, block_size=block, reps=reps, seed=seed)
    test.compute()
    p = test.pvalues
    return SuperiorAbility(float(p["lower"]), float(p["consistent"]), float(p["upper"]), block, reps, seed)


def reality_check(benchmark: np.ndarray, models: np.ndarray, block: int, reps: int, seed: int) -> float:
    """p-value of White's Reality Check (2000): `arch.bootstrap.RealityCheck`, upper."""
    from arch.bootstrap import RealityCheck

    test = RealityCheck(benchmark, models, block_size=block, reps=reps, seed=seed)
    test.compute()
    return float(test.pvalues["upper"])


def superior_models(
    benchmark: np.ndarray, models: np.ndarray, block: int, reps: int, seed: int, size: float = 0.05
) -> tuple[int, ...]:
    """Columns of the models that beat the benchmark: StepM (Romano & Wolf 2005), family-wise error `size`."""
    from arch.bootstrap import StepM

    test = StepM(benchmark, models, size=size, block_size=block, reps=reps, seed=seed)
    test.compute()
    return tuple(int(str(column)) for column in test.superior_models)


def confidence_set(
    losses: np.ndarray, block: int, reps: int, seed: int, size: float = 0.1
) -> tuple[int, ...]:
    """Columns among which the best model lies with 1 − size: the MCS of Hansen, Lunde & Nason (2011)."""
    from arch.bootstrap import MCS

    test = MCS(losses, size=size, block_size=block, reps=reps, seed=seed)
    test.compute()
    return tuple(int(str(column)) for column in test.included)


def p_value_words(p: float, reps: int) -> str:
    """A bootstrap p-value for eyes: none of `reps` draws beyond it is no zero, but less than one in reps + 1."""
    return f"< {1.0 / (reps + 1):.2g}" if p <= 0.0 else f"{p:.3f}"
