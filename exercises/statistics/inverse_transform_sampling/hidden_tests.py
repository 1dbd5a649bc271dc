"""Hidden tests of sampling from uniform numbers."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, speed

SEEDS = st.integers(0, 2**32 - 1)
LAST = np.nextafter(1.0, 0.0)


def plain(draws):
    """Draws as a list of ints."""
    return [int(x) for x in draws]


def shuffled(u, n):
    """The partial shuffle of the whole list."""
    items = list(range(n))
    for i, x in enumerate(u):
        j = i + math.floor(x * (n - i))
        items[i], items[j] = items[j], items[i]
    return items[: len(u)]


def test_exponential_by_hand(candidate):
    """u = 1 - exp(-rate x) is solved for x, in any shape; 0 gives 0."""
    u = np.array([[0.0, 0.5], [0.75, 1 - math.exp(-3)]])
    assert_close(candidate.sample_exponential(u, 2.0), np.array([[0, math.log(2) / 2], [math.log(2), 1.5]]))


def test_exponential_has_its_mean(candidate, rng):
    """Over an even grid of uniform numbers, the mean is 1 / rate, and larger u give larger x."""
    x = np.asarray(candidate.sample_exponential((np.arange(5000) + 0.5) / 5000, 4.0))
    assert_close(x.mean(), 0.25, rtol=1e-3)
    assert_that(np.all(np.diff(x) > 0), "does not grow with u")


def test_categories_by_hand(candidate):
    """A draw is the first category whose cumulative probability is above u; u at a border goes up."""
    p, u = np.array([0.25, 0.5, 0.25]), np.array([0.0, 0.2, 0.25, 0.6, 0.74, 0.75, 0.99])
    assert_equal(plain(candidate.sample_categorical(u, p)), [0, 0, 1, 1, 1, 2, 2])


def test_impossible_categories(candidate):
    """Categories of probability 0 are never drawn, wherever they stand, not even by u = 0."""
    p, u = np.array([0.0, 0.5, 0.0, 0.0, 0.5, 0.0]), np.array([0.0, 0.25, 0.5, 0.75])
    assert_equal(plain(candidate.sample_categorical(u, p)), [1, 1, 4, 4])


@given(n=st.integers(1, 20), k=st.integers(1, 6), seed=SEEDS)
def test_categories_follow_the_definition(candidate, n, k, seed):
    """On random probabilities, draws are those of a walk along the cumulative sums."""
    rng = np.random.default_rng(seed)
    u, p = rng.random(n), rng.dirichlet(np.ones(k))
    expected = [next((i for i in range(k) if x < math.fsum(p[: i + 1])), k - 1) for x in u]
    assert_equal(plain(candidate.sample_categorical(u, p)), expected)


def test_normals_by_hand(candidate):
    """The first number makes the radius, the second the angle."""
    u1, u2 = np.array([0.0, 1 - math.exp(-2), 1 - math.exp(-0.5)]), np.array([0.3, 0.25, 0.5])
    z1, z2 = candidate.box_muller(u1, u2)
    assert_close(z1, np.array([0.0, 0.0, -1.0]), rtol=1e-7, atol=1e-9)
    assert_close(z2, np.array([0.0, 2.0, 0.0]), rtol=1e-7, atol=1e-9)


def test_normals_have_their_moments(candidate):
    """Over an even grid, both have mean 0, variance 1 and kurtosis 3, and they are uncorrelated."""
    grid = (np.arange(200) + 0.5) / 200
    u1, u2 = (part.ravel() for part in np.meshgrid(grid, grid))
    z1, z2 = (np.asarray(z) for z in candidate.box_muller(u1, u2))
    moments = [z1.mean(), z2.mean(), (z1**2).mean(), (z2**2).mean(), (z1 * z2).mean(), (z1**4).mean() / 3]
    assert_close(moments, [0, 0, 1, 1, 0, 1], rtol=0.03, atol=0.03)


def test_shuffle_by_hand(candidate):
    """Each step swaps the place with itself or a later one, so what was there is not lost."""
    assert_equal(plain(candidate.sample_without_replacement(np.array([0.5, 0.0, 0.99]), 4)), [2, 1, 3])
    assert_equal(plain(candidate.sample_without_replacement(np.array([0.9, 0.9, 0.9, 0.0]), 4)), [3, 0, 1, 2])
    assert_equal(plain(candidate.sample_without_replacement(np.zeros(3), 10)), [0, 1, 2])


@given(n=st.integers(1, 12), seed=SEEDS)
def test_shuffle_follows_the_definition(candidate, n, seed):
    """On random numbers, draws are distinct, and those of shuffling the whole list."""
    rng = np.random.default_rng(seed)
    u = rng.random(int(rng.integers(1, n + 1)))
    got = plain(candidate.sample_without_replacement(u, n))
    assert_equal(got, shuffled(u.tolist(), n))


@pytest.mark.fine
def test_sums_that_end_below_one(candidate):
    """Beyond the last cumulative sum, the draw is the last category that is possible."""
    p = np.append(np.full(10, 0.1), 0.0)
    assert_equal(plain(candidate.sample_categorical(np.array([LAST, 0.05]), p)), [9, 0])
    assert_equal(plain(candidate.sample_categorical(np.array([LAST]), np.array([0.5, 0.5 - 9e-10, 0.0]))), [1])


@pytest.mark.fine
def test_small_numbers_keep_their_digits(candidate):
    """For u = 1e-20, the draw is u over the rate, and the radius the root of 2 u."""
    assert_close(candidate.sample_exponential(np.array([1e-20]), 0.5), np.array([2e-20]), rtol=1e-12, atol=0.0)
    assert_close(candidate.box_muller(np.array([2e-20]), np.array([0.0]))[0], np.array([2e-10]), rtol=1e-12, atol=0.0)
    assert_close(candidate.sample_exponential(np.array([LAST]), 1.0), np.array([53 * math.log(2)]))


@pytest.mark.fine
def test_types_and_empty_input(candidate):
    """Numbers are float64, categories and places int64, also of float32, and nothing gives nothing."""
    for u in (np.array([0.25, 0.5], dtype=np.float32), np.zeros(0)):
        numbers = (candidate.sample_exponential(u, 2), *candidate.box_muller(u, u))
        places = (candidate.sample_categorical(u, np.array([0.5, 0.5])), candidate.sample_without_replacement(u, 4))
        for x in numbers:
            assert_dtype(x, np.float64)
            assert_close(np.shape(x), np.shape(u))
        for x in places:
            assert_dtype(x, np.int64)
            assert_close(np.shape(x), np.shape(u))
    assert_close(candidate.box_muller(np.float32([0.3]), np.float32([0.1]))[0], candidate.box_muller(
        np.float32([0.3]).astype(float), np.float32([0.1]).astype(float))[0], rtol=1e-14)  # fmt: skip


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """A rate that is not positive, improper probabilities, too many draws and other shapes raise ValueError."""
    u = np.array([0.5, 0.1])
    for rate in (0.0, -1.0, math.nan):
        with assert_raises(ValueError):
            candidate.sample_exponential(u, rate)
    for p in ([0.5, 0.5 + 2e-9], [0.5, 0.4], [1.5, -0.5], []):
        with assert_raises(ValueError):
            candidate.sample_categorical(u, np.array(p))
    with assert_raises(ValueError):
        candidate.sample_without_replacement(u, 1)
    with assert_raises(ValueError):
        candidate.box_muller(u, u[:1])


@pytest.mark.scale
def test_speed_of_categories(candidate, reference, rng):
    """5000 draws from 1000 categories are made at once."""

    def prepare(subject, rng):
        u, p = rng.random(20_000), rng.dirichlet(np.ones(1000))
        return lambda: subject.sample_categorical(u, p)

    speed(candidate, reference, prepare, rng, limit=10)


@pytest.mark.scale
def test_few_of_very_many(candidate, rng):
    """Four draws from 2e9 need no list of them."""
    u = np.array([0.5, 0.25, 0.5 - 2e-10, 0.0])
    first, second = 10**9, 1 + int(0.25 * (2 * 10**9 - 1))
    # The third place is the first one again, where 0 lies now.
    assert_equal(plain(candidate.sample_without_replacement(u, 2 * 10**9)), [first, second, 0, 3])
