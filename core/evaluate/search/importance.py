"""Which parameters decide whether a cell is good: PED-ANOVA (Watanabe, Bansal & Hutter 2023), by Optuna."""

from collections.abc import Sequence

import numpy as np

from core.evaluate.search.studies import distribution
from core.records import Dimension, Importance

FEWEST = 20
"""Cells below which nothing is said."""
MOST = 2000
"""Cells that are looked at; more are thinned evenly."""


def importance(space: Sequence[Dimension], cells: np.ndarray, scores: np.ndarray) -> tuple[Importance, ...]:
    """Shares of the parameters in how the best tenth of the cells differs from all, the largest first.

    Args:
        space: the dimensions, in the order of the columns.
        cells: (k, d).
        scores: (k,), more is better; cells with nan are left out.

    Returns:
        One for each dimension that is not fixed; empty with fewer than 20 cells or without any difference.
    """
    import optuna

    rows = np.flatnonzero(np.isfinite(scores))
    searched = [(place, dimension) for place, dimension in enumerate(space) if not dimension.fixed]
    if len(rows) < FEWEST or np.ptp(scores[rows]) == 0 or not searched:
        return ()
    if len(searched) == 1:
        return (Importance(searched[0][1].name, 1.0),)
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, min(MOST, len(rows))).round().astype(int))]
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    # The grid of a dimension in equal ratios holds whole numbers between which any may stand.
    known = {dimension.name: distribution(dimension) for _, dimension in searched}
    study = optuna.create_study(direction="maximize")
    study.add_trials(
        [
            optuna.trial.create_trial(
                params={d.name: int(cells[row, i]) if d.whole else float(cells[row, i]) for i, d in searched},
                distributions=known, value=float(scores[row]),
            )
            for row in rows
        ]
    )  # fmt: skip
    judge = optuna.importance.PedAnovaImportanceEvaluator()
    shares = optuna.importance.get_param_importances(study, evaluator=judge)
    if not np.isfinite(list(shares.values())).all():
        return ()
    return tuple(Importance(name, float(share)) for name, share in shares.items())
