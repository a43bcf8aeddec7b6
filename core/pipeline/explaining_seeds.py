"""Would another seed have found the same reasons? The members are fitted again and their importances compared."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.explain import contributions, importance, seed_agreement
from core.pipeline.explaining import ExplainedRows
from core.pipeline.run import Workbench
from core.predict import TrainedModel
from core.predict.members import fit_members

_ROWS = 500
"""Bars whose contributions are averaged for each seed."""


@dataclass(frozen=True, slots=True, eq=False)
class SeedAgreement:
    """Importances of models that differ in their seed only."""

    seeds: tuple[int, ...]
    importance: np.ndarray
    """(seeds, f) mean |contribution| to the target."""
    correlation: np.ndarray
    """(pairs,) Spearman."""

    @property
    def lowest(self) -> float:
        """The least alike pair."""
        known = self.correlation[~np.isnan(self.correlation)]
        return float(known.min()) if len(known) else float("nan")


def other_seeds(
    bench: Workbench, found: ExplainedRows, target: Sequence[float], seeds: Sequence[int]
) -> SeedAgreement:
    """Fit the members again on the same rows, once a seed, and explain the newest bars with each.

    The weights of the members and the regimes stay the model's own: what is asked is whether the fits agree.

    Args:
        found: rows of the model, with what it learnt from.
        target: weights of the classes down, flat, up.
    """
    model = bench.shelf.take(found.row.path, found.row.sha256)
    shown = found.parts.values[-_ROWS:]
    regime = None if found.regime is None else found.regime[-_ROWS:]
    sizes = [
        importance(contributions(_refitted(model, found, seed), shown, regime).shares @ np.asarray(target))
        for seed in seeds
    ]
    return SeedAgreement(tuple(seeds), np.stack(sizes), seed_agreement(sizes))


def _refitted(model: TrainedModel, found: ExplainedRows, seed: int) -> TrainedModel:
    settings = model.meta.settings.model_copy(update={"seed": seed})
    members = fit_members(
        found.training, found.training_outcome, found.training_weight, settings, model.features
    )
    return replace(model, members=members)
