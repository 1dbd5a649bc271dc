"""Hidden tests of bootstrap_permutation."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_that, assert_type, speed


SEEDS = st.integers(0, 2**32 - 1)


def row_means(resamples):
    """Return the mean of each resample."""
    return resamples.mean(axis=1)


def all_permutations(n):
    """Return every permutation of n positions, one a row, the identity first."""
    return np.array(list(permutations(range(n))))


def slow_quantile(values, q):
    """Interpolate between the two order statistics around place q (B - 1)."""
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    left = int(place)
    right = min(left + 1, len(ordered) - 1)
    return ordered[left] + (place - left) * (ordered[right] - ordered[left])


def slow_p_value(a, b, perms):
    """Count in exact fractions: one permutation at a time."""
    pooled = [Fraction(v) for v in (*a, *b)]
    n_a, n_b = len(a), len(b)

    def difference(order):
        values = [pooled[i] for i in order]
        return abs(sum(values[:n_a]) / n_a - sum(values[n_a:]) / n_b)

    observed = difference(range(n_a + n_b))
    return Fraction(1 + sum(difference(order) >= observed for order in perms), len(perms) + 1)


def test_interval_by_hand(candidate):
    """The interval runs between two quantiles of the bootstrap statistics, linear between order statistics."""
    x = np.array([40.0, 0.0, 30.0, 10.0, 20.0])
    idx = np.repeat(np.arange(5)[:, None], 5, axis=1)  # row i repeats x[i], so its mean is x[i]
    assert_close(candidate.bootstrap_ci(x, row_means, idx, 0.5), (10.0, 30.0))
    assert_close(candidate.bootstrap_ci(x, row_means, idx, alpha=0.2), (4.0, 36.0))


def test_default_alpha(candidate):
    """Without alpha the interval covers 95 per cent of the bootstrap statistics, evenly from both sides."""
    idx = np.repeat(np.arange(41)[::-1, None], 41, axis=1)
    assert_close(candidate.bootstrap_ci(np.arange(41.0), row_means, idx), (1.0, 39.0))


def test_any_statistic(candidate):
    """The statistic may be any function of a row, such as the median or the range."""
    x = np.array([5.0, 1.0, 9.0])
    idx = np.array([[0, 0, 1], [1, 1, 2], [2, 0, 2]])
    assert_close(candidate.bootstrap_ci(x, lambda r: np.median(r, axis=1), idx, 0.5), (3.0, 7.0))
    assert_close(candidate.bootstrap_ci(x, lambda r: np.ptp(r, axis=1), idx, 0.5), (4.0, 6.0))


def test_resamples_reach_the_statistic_as_rows(candidate):
    """stat receives the resamples as the rows of a matrix, each in the order that idx gives."""
    seen = []

    def first_minus_last(resamples):
        seen.append((resamples.ndim, resamples.shape[-1]))
        return resamples[:, 0] - resamples[:, -1]

    x = np.array([1.0, 10.0, 100.0])
    idx = np.array([[0, 1, 2], [2, 1, 0], [1, 1, 1], [2, 2, 1], [0, 0, 1]])
    got = candidate.bootstrap_ci(x, first_minus_last, idx, 0.5)
    assert_close(got, (-9.0, 90.0))
    assert_that(set(seen) == {(2, 3)}, "called stat with something other than rows of resamples")


@given(
    n=st.integers(1, 5),
    b=st.integers(1, 8),
    alpha=st.sampled_from([0.01, 0.1, 1 / 3, 0.9]),
    seed=SEEDS,
)
def test_interval_agrees_with_loops(candidate, n, b, alpha, seed):
    """The interval is what loops over resamples, means and order statistics give."""
    rng = np.random.default_rng(seed)
    x = rng.integers(-9, 10, size=n) / 4
    idx = rng.integers(0, n, size=(b, n))
    means = [sum(float(x[i]) for i in row) / n for row in idx]
    expected = (slow_quantile(means, alpha / 2), slow_quantile(means, 1 - alpha / 2))
    assert_close(candidate.bootstrap_ci(x, row_means, idx, alpha), expected)


def test_p_value_by_hand(candidate):
    """The p-value counts the permutations whose difference is as large as the one observed, and the observed one."""
    a, b = np.array([8.0, 6.0]), np.array([1.0, 3.0, 2.0])
    # Differences: observed 5; then 0, 5 (equal), 10/3, 5/2, 5/3.
    perms = np.array([[0, 2, 1, 3, 4], [1, 0, 4, 3, 2], [0, 3, 1, 2, 4], [1, 2, 4, 3, 0], [3, 4, 2, 1, 0]])
    assert_close(candidate.permutation_test(a, b, perms), 2 / 6)
    # Means: observed 2, then 8/3, which is larger. Medians would say 1, then 0.
    got = candidate.permutation_test(np.array([0.0, 0.0, 9.0]), np.ones(3), np.array([[0, 2, 3, 1, 4, 5]]))
    assert_close(got, 1.0)


def test_p_value_is_never_zero(candidate):
    """Where no permutation reaches the observed difference, p is 1 / (P + 1)."""
    a, b = np.array([10.0, 11.0]), np.array([0.0, 1.0])
    perms = np.array([[0, 2, 1, 3], [2, 0, 3, 1], [1, 3, 0, 2]])
    assert_close(candidate.permutation_test(a, b, perms), 1 / 4)


def test_both_directions_count(candidate):
    """The test is two-sided: a permutation that turns the difference round counts, whichever group was larger."""
    small, large = np.array([0.0, 1.0]), np.array([10.0, 11.0])
    perms = np.array([[2, 3, 0, 1], [3, 2, 1, 0], [0, 2, 1, 3]])
    assert_close(candidate.permutation_test(small, large, perms), 3 / 4)
    assert_close(candidate.permutation_test(large, small, perms), 3 / 4)


def test_means_of_unequal_groups(candidate):
    """Groups of unequal size are compared by their means, not their sums."""
    a, b = np.array([4.0]), np.array([1.0, 2.0, 3.0])
    # With 4, 4 again and 2 alone in group a the differences are 2, 2 and 2/3.
    perms = np.array([[0, 1, 2, 3], [0, 3, 1, 2], [2, 0, 1, 3]])
    assert_close(candidate.permutation_test(a, b, perms), 3 / 4)
    assert_close(candidate.permutation_test(b, a, perms[:, ::-1] - 1 + 4 * (perms[:, ::-1] == 0)), 3 / 4)


@given(sizes=st.sampled_from([(1, 2), (2, 2), (2, 1), (4, 2), (2, 4), (4, 4)]), p=st.integers(1, 12), seed=SEEDS)
def test_p_value_agrees_with_a_loop(candidate, sizes, p, seed):
    """The p-value is what a loop over the permutations counts; all differences of these data are exact in floats."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 9, size=sizes[0]) / 2, rng.integers(0, 9, size=sizes[1]) / 2
    perms = np.array([rng.permutation(sum(sizes)) for _ in range(p)])
    expected = float(slow_p_value(a.tolist(), b.tolist(), perms.tolist()))
    assert_close(candidate.permutation_test(a, b, perms), expected)


@pytest.mark.fine
def test_ties_survive_rounding(candidate):
    """Permutations that only reorder or swap the groups tie with the observed difference, whatever rounding does."""
    a, b = np.array([7.4, 9.7, 5.3]), np.array([5.9, 9.6, 3.2])
    perms = all_permutations(6)
    inside = np.sort(perms[:, :3], axis=1)
    ties = perms[(inside == [0, 1, 2]).all(axis=1) | (inside == [3, 4, 5]).all(axis=1)]
    assert_close(candidate.permutation_test(a, b, ties), 1.0)
    assert_close(candidate.permutation_test(a.astype(np.float32), b.astype(np.float32), ties), 1.0)


@pytest.mark.fine
def test_slack_for_ties(candidate):
    """A difference below the observed one counts if it misses it by less than 1e-12, not if it misses it by 1e-10 or more."""
    perms = np.array([[1, 0, 2]])
    for gap, expected in ((2e-13, 1.0), (2e-10, 0.5), (0.5, 0.5)):
        got = candidate.permutation_test(np.array([3.0]), np.array([3.0 - gap, 0.0]), perms)
        assert_close(got, expected)
    # The slack does not grow with the values.
    assert_close(candidate.permutation_test(np.array([3e3]), np.array([3e3 - 4e-10, 0.0]), perms), 0.5)


@pytest.mark.fine
@given(n_a=st.integers(1, 4), n_b=st.integers(1, 4), p=st.integers(0, 12), seed=SEEDS)
def test_p_value_agrees_with_exact_fractions(candidate, n_a, n_b, p, seed):
    """The p-value is what a loop over the permutations gives in exact arithmetic, ties of thirds included."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 4, size=n_a), rng.integers(1, 6, size=n_b)
    perms = np.array([rng.permutation(n_a + n_b) for _ in range(p)], dtype=int).reshape(p, n_a + n_b)
    expected = float(slow_p_value(a.tolist(), b.tolist(), perms.tolist()))
    assert_close(candidate.permutation_test(a, b, perms), expected)


@pytest.mark.fine
def test_equal_groups(candidate):
    """Constant data and equal groups give p = 1, and so do two groups of one value each."""
    assert_close(candidate.permutation_test(np.full(2, 0.1), np.full(3, 0.1), all_permutations(5)), 1.0)
    assert_close(candidate.permutation_test(np.array([1, 2]), np.array([2, 1]), all_permutations(4)), 1.0)
    assert_close(candidate.permutation_test(np.array([5.0]), np.array([-2.0]), np.array([[0, 1], [1, 0]])), 1.0)


@pytest.mark.fine
def test_no_permutations(candidate):
    """With no permutations the p-value is 1."""
    a, b = np.array([10.0, 11.0]), np.array([0.0, 1.0])
    assert_close(candidate.permutation_test(a, b, np.zeros((0, 4), dtype=int)), 1.0)


@pytest.mark.fine
def test_single_value_and_single_resample(candidate):
    """A sample of one value, or a single resample, gives an interval of no width."""
    assert_close(candidate.bootstrap_ci(np.array([7.0]), row_means, np.zeros((3, 1), dtype=int)), (7.0, 7.0))
    x = np.array([1.0, 2.0])
    assert_close(candidate.bootstrap_ci(x, row_means, np.array([[0, 1]]), 0.9), (1.5, 1.5))


@pytest.mark.fine
def test_interval_follows_shift_and_scale(candidate, rng):
    """Shifting and scaling the sample shifts and scales the interval, at magnitudes from 1e-9 to 1e9."""
    x = rng.normal(size=9)
    idx = rng.integers(0, 9, size=(30, 9))
    low, high = candidate.bootstrap_ci(x, row_means, idx, 0.1)
    for scale in (1e-9, 1e9):
        got = candidate.bootstrap_ci(scale * (x + 2.0), row_means, idx, 0.1)
        assert_close(got, (scale * (low + 2.0), scale * (high + 2.0)), rtol=1e-7, atol=0.0)
    assert_close(candidate.bootstrap_ci(-x, row_means, idx, 0.1), (-high, -low))


@pytest.mark.fine
def test_statistic_gets_float64(candidate):
    """stat receives float64, whatever the dtype of the sample."""
    seen = []

    def means(resamples):
        seen.append(resamples.dtype)
        return resamples.mean(axis=1)

    for dtype in (np.int64, np.uint8, np.float32):
        got = candidate.bootstrap_ci(np.array([1, 10, 100], dtype=dtype), means, np.array([[0, 1, 2], [2, 1, 0]]))
        assert_close(got, (37.0, 37.0))
    assert_that(set(seen) == {np.dtype(np.float64)}, "called stat with another dtype than float64")


@pytest.mark.fine
def test_interval_of_other_types_and_layouts(candidate):
    """float32 samples are worked on in float64; strided arrays and int32 positions are as good as any."""
    x = (np.arange(12, dtype=np.float32) / np.float32(7.0))[::2]
    idx = np.array([[5, 4, 3, 3, 1, 0], [0, 0, 1, 5, 5, 2], [4, 4, 2, 2, 2, 1]], dtype=np.int32)[:, ::-1]
    means = [float(np.mean(x.astype(np.float64)[row])) for row in idx]
    expected = (slow_quantile(means, 0.1), slow_quantile(means, 0.9))
    assert_close(candidate.bootstrap_ci(x, row_means, idx, 0.2), expected)


@pytest.mark.fine
def test_p_value_of_other_types_and_layouts(candidate):
    """Large values, integers, strided samples and Fortran-ordered int32 permutations make no difference to p."""
    perms = all_permutations(4)
    a, b = np.array([9, 0, 7, 0])[::2], np.array([0, 1, 0, 3])[::-2]
    assert_close(candidate.permutation_test(a, b, np.asfortranarray(perms, dtype=np.int32)), 9 / 25)
    assert_close(candidate.permutation_test(a * 10.0**12, b * 10.0**12, perms), 9 / 25)


@pytest.mark.fine
def test_results_are_python_floats(candidate):
    """bootstrap_ci returns a tuple of two Python floats, permutation_test a Python float."""
    for x in (np.array([1, 2, 3]), np.array([1.0, 2.0, 3.0])):
        got = candidate.bootstrap_ci(x, row_means, np.array([[2, 2, 2], [0, 0, 1]]))
        assert_type(got, tuple)
        assert_equal(len(got), 2)
        for end in got:
            assert_type(end, float)
        for perms in (all_permutations(6), all_permutations(6)[:0]):
            assert_type(candidate.permutation_test(x, x + 1, perms), float)


@pytest.mark.fine
def test_interval_errors(candidate):
    """A bad sample, a bad shape of idx or an alpha that is not strictly between 0 and 1 raises ValueError."""
    x, idx = np.arange(3.0), np.zeros((4, 3), dtype=int)
    for bad in (np.zeros(0), np.zeros((3, 1)), np.array(1.0)):
        with assert_raises(ValueError):
            candidate.bootstrap_ci(bad, row_means, np.zeros((4, bad.size), dtype=int))
    for bad in (idx[0], idx[:, :2], idx[:0], idx[None], np.zeros((3, 4), dtype=int)):
        with assert_raises(ValueError):
            candidate.bootstrap_ci(x, row_means, bad)
    for alpha in (0.0, 1.0, -0.1, 1.5):
        with assert_raises(ValueError):
            candidate.bootstrap_ci(x, row_means, idx, alpha)


@pytest.mark.fine
def test_statistic_of_the_wrong_shape(candidate):
    """A statistic that does not give one number for each resample raises ValueError."""
    x, idx = np.arange(3.0), np.zeros((4, 3), dtype=int)
    for stat in (lambda r: r.mean(), lambda r: r.mean(axis=1, keepdims=True), lambda r: r.mean(axis=0)):
        with assert_raises(ValueError):
            candidate.bootstrap_ci(x, stat, idx)


@pytest.mark.fine
def test_p_value_errors(candidate):
    """A sample that is empty or not one-dimensional, or a bad shape of perms, raises ValueError."""
    a, b, perms = np.arange(2.0), np.arange(3.0), all_permutations(5)
    for bad in (np.zeros(0), np.zeros((2, 1)), np.array(1.0)):
        order = np.arange(bad.size + 3)[None]
        with assert_raises(ValueError):
            candidate.permutation_test(bad, b, order)
        with assert_raises(ValueError):
            candidate.permutation_test(b, bad, order)
    for bad in (perms[0], perms[:, :4], perms[None], all_permutations(6)):
        with assert_raises(ValueError):
            candidate.permutation_test(a, b, bad)


@pytest.mark.scale
def test_many_permutations_are_fast(candidate, reference, rng):
    """Thousands of permutations are quick: array operations, not a Python loop over the rows."""

    def prepare(subject, rng):
        a, b = rng.normal(size=8), rng.normal(size=12)
        perms = rng.permuted(np.tile(np.arange(20), (6_000, 1)), axis=1)
        return lambda: subject.permutation_test(a, b, perms)

    speed(candidate, reference, prepare, rng, limit=12)
