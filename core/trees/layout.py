"""Arrays that compiled code takes together."""

from typing import NamedTuple

import numpy as np


class Grown(NamedTuple):
    """What making tables reads of a `Forest`; see there."""

    tree_start: np.ndarray
    tree_output: np.ndarray
    feature: np.ndarray
    right: np.ndarray
    cover: np.ndarray
    value: np.ndarray


class Relations(NamedTuple):
    """Of every node."""

    parent: np.ndarray
    """−1 at roots."""
    end: np.ndarray
    """The node after its subtree."""
    number: np.ndarray
    """How many inner nodes of its tree stand before it."""


class Pieces(NamedTuple):
    """Subtrees, or single leaves, in the order of the trees."""

    start: np.ndarray
    """(trees + 1,) first piece of each tree."""
    node: np.ndarray
    """(pieces,) its uppermost node."""
    answers: np.ndarray
    """(pieces,) answers that its contribution hangs on."""
    steps: np.ndarray
    """(pieces,) questions that are asked for them."""
    slots: np.ndarray
    """(pieces,) features that it contributes to."""


class Questions(NamedTuple):
    """The inner nodes of the trees, and where a tree's values go."""

    start: np.ndarray
    """(trees + 1,) first inner node of each tree."""
    feature: np.ndarray
    cut: np.ndarray
    null_left: np.ndarray
    output: np.ndarray
    """(trees,)."""


class Parts(NamedTuple):
    """What is asked for each piece, and what it contributes to."""

    start: np.ndarray
    """(trees + 1,) first piece of each tree."""
    step_start: np.ndarray
    """(pieces + 1,)."""
    steps: np.ndarray
    """(steps, 3) int32: inner node of the tree, the answer counted as yes (1: left), the answer's place."""
    slot_start: np.ndarray
    """(pieces + 1,)."""
    slots: np.ndarray
    """Features."""


class Tables(NamedTuple):
    """Contributions of subtrees by pattern of answers."""

    bits: np.ndarray
    """(subtrees,) answers in a pattern."""
    start: np.ndarray
    """(subtrees + 1,) first value of each table."""
    values: np.ndarray
    """float64: for each subtree (2^bits, features, 1 or outputs)."""


class Leaves(NamedTuple):
    """Leaves that are worked out row by row."""

    ratio: np.ndarray
    """As `slots` of their parts: share of the training rows that the path keeps, feature by feature."""
    value: np.ndarray
    """(leaves, 1 or outputs)."""
    points: np.ndarray
    """(m, m) Gauss-Legendre points on [0, 1]: row m − 1 holds the rule of m points."""
    weights: np.ndarray
    """(m, m)."""
