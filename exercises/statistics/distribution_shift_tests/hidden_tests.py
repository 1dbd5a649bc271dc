"""Hidden tests of distribution shift."""

import bisect
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_raises, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)


def distance(a, b):
    """The greatest gap, point by point."""
    a, b = sorted(a), sorted(b)
    return max(abs(bisect.bisect_right(a, x) / len(a) - bisect.bisect_right(b, x) / len(b)) for x in a + b)


def index(expected, actual, bins, eps):
    """PSI, value by value."""
    ordered, edges = sorted(expected), []
    for k in range(1, bins):
        place = k * (len(ordered) - 1) / bins
        low = min(int(place), len(ordered) - 2) if len(ordered) > 1 else 0
        edge = ordered[low] + (place - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])
        edges += [] if edge in edges else [edge]
    total = 0.0
    for k in range(len(edges) + 1):
        p, q = (max(sum(bisect.bisect_right(edges, x) == k for x in s) / len(s), eps) for s in (expected, actual))
        total += (q - p) * math.log(q / p)
    return total


def test_distance_by_hand(candidate):
    """Samples of different lengths are compared by the shares that are at most x."""
    a, b = np.array([4.0, 1.0, 2.0, 3.0]), np.array([2.5, 9.0])
    # At 2: 1/2 against 0. At 4: 1 against 1/2.
    assert_close(candidate.ks_statistic(a, b), 0.5)
    assert_close(candidate.ks_statistic(np.array([1.0, 2.0, 3.0]), np.array([2.5])), 2 / 3)
    assert_close(candidate.ks_statistic(np.array([2.5]), np.array([1.0, 2.0, 3.0])), 2 / 3)


def test_distance_of_ties(candidate):
    """Values that both samples share jump in both at once."""
    assert_close(candidate.ks_statistic(np.array([1.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0])), 0.0)
    assert_close(candidate.ks_statistic(np.array([1.0, 1.0, 1.0, 2.0]), np.array([1.0, 2.0])), 0.25)
    assert_close(candidate.ks_statistic(np.zeros(5), np.zeros(2)), 0.0)


def test_samples_apart(candidate):
    """Samples that do not overlap have distance 1, whichever comes first."""
    low, high = np.array([0.0, 1.0]), np.array([5.0, 6.0, 7.0])
    assert_close([candidate.ks_statistic(low, high), candidate.ks_statistic(high, low)], [1.0, 1.0])


@given(n=st.integers(1, 12), m=st.integers(1, 12), seed=SEEDS)
def test_distance_follows_the_definition(candidate, n, m, seed):
    """On random samples, with ties and without, the distance is that of a walk over all points."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=n), rng.normal(size=m) + 0.5
    if seed % 2:
        a, b = np.round(a), np.round(b)
    assert_close(candidate.ks_statistic(a, b), distance(a.tolist(), b.tolist()))


def test_index_by_hand(candidate):
    """Bins are the quantiles of expected, and each adds (q - p) ln(q / p)."""
    expected, actual = np.arange(1.0, 9.0), np.array([1.0, 2.0, 3.0, 8.0])
    # Edges 2.75, 4.5 and 6.25: shares of 1/4 each, against 1/2, 1/4, 0 and 1/4.
    psi = 0.25 * math.log(2) + (1e-4 - 0.25) * math.log(1e-4 / 0.25)
    assert_close(candidate.psi(expected, actual, 4), psi)
    assert_close(candidate.psi(expected, actual, bins=4, eps=0.125), 0.25 * math.log(2) + 0.125 * math.log(2))


def test_open_ends_and_edges(candidate):
    """Values beyond the expected ones fall into the outer bins, and a value at an edge into the bin above it."""
    expected = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    # The edge is 3: shares 2/5 and 3/5.
    for actual in ([-99.0, 0.0, 3.0, 99.0, 7.0], [2.9, 2.0, 3.0, 3.1, 5.0]):
        assert_close(candidate.psi(expected, np.array(actual), 2), 0.0)
    assert_close(
        candidate.psi(expected, expected * 10.0, 2), (0.6 - 1.0) * math.log(0.6) + (0.4 - 1e-4) * math.log(0.4e4)
    )


def test_repeated_quantiles(candidate):
    """Quantiles that repeat leave empty bins, which add nothing."""
    expected = np.array([0.0] * 6 + [1.0, 2.0, 3.0, 4.0])
    actual = np.array([-1.0, 0.0, 0.0, 1.5, 9.0])
    assert_close(candidate.psi(expected, actual, 5), index(expected.tolist(), actual.tolist(), 5, 1e-4))


@given(bins=st.integers(2, 6), many=st.integers(0, 3), m=st.integers(1, 12), seed=SEEDS)
def test_index_follows_the_definition(candidate, bins, many, m, seed):
    """On random samples, PSI is that of counting value by value."""
    rng = np.random.default_rng(seed)
    # With so many values no quantile is one of them, where rounding would decide the bin.
    expected, actual = rng.normal(size=bins * many + 2), rng.normal(size=m) + 0.5
    assert_close(candidate.psi(expected, actual, bins, 0.01), index(expected.tolist(), actual.tolist(), bins, 0.01))


@pytest.mark.fine
def test_infinite_values(candidate):
    """Infinite values are values like others in the distance, and fall into the outer bins of PSI."""
    a = np.array([-math.inf, 0.0, math.inf])
    assert_close(candidate.ks_statistic(a, np.array([0.0, math.inf])), 1 / 3)
    assert_close(candidate.psi(np.arange(4.0), np.array([-math.inf, math.inf]), 2), 0.0)


@pytest.mark.fine
def test_few_bins(candidate):
    """One bin has PSI 0; a constant sample has one edge, at its value; and bins defaults to 10."""
    assert_close(candidate.psi(np.arange(4.0), np.full(3, 9.0), 1), 0.0)
    assert_close(candidate.psi(np.full(4, 3.0), np.full(2, 3.0)), 0.0)
    one_below = (0.5 - 1e-4) * math.log(0.5e4) - 0.5 * math.log(0.5)
    assert_close(candidate.psi(np.full(4, 3.0), np.array([2.0, 3.0])), one_below)
    assert_close(
        candidate.psi(np.arange(21.0) ** 2, np.arange(9.0)),
        candidate.psi(np.arange(21.0) ** 2, np.arange(9.0), 10, 1e-4),
    )


@pytest.mark.fine
def test_types(candidate):
    """Results are Python floats, and integers, booleans and float32 are fine."""
    a, b = np.array([200, 3, 250], dtype=np.uint8), np.array([7, 9], dtype=np.uint8)
    assert_type(candidate.ks_statistic(a, b), float)
    assert_close(candidate.ks_statistic(a, b), 2 / 3)
    assert_type(candidate.psi(a, b, 2), float)
    assert_close(candidate.psi(a, b, 2), index([200, 3, 250], [7, 9], 2, 1e-4))
    assert_close(candidate.ks_statistic(np.array([True, False]), np.array([True])), 0.5)
    assert_close(candidate.ks_statistic(np.ones(2, np.float32) / 3, np.ones(2, np.float32) / 3), 0.0)


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """Empty samples, NaN, samples of another shape and no bins raise ValueError."""
    good = np.arange(3.0)
    for bad in (np.zeros(0), np.array([1.0, math.nan]), np.ones((2, 2)), np.array(1.0)):
        for pair in ((good, bad), (bad, good)):
            with assert_raises(ValueError):
                candidate.ks_statistic(*pair)
            with assert_raises(ValueError):
                candidate.psi(*pair)
    with assert_raises(ValueError):
        candidate.psi(good, good, 0)


@pytest.mark.scale
@pytest.mark.parametrize("name", ["ks_statistic", "psi"])
def test_speed(candidate, reference, rng, name):
    """Samples of 10000 and 8000 values are compared without a loop over them."""

    def prepare(subject, rng):
        a, b = rng.normal(size=10_000), rng.normal(size=8000)
        return lambda: getattr(subject, name)(a, b)

    speed(candidate, reference, prepare, rng, limit=12)
