"""Hidden tests of the Metropolis sampler."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)


def bell(x):
    """Log density of a standard normal, up to a constant."""
    return -0.5 * float(np.sum(np.square(x)))


def walk(log_prob, x, noise, log_u, step):
    """The chain and the number of accepted steps, in plain Python."""
    x, chain, accepted = [float(v) for v in x], [], 0
    for row, limit in zip(noise.tolist(), log_u.tolist(), strict=True):
        new = [a + step * b for a, b in zip(x, row, strict=True)]
        if limit < log_prob(np.array(new)) - log_prob(np.array(x)):
            x, accepted = new, accepted + 1
        chain.append(x)
    return np.array(chain), accepted


def worth(x):
    """Effective sample size, lag by lag."""
    n, mean = len(x), math.fsum(x) / len(x)
    d = [v - mean for v in x]
    rho = [math.fsum(a * b for a, b in zip(d, d[k:], strict=False)) / math.fsum(a * a for a in d) for k in range(1, n)]
    end = next(k for k, r in enumerate(rho) if r <= 0)
    return n / (1 + 2 * math.fsum(rho[:end]))


def test_steps_by_hand(candidate):
    """A better state is always accepted, a worse one by the ratio; a rejection repeats the old state."""
    noise, log_u = np.array([[1.0], [2.0], [-0.5], [-2.0]]), np.log([0.5, 0.2, 0.99, 0.8])
    # 0 -> 1 has ratio 0.61; 1 -> 3 has 0.02; 1 -> 1/2 is better; 1/2 -> -3/2 has 0.37.
    samples, rate = candidate.metropolis(bell, np.array([0.0]), noise, log_u, 1.0)
    assert_close(samples, np.array([[1.0], [1.0], [0.5], [0.5]]))
    assert_close(rate, 0.5)


def test_step_scales_the_noise(candidate):
    """All coordinates move together, by step times the noise, from where the chain is."""
    samples, rate = candidate.metropolis(
        lambda x: 0.0, np.array([1.0, -1.0]), np.array([[1.0, 2.0], [-3.0, 0.5]]), np.log([0.9, 0.9]), 0.1
    )
    assert_close(samples, np.array([[1.1, -0.8], [0.8, -0.75]]))
    assert_close(rate, 1.0)


@given(n=st.integers(1, 8), d=st.integers(1, 3), seed=SEEDS)
def test_chain_follows_the_definition(candidate, n, d, seed):
    """On a random walk, states and rate are those of comparing densities step by step."""
    rng = np.random.default_rng(seed)
    x0, noise, log_u = rng.normal(size=d), rng.normal(size=(n, d)), np.log(rng.random(n))
    samples, rate = candidate.metropolis(bell, x0, noise, log_u, 1.5)
    chain, accepted = walk(bell, x0, noise, log_u, 1.5)
    assert_close(samples, chain)
    assert_close(rate, accepted / n)


def test_densities_beyond_the_range_of_floats(candidate):
    """Log densities of thousands, of either sign, are compared without overflow or 0 / 0."""
    noise, log_u = np.array([[1.0], [1.0], [1.0]]), np.log([0.5, 0.5, 0.5])
    for offset in (-5000.0, 5000.0):
        samples, rate = candidate.metropolis(lambda x, o=offset: o + bell(x), np.array([-1.0]), noise, log_u, 1.0)
        assert_close(samples, np.array([[0.0], [1.0], [1.0]]))
        assert_close(rate, 2 / 3)


def test_worth_by_hand(candidate):
    """Lags count until the first correlation that is not positive, each twice."""
    x = np.array([1.0, 2.0, 4.0, 3.0, 1.0, 0.0])
    # Deviations from 11/6 have squares 390/36; lag 1 gives 119/36 and lag 2 is negative.
    assert_close(candidate.effective_sample_size(x), 6 / (1 + 2 * 119 / 390), rtol=1e-6)
    assert_close(candidate.effective_sample_size(np.array([0.0, 1.0, 0.0, 1.0])), 4.0)


def test_small_correlations_count(candidate):
    """A correlation that is small but positive does not end the sum."""
    # Squares add up to 26; lags 1, 2 and 3 give 14, 1 and -12.
    x = 10.0 + np.array([3.0, 2.0, 1.0, -2.0, -2.0, -2.0])
    assert_close(candidate.effective_sample_size(x), 6 / (1 + 2 * (14 + 1) / 26), rtol=1e-6)


@given(n=st.integers(2, 40), seed=SEEDS)
def test_worth_follows_the_definition(candidate, n, seed):
    """On random walks with an offset, the effective sample size is that of the sums lag by lag."""
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.normal(size=n)) * (seed % 2) + rng.normal(size=n) + 30.0
    assert_close(candidate.effective_sample_size(x), worth(x.tolist()), rtol=1e-6)


@pytest.mark.fine
def test_impossible_proposals(candidate):
    """Proposals of log density -inf or NaN are rejected, whatever u is."""
    for bad in (-math.inf, math.nan):
        for log_u in (-math.inf, -1e300, -0.1):
            samples, rate = candidate.metropolis(
                lambda x, b=bad: b if x[0] > 1 else 0.0, np.array([1.0]), np.ones((1, 1)), np.array([log_u]), 1.0
            )
            assert_close(samples, np.array([[1.0]]))
            assert_close(rate, 0.0)


@pytest.mark.fine
def test_calls_of_the_density(candidate):
    """The density is asked once for x0 and once a step, and never again for the current state."""
    seen = []

    def log_prob(x):
        seen.append(np.array(x).tolist())
        return bell(x)

    candidate.metropolis(log_prob, np.array([0.0]), np.array([[1.0], [9.0], [-1.0]]), np.log([0.5, 0.5, 0.5]), 1.0)
    assert_equal(seen, [[0.0], [1.0], [10.0], [0.0]])


@pytest.mark.fine
def test_equal_densities_and_u_of_one(candidate):
    """A proposal is accepted only if log u is below the difference, not if it is equal."""
    samples, rate = candidate.metropolis(lambda x: 0.0, np.zeros(1), np.ones((2, 1)), np.array([0.0, -1e-12]), 1.0)
    assert_close(samples, np.array([[0.0], [1.0]]))
    assert_close(rate, 0.5)


@pytest.mark.fine
def test_steps_of_length_zero(candidate):
    """An accepted step that leads back to the same state counts as accepted."""
    noise, log_u = np.array([[0.0], [1.0], [0.0], [9.0]]), np.log([0.5, 0.5, 0.9, 0.9])
    samples, rate = candidate.metropolis(bell, np.zeros(1), noise, log_u, 1.0)
    assert_close(samples, np.array([[0.0], [1.0], [1.0], [1.0]]))
    assert_close(rate, 0.75)


@pytest.mark.fine
def test_sizes(candidate):
    """No steps give an empty sample and rate 0; constant chains are worth 1."""
    samples, rate = candidate.metropolis(bell, np.zeros(2), np.zeros((0, 2)), np.zeros(0), 1.0)
    assert_close(samples, np.zeros((0, 2)))
    assert_close(rate, 0.0)
    for x in (np.array([7.0]), np.full(9, 0.1)):
        assert_close(candidate.effective_sample_size(x), 1.0)


@pytest.mark.fine
def test_types(candidate):
    """Numbers are Python floats and samples float64, from integers and float32 too."""
    for dtype in (np.int8, np.float32):
        x0, noise = np.array([100], dtype=dtype), np.array([[100], [-3]], dtype=dtype)
        samples, rate = candidate.metropolis(lambda x: 0.0, x0, noise, np.array([-1.0, -1.0]), 1)
        assert_dtype(samples, np.float64)
        assert_close(samples, np.array([[200.0], [197.0]]))
        assert_type(rate, float)
    single = (np.sin(np.arange(50) / 5.0) + 1e3).astype(np.float32)
    assert_type(candidate.effective_sample_size(single), float)
    assert_close(candidate.effective_sample_size(single), worth(single.tolist()), rtol=1e-9)


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """An impossible start, shapes that do not fit and chains that are none raise ValueError."""
    x0, noise, log_u = np.zeros(2), np.zeros((3, 2)), np.zeros(3) - 1.0
    for bad in (-math.inf, math.nan):
        with assert_raises(ValueError):
            candidate.metropolis(lambda x, b=bad: b, x0, noise, log_u, 1.0)
    for start, steps, limits in (
        (x0[:1], noise, log_u),
        (x0, noise[:2], log_u),
        (x0, noise, log_u[:1]),
        (x0[0], log_u, log_u),
    ):
        with assert_raises(ValueError):
            candidate.metropolis(bell, np.asarray(start), steps, limits, 1.0)
    for x in (np.zeros(0), np.zeros((2, 2))):
        with assert_raises(ValueError):
            candidate.effective_sample_size(x)


@pytest.mark.scale
def test_speed_of_the_worth(candidate, reference, rng):
    """A slow chain of 8000 states is worth its number quickly."""

    def prepare(subject, rng):
        x = np.cumsum(rng.normal(size=8000))
        return lambda: subject.effective_sample_size(x)

    speed(candidate, reference, prepare, rng, limit=10)
