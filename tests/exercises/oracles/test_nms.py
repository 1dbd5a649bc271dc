"""The reference of nms against exact rational arithmetic and against an equivalent formulation."""

import math
from fractions import Fraction

import numpy as np
import pytest


def exact_iou(a, b):
    """Overlap of two integer boxes as a fraction."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    inter = max(width, 0) * max(height, 0)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inter
    return Fraction(inter, union) if union else Fraction(0)


def random_case(seed, n):
    """Integer boxes and scores with ties."""
    rng = np.random.default_rng(seed)
    boxes = np.sort(rng.integers(0, 15, size=(n, 2, 2)), axis=1).reshape(n, 4)
    return boxes, rng.integers(0, 8, size=n) / 8, rng.integers(0, 3, size=n)


def fixed_point(boxes, scores, classes, threshold):
    """Survivors as the one set in which a box is kept exactly when no kept box of higher rank covers it.

    The set is found by iterating that sentence to its fixed point, which the greedy pass never does.
    """
    n = len(boxes)
    rank = sorted(range(n), key=lambda i: (-scores[i], i))
    place = {i: r for r, i in enumerate(rank)}
    rivals = {
        i: [
            j
            for j in range(n)
            if place[j] < place[i] and classes[j] == classes[i] and exact_iou(boxes[i], boxes[j]) > threshold
        ]
        for i in range(n)
    }
    kept = dict.fromkeys(range(n), True)
    while True:
        new = {i: not any(kept[j] for j in rivals[i]) for i in range(n)}
        if new == kept:
            return [i for i in rank if kept[i]]
        kept = new


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("threshold", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_nms_is_the_fixed_point_of_its_definition(reference, seed, threshold):
    """On integer boxes with tied scores, nms keeps the fixed point, with the overlap in exact fractions."""
    boxes, scores, _ = random_case(seed, 25)
    expected = fixed_point(boxes.tolist(), scores, np.zeros(25), Fraction(threshold))

    assert expected == reference("nms").nms(boxes, scores, threshold).tolist()


@pytest.mark.parametrize("seed", range(12))
def test_batched_nms_is_the_fixed_point_within_each_class(reference, seed):
    """With classes, only boxes of one class are rivals."""
    boxes, scores, classes = random_case(seed, 25)
    expected = fixed_point(boxes.tolist(), scores, classes, Fraction(1, 2))

    assert expected == reference("nms").batched_nms(boxes, scores, classes, 0.5).tolist()


@pytest.mark.parametrize("seed", range(12))
def test_soft_nms_scores_are_products_of_decays(reference, seed):
    """The score of a pick is its first score times the decay by every earlier pick."""
    boxes, _, _ = random_case(seed, 20)
    scores = np.random.default_rng(seed + 100).random(20)
    picks, decayed = reference("nms").soft_nms(boxes, scores, 0.3, 0.0)

    assert sorted(picks.tolist()) == list(range(20))
    for place, i in enumerate(picks.tolist()):
        exponent = sum(float(exact_iou(boxes[i].tolist(), boxes[j].tolist())) ** 2 for j in picks[:place].tolist())
        assert decayed[place] == pytest.approx(scores[i] * math.exp(-exponent / 0.3), rel=1e-12)
    assert (np.diff(decayed) <= 1e-15).all()
