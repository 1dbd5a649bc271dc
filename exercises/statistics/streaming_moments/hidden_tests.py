"""Hidden tests of running moments."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_equal, assert_raises, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)
NAN = math.nan


def expected(values, ddof=0):
    """Count, mean, variance and skewness in two passes."""
    values = [float(x) for x in values]
    n = len(values)
    mean = math.fsum(values) / n
    m2, m3 = (math.fsum((x - mean) ** k for x in values) for k in (2, 3))
    return n, mean, m2 / (n - ddof), m3 / n / (m2 / n) ** 1.5


def filled(candidate, values):
    """A summary of these values, taken one by one."""
    moments = candidate.RunningMoments()
    for x in values:
        moments.update(float(x))
    return moments


def test_values_by_hand(candidate):
    """Three values have mean 3, variance 14/3, or 7 with ddof=1, and the skewness of their cubes."""
    moments = filled(candidate, [1.0, 2.0, 6.0])
    skewness = 6.0 / (14 / 3) ** 1.5
    assert_close(moments.stats(), (3, 3.0, 14 / 3, skewness))
    assert_close(moments.stats(ddof=1), (3, 3.0, 7.0, skewness))


def test_stats_at_any_time(candidate):
    """Statistics may be asked between updates, and do not disturb the stream."""
    values = [4.0, -1.0, 0.5, 8.0, 8.0]
    moments = filled(candidate, values[:2])
    for n in range(3, 6):
        moments.update(values[n - 1])
        assert_close(moments.stats(), expected(values[:n]))


@given(n=st.integers(3, 10), cut=st.integers(0, 10), seed=SEEDS)
def test_batches_and_single_values(candidate, n, cut, seed):
    """However a stream is cut into batches and single values, the statistics are those of two passes."""
    values = np.random.default_rng(seed).exponential(size=n) * 3 - 1
    moments = candidate.RunningMoments()
    first, rest = values[: min(cut, n - 2)], values[min(cut, n - 2) :]
    if len(first):
        moments.update_batch(first)
    moments.update(float(rest[0]))
    moments.update_batch(rest[1:])
    assert_close(moments.stats(1), expected(values, 1), rtol=1e-6, atol=1e-9)


@given(n=st.integers(2, 8), m=st.integers(2, 8), seed=SEEDS)
def test_merging_is_seeing_both(candidate, n, m, seed):
    """A merged summary is that of both streams together, whatever their means and sizes."""
    rng = np.random.default_rng(seed)
    a, b = rng.exponential(size=n), 5.0 + 2.0 * rng.normal(size=m)
    merged = filled(candidate, a).merge(filled(candidate, b))
    assert_close(merged.stats(), expected([*a, *b]), rtol=1e-6, atol=1e-9)


def test_merging_leaves_its_operands(candidate):
    """Merging changes neither operand, and the result lives a life of its own."""
    a, b = filled(candidate, [1.0, 2.0, 6.0]), filled(candidate, [10.0, 11.0, 15.0, 0.0])
    merged = a.merge(b)
    merged.update(100.0)
    assert_close(a.stats(), expected([1.0, 2.0, 6.0]))
    assert_close(b.stats(), expected([10.0, 11.0, 15.0, 0.0]))
    a.update(3.0)
    assert_close(merged.stats(), expected([1.0, 2.0, 6.0, 10.0, 11.0, 15.0, 0.0, 100.0]))


def test_large_offset(candidate, rng):
    """Values around 1e9 with a spread of 1 keep their variance and skewness, one by one, in batches and merged."""
    values = 1e9 + rng.exponential(size=60)
    one_by_one = filled(candidate, values[:30])
    batch = candidate.RunningMoments()
    batch.update_batch(values[30:])
    assert_close(one_by_one.stats()[2:], expected(values[:30])[2:], rtol=1e-4, atol=1e-4)
    assert_close(batch.stats()[2:], expected(values[30:])[2:], rtol=1e-4, atol=1e-4)
    assert_close(one_by_one.merge(batch).stats()[2:], expected(values)[2:], rtol=1e-4, atol=1e-4)


@pytest.mark.fine
def test_undefined_statistics(candidate):
    """Mean, variance and skewness are NaN where they are not defined, without a warning."""
    moments = candidate.RunningMoments()
    assert_close(moments.stats(), (0, NAN, NAN, NAN))
    moments.update(5.0)
    assert_close(moments.stats(), (1, 5.0, 0.0, NAN))
    assert_close(moments.stats(ddof=1), (1, 5.0, NAN, NAN))
    moments.update(5.0)
    assert_close(moments.stats(ddof=1), (2, 5.0, 0.0, NAN))
    assert_close(moments.stats(ddof=3)[2], NAN)
    moments.update_batch(np.array([5.0, 5.0]))
    assert_close(moments.stats(), (4, 5.0, 0.0, NAN))


@pytest.mark.fine
def test_nothing_changes_nothing(candidate):
    """An empty batch, and an empty summary on either side, change nothing."""
    moments, empty = filled(candidate, [1.0, 2.0, 6.0]), candidate.RunningMoments()
    moments.update_batch(np.zeros(0))
    empty.update_batch(np.zeros(0))
    for merged in (moments.merge(empty), empty.merge(moments), moments):
        assert_close(merged.stats(), expected([1.0, 2.0, 6.0]))
    assert_close(empty.merge(candidate.RunningMoments()).stats(), (0, NAN, NAN, NAN))


@pytest.mark.fine
def test_merging_with_an_empty_one_makes_a_copy(candidate):
    """Where one operand is empty the merged summary is a new one as well, apart from the other operand."""
    moments, empty = filled(candidate, [1.0, 2.0, 6.0]), candidate.RunningMoments()
    for merged in (moments.merge(empty), empty.merge(moments)):
        merged.update(100.0)
        assert_close(merged.stats(), expected([1.0, 2.0, 6.0, 100.0]))
        assert_close(moments.stats(), expected([1.0, 2.0, 6.0]))
    assert_equal(empty.stats()[0], 0)


@pytest.mark.fine
def test_types(candidate):
    """stats gives an int and floats of Python; narrow integers do not wrap, and float32 is summed in float64."""
    moments = candidate.RunningMoments()
    moments.update(np.float32(1.0))
    moments.update_batch(np.array([-100, 100, 120], dtype=np.int8))
    n, *rest = moments.stats()
    assert_close((n, *rest), expected([1, -100, 100, 120]))
    assert_type(n, int)
    for value in rest:
        assert_type(value, float)
    single = np.full(3000, 0.1, dtype=np.float32)
    single[::2] = 1000.0
    moments = candidate.RunningMoments()
    moments.update_batch(single)
    assert_close(moments.stats()[:3], expected(single)[:3], rtol=1e-12)


@pytest.mark.fine
def test_refuses_other_shapes(candidate):
    """A batch that is not one-dimensional raises ValueError, and leaves the summary as it was."""
    moments = filled(candidate, [1.0, 2.0, 6.0])
    for xs in (np.ones((2, 2)), np.array(3.0), np.ones((1, 0))):
        with assert_raises(ValueError):
            moments.update_batch(xs)
    assert_equal(moments.stats()[0], 3)


@pytest.mark.scale
def test_speed_of_a_batch(candidate, reference, rng):
    """A batch of 30000 values is taken as an array."""

    def prepare(subject, rng):
        xs = rng.normal(size=30_000)

        def run():
            moments = subject.RunningMoments()
            moments.update_batch(xs)
            return moments.stats()

        return run

    speed(candidate, reference, prepare, rng, limit=5)
