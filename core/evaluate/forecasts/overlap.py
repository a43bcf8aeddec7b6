"""What overlapping labels are worth."""

import numpy as np


def effective_rows(start: np.ndarray, stop: np.ndarray) -> float:
    """Independent outcomes that labels over these spans amount to: Σ of their average uniqueness.

    A label's uniqueness is the mean over its span of 1 / (labels alive at that bar); López de Prado (2018), 4.2 to 4.4.
    Counted among the rows that are given: of labels of 20 bars, one at every bar, 1,000 are worth 50; every twentieth
    alone is worth itself.

    Args:
        start: (n,) position of the first bar of each span.
        stop: (n,) position of the last one, inclusive.
    """
    if len(start) == 0:
        return 0.0
    first, bars = int(start.min()), int(stop.max() - start.min()) + 1
    change = np.bincount(start - first, minlength=bars + 1) - np.bincount(
        stop - first + 1, minlength=bars + 1
    )
    alive = np.maximum(np.cumsum(change[:bars]), 1)
    share = np.concatenate(([0.0], np.cumsum(1.0 / alive)))
    mean: np.ndarray = (share[stop - first + 1] - share[start - first]) / (stop - start + 1)
    return float(mean.sum())
