"""Logistic regression by Newton's method. Nothing is random."""

import math

import numpy

STEPS = 25
# Keeps what isn't asked for near 0.
RIDGE = 1e-6


def probability(weights, features):
    odds = sum(weight * feature for weight, feature in zip(weights, features, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def fit(rows):
    """The weights that make (features, whether it is so, how much the row counts) most likely."""
    features = numpy.array([features for features, _, _ in rows])
    so = numpy.array([so for _, so, _ in rows], dtype=float)
    count = numpy.array([count for _, _, count in rows])
    count /= count.sum()
    weights = numpy.zeros(features.shape[1])
    for _ in range(STEPS):
        likely = 1 / (1 + numpy.exp(-numpy.clip(features @ weights, -30, 30)))
        slope = features.T @ (count * (likely - so)) + RIDGE * weights
        spread = count * likely * (1 - likely)
        bend = features.T @ (features * spread[:, None]) + RIDGE * numpy.eye(len(weights))
        step = numpy.linalg.solve(bend, slope)
        weights -= step
        if abs(step).max() < 1e-6:
            break
    return weights.tolist()
