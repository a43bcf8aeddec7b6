"""Compiled: Shapley values of rows, looked up and, for leaves without a table, worked out.

Whoever changes one of these functions changes this file, so numba's cache on disk compiles all of them again.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import njit

BLOCK = 256
"""Rows treated together, so that every inner loop runs along rows and a table is read while it is near."""


@njit(cache=True, nogil=True)
def look_up(rows, questions, parts, tables, lone, leaves, out):
    """Add the Shapley values to `out` (rows, columns + 1, outputs): `parts` by `tables`, `lone` by `leaves`."""
    columns, outputs = rows.shape[1], out.shape[2]
    most = 1
    for t in range(len(questions.output)):
        most = max(most, questions.start[t + 1] - questions.start[t])
    block = min(BLOCK, len(rows))
    column = np.empty((columns, block), np.float32)
    left = np.empty((most, block), np.uint8)  # 255 where the row goes left
    sums = np.empty((columns * outputs, block))
    pattern, at = np.empty(block, np.uint8), np.empty(block, np.uint32)
    longest = 0
    for g in range(len(lone.slot_start) - 1):
        longest = max(longest, lone.slot_start[g + 1] - lone.slot_start[g])
    has = np.empty((longest, block), np.uint8)
    before, after = np.empty((longest + 1, block)), np.empty(block)
    for first in range(0, len(rows), BLOCK):
        n = min(block, len(rows) - first)
        for i in range(n):
            for f in range(columns):
                column[f, i] = rows[first + i, f]
        for k in range(len(sums)):
            for i in range(n):
                sums[k, i] = 0.0
        for t in range(len(questions.output)):
            for q in range(questions.start[t], questions.start[t + 1]):
                x, answer = column[questions.feature[q]], left[q - questions.start[t]]
                cut, null = questions.cut[q], questions.null_left[q]
                for i in range(n):
                    answer[i] = 255 if (x[i] < cut) | ((x[i] != x[i]) & null) else 0
            row = sums[questions.output[t] :]
            for g in range(parts.start[t], parts.start[t + 1]):
                asked = parts.steps[parts.step_start[g] : parts.step_start[g + 1]]
                slots = parts.slots[parts.slot_start[g] : parts.slot_start[g + 1]]
                table = tables.values[tables.start[g] : tables.start[g + 1]]
                _match(left, asked, n, tables.bits[g], pattern)
                _read(table, slots, n, len(table) >> tables.bits[g], outputs, pattern, at, row)
            for g in range(lone.start[t], lone.start[t + 1]):
                _satisfy(left, lone, g, n, has)
                _integrate(lone, leaves, g, n, outputs, has, before, after, row)
        for i in range(n):
            for f in range(columns):
                for c in range(outputs):
                    out[first + i, f, c] += sums[f * outputs + c, i]


@njit(cache=True, nogil=True)
def _match(left, asked, n, bits, pattern):
    """The answers of the first `n` rows to the questions of a subtree, as bits."""
    for i in range(n):
        pattern[i] = (1 << bits) - 1
    for s in range(len(asked)):
        answer, bit = left[asked[s, 0]], np.uint8(1 << asked[s, 2])
        wanted = np.uint8(255 if asked[s, 1] else 0)
        for i in range(n):
            pattern[i] &= ~((answer[i] ^ wanted) & bit)


@njit(cache=True, nogil=True)
def _read(table, slots, n, each, outputs, pattern, at, sums):
    """Add what the table says of the patterns, `each` values for one of them, to `sums` (features × outputs, rows)."""
    width = each // len(slots)
    for i in range(n):
        at[i] = pattern[i] * each
    for k in range(len(slots)):
        for c in range(width):
            total, near = sums[slots[k] * outputs + c], table[k * width + c :]
            for i in range(n):
                total[i] += near[at[i]]


@njit(cache=True, nogil=True)
def _satisfy(left, lone, g, n, has):
    """Which features on a leaf's path the rows satisfy: 255 where they do."""
    for j in range(lone.slot_start[g + 1] - lone.slot_start[g]):
        for i in range(n):
            has[j, i] = 255
    for s in range(lone.step_start[g], lone.step_start[g + 1]):
        answer, own = left[lone.steps[s, 0]], has[lone.steps[s, 2]]
        wanted = np.uint8(255 if lone.steps[s, 1] else 0)
        for i in range(n):
            own[i] &= ~(answer[i] ^ wanted)


@njit(cache=True, nogil=True)
def _integrate(lone, leaves, g, n, outputs, has, before, after, sums):
    """Add a leaf's Shapley values to `sums`; the integral is that of `core.trees.patterns`, for each row by itself."""
    first, rule = lone.slot_start[g], (lone.slot_start[g + 1] - lone.slot_start[g] + 1) // 2
    depth, width = lone.slot_start[g + 1] - first, leaves.value.shape[1]
    for q in range(rule):
        t = leaves.points[rule - 1, q]
        for i in range(n):
            before[0, i], after[i] = leaves.weights[rule - 1, q], 1.0
        for j in range(depth):
            unknown = leaves.ratio[first + j] * (1.0 - t)
            for i in range(n):
                before[j + 1, i] = before[j, i] * (unknown + (t if has[j, i] else 0.0))
        for j in range(depth - 1, -1, -1):
            ratio = leaves.ratio[first + j]
            unknown = ratio * (1.0 - t)
            for i in range(n):
                h = 1.0 if has[j, i] else 0.0
                share = (h - ratio) * before[j, i] * after[i]
                after[i] *= unknown + t * h
                for c in range(width):
                    sums[lone.slots[first + j] * outputs + c, i] += leaves.value[g, c] * share
