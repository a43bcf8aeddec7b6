"""Class shares, and what a model adds to them."""

import numpy as np

_TINY = 1e-9


def class_shares(outcome: np.ndarray, classes: int, weight: np.ndarray | None = None) -> np.ndarray:
    """Share of each class, (k,); one label is spread over all classes, so that none is impossible."""
    counts = np.bincount(outcome, weights=weight, minlength=classes).astype(np.float64)
    counts *= len(outcome) / counts.sum() if counts.sum() > 0.0 else 0.0
    return (counts + 1.0 / classes) / (counts.sum() + 1.0)


def log_opinion(raw: np.ndarray, model_base: np.ndarray) -> np.ndarray:
    """What the model adds to the class shares it was fitted to, in logs."""
    return np.log(np.maximum(raw.astype(np.float64), _TINY)) - np.log(model_base)


def lift(opinion: np.ndarray, base: np.ndarray) -> np.ndarray:
    """ln(p / base) of the probabilities p ∝ base · exp(opinion), (n, 3): the opinion without its constant per row."""
    logs = np.log(base)
    return opinion + logs - _log_sum(opinion + logs) - logs


def shares_of(logits: np.ndarray) -> np.ndarray:
    """Softmax of each row."""
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _log_sum(logits: np.ndarray) -> np.ndarray:
    highest = logits.max(axis=1, keepdims=True)
    return highest + np.log(np.exp(logits - highest).sum(axis=1, keepdims=True))
