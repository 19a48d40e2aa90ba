"""Logistic regression by Newton's method. Nothing is random."""

import math

STEPS = 25
# Keeps what isn't asked for near 0.
RIDGE = 1e-6


def probability(weights, features):
    odds = sum(weight * feature for weight, feature in zip(weights, features, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def fit(rows):
    """The weights that make (features, whether it is so, how much the row counts) most likely."""
    size, whole = len(rows[0][0]), sum(count for _, _, count in rows)
    weights = [0.0] * size
    for _ in range(STEPS):
        slope = [RIDGE * weight for weight in weights]
        bend = [[RIDGE * (row == column) for column in range(size)] for row in range(size)]
        for features, so, count in rows:
            likely = probability(weights, features)
            miss, spread = count / whole * (likely - so), count / whole * likely * (1 - likely)
            for row, feature in enumerate(features):
                slope[row] += miss * feature
                if feature:
                    part, bent = spread * feature, bend[row]
                    for column, other in enumerate(features):
                        bent[column] += part * other
        step = solved(bend, slope)
        weights = [weight - by for weight, by in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return weights


def solved(matrix, right):
    """x where matrix · x = right, by elimination with pivots."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        pivot = max(range(at, len(rows)), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for row in range(len(rows)):
            if row != at and rows[row][at]:
                by = rows[row][at]
                rows[row] = [value - by * own for value, own in zip(rows[row], rows[at], strict=True)]
    return [row[-1] for row in rows]
