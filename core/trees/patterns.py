"""Compiled: trees cut into pieces, and the tables of Shapley values of these.

Whoever changes one of these functions changes this file, so numba's cache on disk compiles all of them again.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import njit

from core.trees.layout import Relations

BITS = 8
"""Answers that one table may hang on: a byte holds them, and the 2^8 patterns stay in the nearest cache."""


@njit(cache=True)
def _related(tree_start, feature, right):
    nodes = len(feature)
    parent, end, number = np.empty(nodes, np.int32), np.empty(nodes, np.int32), np.empty(nodes, np.int32)
    for t in range(len(tree_start) - 1):
        count, parent[tree_start[t]] = 0, -1
        for node in range(tree_start[t], tree_start[t + 1]):
            number[node] = count
            if feature[node] >= 0:
                parent[node + 1] = parent[right[node]] = node
                count += 1
    for node in range(nodes - 1, -1, -1):
        end[node] = end[right[node]] if feature[node] >= 0 else node + 1
    return Relations(parent, end, number)


@njit(cache=True)
def _place(found, count, wanted):
    """Where `wanted` stands among the first `count` of `found`; it is put there when it is new."""
    for k in range(count):
        if found[k] == wanted:
            return k, count
    found[count] = wanted
    return count, count + 1


@njit(cache=True)
def _above(node, parent, feature, met):
    """Number of different features, put into `met`, and of questions on the way to a node."""
    features, depth, up = 0, 0, parent[node]
    while up >= 0:
        _, features = _place(met, features, feature[up])
        depth, up = depth + 1, parent[up]
    return features, depth


@njit(cache=True)
def divide(grown, room):
    """Cut every tree into the largest subtrees whose contribution hangs on at most BITS answers.

    A subtree hangs on one answer for each feature on the way to it (are all the questions there about this feature
    answered towards it?) and one for each of its own inner nodes. A leaf that hangs on more by itself, or for whose table
    no room is left among `room` values, is left over.

    Returns:
        Subtrees (subtrees, 4), each with its root and the numbers of answers, questions and features; leaves left over
        likewise (leaves, 4); the first of each for every tree, (2, trees + 1); relations of the nodes. Trees that are one
        leaf are in neither.
    """
    relations = _related(grown.tree_start, grown.feature, grown.right)
    feature, parent, end = grown.feature, relations.parent, relations.end
    found, left = np.empty((len(feature), 4), np.int32), np.empty((len(feature), 4), np.int32)
    start = np.zeros((2, len(grown.tree_start)), np.int32)
    met = np.empty(len(feature) + 1, np.int32)
    subtrees = leaves = 0
    for t in range(len(grown.tree_start) - 1):
        node = grown.tree_start[t]
        while node < grown.tree_start[t + 1]:
            above, depth = _above(node, parent, feature, met)
            inner = (end[node] - node) // 2
            features, size = above, room + 1
            if above + inner <= BITS:
                for below in range(node, end[node]):
                    if feature[below] >= 0:
                        _, features = _place(met, features, feature[below])
                size = (1 << (above + inner)) * features * grown.value.shape[1]
            if features == 0 and inner == 0:
                node += 1
            elif size <= room:
                found[subtrees, 0], found[subtrees, 1] = node, above + inner
                found[subtrees, 2], found[subtrees, 3] = depth + inner, features
                subtrees, room, node = subtrees + 1, room - size, end[node]
            else:
                if inner == 0:
                    left[leaves, 0], left[leaves, 1], left[leaves, 2], left[leaves, 3] = (
                        node,
                        above,
                        depth,
                        above,
                    )
                    leaves += 1
                node += 1
        start[0, t + 1], start[1, t + 1] = subtrees, leaves
    return found[:subtrees], left[:leaves], start, relations


@njit(cache=True)
def _ask(node, relations, right, feature, inner, steps, slot):
    """Fill in the questions of the piece under `node` and its features; see `Parts`.

    `inner` gets the places of the answers of the piece's own nodes; they come after those of the features above.
    """
    parent, number = relations.parent, relations.number
    above, k, child, up = 0, 0, node, parent[node]
    while up >= 0:
        place, above = _place(slot, above, feature[up])
        steps[k, 0], steps[k, 1], steps[k, 2] = number[up], child == up + 1, place
        k, child, up = k + 1, up, parent[up]
    features, place = above, above
    for below in range(node, relations.end[node]):
        if feature[below] >= 0:
            _, features = _place(slot, features, feature[below])
            inner[below - node] = place
            steps[k, 0], steps[k, 1], steps[k, 2] = number[below], 1, place
            k, place = k + 1, place + 1


@njit(cache=True)
def _path(leaf, top, parent, grown, inner, slot, known, ratio, yes, no):
    """A leaf's way, feature by feature: place in `slot`, share of rows, bits that must be set and clear.

    Returns the number of features.
    """
    depth, child, up = 0, leaf, parent[leaf]
    while up >= 0:
        place, _ = _place(slot, len(slot), grown.feature[up])
        j, depth_now = _place(known, depth, place)
        if depth_now > depth:
            ratio[j], yes[j], no[j], depth = 1.0, 0, 0, depth_now
        ratio[j] *= grown.cover[child] / grown.cover[up] if grown.cover[up] > 0.0 else 0.0
        if up < top:
            yes[j] |= 1 << place
        elif child == up + 1:
            yes[j] |= 1 << inner[up - top]
        else:
            no[j] |= 1 << inner[up - top]
        child, up = up, parent[up]
    return depth


@njit(cache=True)
def _leaf_shares(ratio, depth, points, weights, out):
    """Shapley values of a leaf of value 1, for each pattern of satisfied features: (2^depth, depth) of `out`.

    A leaf's game is a product: a known feature gives 1 where it is satisfied and else 0, an unknown one the share r of
    the training rows. Its multilinear extension (Owen 1972) at t is Π (r + t (h − r)), and a player's value the integral
    over t of its derivative: a polynomial, which Gauss-Legendre with half as many points takes exactly.
    """
    rule = (depth + 1) // 2
    before = np.empty(depth + 1)
    for pattern in range(1 << depth):
        for j in range(depth):
            out[pattern, j] = 0.0
        for q in range(rule):
            t, after = points[rule - 1, q], 1.0
            before[0] = weights[rule - 1, q]
            for j in range(depth):
                before[j + 1] = before[j] * (ratio[j] * (1.0 - t) + (t if pattern >> j & 1 else 0.0))
            for j in range(depth - 1, -1, -1):
                has = pattern >> j & 1
                out[pattern, j] += (has - ratio[j]) * before[j] * after
                after *= ratio[j] * (1.0 - t) + (t if has else 0.0)


@njit(cache=True)
def _expect(ratio, depth, value, leaf, expected, first):
    chance = 1.0
    for j in range(depth):
        chance *= ratio[j]
    for c in range(value.shape[1]):
        expected[first + c] += chance * value[leaf, c]


@njit(cache=True)
def tabulate(grown, pieces, relations, parts, points, weights, tables, expected):
    """Fill the steps and slots of `parts` and the values of `tables`; add the expected values to `expected` (outputs,)."""
    feature, width = grown.feature, grown.value.shape[1]
    shares = np.empty((1 << BITS, BITS))
    known, ratio = np.empty(BITS + 1, np.int32), np.empty(BITS + 1)
    yes, no = np.empty(BITS + 1, np.int64), np.empty(BITS + 1, np.int64)
    inner = np.zeros(2 * BITS + 1, np.int64)
    for t in range(len(grown.tree_output)):
        first = grown.tree_output[t]
        for g in range(pieces.start[t], pieces.start[t + 1]):
            top, patterns = pieces.node[g], 1 << pieces.answers[g]
            slot = parts.slots[parts.slot_start[g] : parts.slot_start[g + 1]]
            steps = parts.steps[parts.step_start[g] : parts.step_start[g + 1]]
            _ask(top, relations, grown.right, feature, inner, steps, slot)
            sums, each = tables.values[tables.start[g] : tables.start[g + 1]], len(slot) * width
            for k in range(len(sums)):
                sums[k] = 0.0
            for leaf in range(top, relations.end[top]):
                if feature[leaf] >= 0:
                    continue
                depth = _path(leaf, top, relations.parent, grown, inner, slot, known, ratio, yes, no)
                _leaf_shares(ratio, depth, points, weights, shares)
                _expect(ratio, depth, grown.value, leaf, expected, first)
                for pattern in range(patterns):
                    own = 0
                    for j in range(depth):
                        if pattern & (yes[j] | no[j]) == yes[j]:
                            own |= 1 << j
                    for j in range(depth):
                        for c in range(width):
                            place = pattern * each + known[j] * width + c
                            sums[place] += grown.value[leaf, c] * shares[own, j]


@njit(cache=True)
def spell_out(grown, pieces, relations, parts, ratio, expected):
    """Fill the steps and slots of single leaves, and `ratio`; see `Leaves`. Add the expected values to `expected`."""
    inner = np.zeros(1, np.int64)
    for t in range(len(grown.tree_output)):
        first = grown.tree_output[t]
        for g in range(pieces.start[t], pieces.start[t + 1]):
            leaf = pieces.node[g]
            slot = parts.slots[parts.slot_start[g] : parts.slot_start[g + 1]]
            steps = parts.steps[parts.step_start[g] : parts.step_start[g + 1]]
            own = ratio[parts.slot_start[g] : parts.slot_start[g + 1]]
            _ask(leaf, relations, grown.right, grown.feature, inner, steps, slot)
            for j in range(len(own)):
                own[j] = 1.0
            child, up, k = leaf, relations.parent[leaf], 0
            while up >= 0:
                own[steps[k, 2]] *= grown.cover[child] / grown.cover[up] if grown.cover[up] > 0.0 else 0.0
                child, up, k = up, relations.parent[up], k + 1
            _expect(own, len(own), grown.value, leaf, expected, first)
