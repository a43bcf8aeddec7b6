"""Fit a network through skorch, and ask it. Needs torch and skorch."""

from copy import deepcopy
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import torch
from skorch import NeuralNetClassifier

from core.predict.members.deep.networks import NETWORKS, RATES
from core.predict.members.deep.windows import WINDOW, Scaling, windows
from core.predict.members.member import CLASSES, FittedMember
from core.predict.members.monotone import ways
from core.predict.members.weighting import shift_for, weighted
from core.settings import PredictSettings

_EPOCHS = 8
_BATCH = 128
_BLOCK = 1024
"""Windows asked about at a time."""
_DIGITS = 9
"""Sums of a block and of a single row differ in the last of 16 digits; rounded, they are the same."""

_SEEDING = Lock()
"""First weights are drawn from one generator of the whole process."""


class WeightedNet(NeuralNetClassifier):
    """A classifier whose rows count by the weight that comes with them."""

    def get_loss(self, y_pred: Any, y_true: Any, X: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Mean of weight × log loss."""
        loss = super().get_loss(y_pred, y_true, X, *args, **kwargs)
        return (loss * X["weight"].to(loss.device)).mean()


@dataclass(frozen=True, slots=True, eq=False)
class SequenceNetwork:
    """A fitted network behind its imputer and scaler; answers in double precision on the processor."""

    module: torch.nn.Module
    scaling: Scaling
    window: int

    def score(self, inputs: np.ndarray) -> np.ndarray:
        """Log probabilities (n, 3) float64 of rows (n, f) in time order."""
        torch.set_num_threads(1)
        seen = windows(self.scaling.apply(inputs.astype(np.float64)), self.window)
        said = np.empty((len(inputs), CLASSES))
        with torch.inference_mode():
            for first in range(0, len(seen), _BLOCK):
                rows = torch.from_numpy(np.ascontiguousarray(seen[first : first + _BLOCK]))
                said[first : first + _BLOCK] = torch.log_softmax(self.module(rows), dim=1).numpy()
        return said.round(_DIGITS)


def fit_deep(
    name: str,
    inputs: np.ndarray,
    outcome: np.ndarray,
    weight: np.ndarray,
    settings: PredictSettings,
    names: tuple[str, ...],
) -> FittedMember:
    """Fit; on the processor the same arguments give the same network, bit for bit. A GPU is used when there is one.

    Args:
        name: one of `NETWORKS`.
        inputs: (n, f) float32 in time order, nulls allowed; a row is read with the 15 before it.
        outcome: (n,) class numbers 0 … 2; a class that never occurs is allowed.
        weight: (n,) above 0; scaled to a mean of 1.
        settings: class weights and seed. Monotone features cannot be had; the member says so.
        names: (f,) of the columns.
    """
    part = weighted(outcome, weight, settings)
    remarks = (
        (f"Networks know no monotone features, so {name} ignores them.",)
        if any(ways(settings.monotone, names))
        else ()
    )
    scaling = Scaling.of(inputs)
    torch.set_num_threads(1)  # fits run side by side, and sums would depend on the number of threads
    net = _untrained(name, inputs.shape[1], settings.seed)
    seen = windows(scaling.apply(inputs.astype(np.float64)).astype(np.float32), WINDOW)
    net.partial_fit({"rows": seen, "weight": part.even.astype(np.float32)}, outcome.astype(np.int64))
    module = deepcopy(net.module_).to("cpu").double().eval()
    network = SequenceNetwork(module, scaling, WINDOW)
    score = network.score(inputs) if len(part.absent) else np.empty((0, CLASSES))
    return FittedMember(
        name, None, None, network, shift_for(score, part), net, window=WINDOW, remarks=remarks
    )


def _untrained(name: str, inputs: int, seed: int) -> WeightedNet:
    """A network whose first weights and order of rows follow the seed and nothing else."""
    net = WeightedNet(
        NETWORKS[name],
        module__inputs=inputs,
        module__window=WINDOW,
        criterion=torch.nn.CrossEntropyLoss,
        criterion__reduction="none",
        optimizer=torch.optim.AdamW,
        optimizer__weight_decay=0.05,
        lr=RATES[name],
        max_epochs=_EPOCHS,
        batch_size=_BATCH,
        iterator_train__shuffle=True,
        iterator_train__generator=torch.Generator().manual_seed(seed),
        train_split=None,
        classes=list(range(CLASSES)),
        callbacks__print_log=None,
        verbose=0,
        device="cuda" if torch.cuda.is_available() else "cpu",
    )
    with _SEEDING, torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        return net.initialize()
