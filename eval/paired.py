"""Whether one way of searching finds more than another, judged question by question."""

import random

FLIPS = 10_000


def compare(before, after, measure="ndcg@10"):
    """How many questions went better, how many worse, the mean difference, and the probability of one that far from 0
    if it were chance which of the two a question's values belong to (a paired sign-flip test, two-sided)."""
    both = [qid for qid in before if qid in after]
    differences = [after[qid][measure] - before[qid][measure] for qid in both]
    moved = [difference for difference in differences if abs(difference) > 1e-9]
    better = sum(difference > 0 for difference in moved)
    observed = abs(sum(moved))
    chance = random.Random(1)
    as_far = sum(
        abs(sum(difference if chance.getrandbits(1) else -difference for difference in moved)) >= observed - 1e-12
        for _ in range(FLIPS)
    )
    return {
        "better": better,
        "worse": len(moved) - better,
        "mean": sum(differences) / len(differences),
        "p": (as_far + 1) / (FLIPS + 1) if moved else 1.0,
    }


def words(compared):
    """The comparison as a table's cell says it."""
    p = "p < .001" if compared["p"] < 0.001 else f"p = {compared['p']:.3f}".replace("0.", ".")
    return f"+{compared['better']} −{compared['worse']} {p}"
