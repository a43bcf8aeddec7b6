"""Compiled: rows through trees, and nodes into preorder."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def walk(rows, tree_start, tree_output, feature, cut, null_left, right, value, base, out):
    """Fill `out` (rows, outputs) with the sums of the leaves that each row falls into."""
    outputs, width = len(base), value.shape[1]
    for r in range(len(rows)):
        row = rows[r]
        for c in range(outputs):
            out[r, c] = base[c]
        for t in range(len(tree_output)):
            node = tree_start[t]
            while feature[node] >= 0:
                x = row[feature[node]]
                left = x < cut[node] if x == x else null_left[node]
                node = node + 1 if left else right[node]
            for c in range(width):
                out[r, tree_output[t] + c] += value[node, c]


@njit(cache=True)
def preorder(left, right, roots):
    """Old numbers of the nodes in preorder, the new number of each one's right child (0 at leaves), starts of trees.

    `left` and `right` (nodes,) are old numbers, negative at leaves; nodes that no root leads to are left out.
    """
    order, follows = np.empty(len(left), np.int32), np.zeros(len(left), np.int32)
    start = np.empty(len(roots) + 1, np.int32)
    stack, parent = np.empty(len(left) + 1, np.int32), np.empty(len(left) + 1, np.int32)
    count = 0
    for t in range(len(roots)):
        start[t] = count
        stack[0], parent[0], depth = roots[t], -1, 1
        while depth > 0:
            depth -= 1
            node = stack[depth]
            if parent[depth] >= 0:
                follows[parent[depth]] = count
            order[count] = node
            if left[node] >= 0:
                stack[depth], parent[depth] = right[node], count
                stack[depth + 1], parent[depth + 1] = left[node], -1
                depth += 2
            count += 1
    start[len(roots)] = count
    return order[:count], follows[:count], start
