"""Hidden tests of the hidden Markov model."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_equal, assert_raises, assert_that, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)
PI, A = np.array([0.75, 0.25]), np.array([[0.5, 0.5], [0.125, 0.875]])
B = np.array([[0.5, 0.5], [0.25, 0.75]])


def model(rng, k, v):
    """A random model, without symmetries."""
    return rng.dirichlet(np.ones(k)), rng.dirichlet(np.ones(k), k), rng.dirichlet(np.ones(v), k)


def joint(path, obs, pi, A, B):
    """Probability of a path and a sequence."""
    p = pi[path[0]] * B[path[0], obs[0]]
    for t in range(1, len(obs)):
        p *= A[path[t - 1], path[t]] * B[path[t], obs[t]]
    return p


def plain(path):
    """A path as a list of ints."""
    return [int(state) for state in path]


def test_two_steps_by_hand(candidate):
    """The likelihood adds up four paths, and each emits twice: in its first state and in its second."""
    # Paths 00, 01, 10, 11 have 3/4 1/2 times (1/2 1/2, 1/2 3/4), and 1/4 1/4 times (1/8 1/2, 7/8 3/4).
    p = [3 / 32, 9 / 64, 1 / 256, 21 / 512]
    obs = np.array([0, 1])
    assert_close(candidate.forward_log_likelihood(obs, PI, A, B), math.log(sum(p)))
    path, log_p = candidate.viterbi(obs, PI, A, B)
    assert_equal(plain(path), [0, 1])
    assert_close(log_p, math.log(9 / 64))
    expected = np.array([[p[0] + p[1], p[2] + p[3]], [p[0] + p[2], p[1] + p[3]]]) / sum(p)
    assert_close(candidate.posteriors(obs, PI, A, B), expected)


def test_one_step(candidate):
    """A single observation needs no transition."""
    obs = np.array([1])
    assert_close(candidate.forward_log_likelihood(obs, PI, A, B), math.log(9 / 16))
    assert_close(candidate.posteriors(obs, PI, A, B), np.array([[2 / 3, 1 / 3]]))
    path, log_p = candidate.viterbi(obs, PI, A, B)
    assert_equal(plain(path), [0])
    assert_close(log_p, math.log(3 / 8))


@given(k=st.integers(1, 3), T=st.integers(1, 5), seed=SEEDS)
def test_likelihood_sums_over_all_paths(candidate, k, T, seed):
    """On random models, the log-likelihood is that of adding up every path."""
    rng = np.random.default_rng(seed)
    pi, A, B = model(rng, k, 3)
    obs = rng.integers(0, 3, T)
    total = math.fsum(joint(path, obs, pi, A, B) for path in itertools.product(range(k), repeat=T))
    assert_close(candidate.forward_log_likelihood(obs, pi, A, B), math.log(total))


@given(k=st.integers(1, 3), T=st.integers(1, 5), seed=SEEDS)
def test_viterbi_is_the_best_of_all_paths(candidate, k, T, seed):
    """On random models, the path has the greatest probability of all, and the log returned is its own."""
    rng = np.random.default_rng(seed)
    pi, A, B = model(rng, k, 3)
    obs = rng.integers(0, 3, T)
    path, log_p = candidate.viterbi(obs, pi, A, B)
    best = max(joint(path, obs, pi, A, B) for path in itertools.product(range(k), repeat=T))
    assert_close(log_p, math.log(best))
    assert_equal(len(plain(path)), T)
    assert_close(joint(plain(path), obs, pi, A, B), best)


@given(k=st.integers(1, 3), T=st.integers(1, 5), seed=SEEDS)
def test_posteriors_are_shares_of_all_paths(candidate, k, T, seed):
    """On random models, a posterior is the share of the paths through that state, past and future included."""
    rng = np.random.default_rng(seed)
    pi, A, B = model(rng, k, 3)
    obs = rng.integers(0, 3, T)
    expected = np.zeros((T, k))
    for path in itertools.product(range(k), repeat=T):
        expected[np.arange(T), list(path)] += joint(path, obs, pi, A, B)
    assert_close(candidate.posteriors(obs, pi, A, B), expected / expected[0].sum())


def test_best_path_is_not_the_best_states(candidate):
    """Viterbi finds a possible path where the most likely states, one by one, form an impossible one."""
    pi = np.array([0.4, 0.3, 0.3, 0.0])
    A = np.array([[0.0, 0.5, 0.5, 0.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0]])
    B, obs = np.ones((4, 1)), np.array([0, 0])
    got = np.asarray(candidate.posteriors(obs, pi, A, B))
    assert_close(got, np.array([[0.4, 0.3, 0.3, 0.0], [0.0, 0.2, 0.2, 0.6]]))
    path, log_p = candidate.viterbi(obs, pi, A, B)
    assert_that(plain(path) in ([1, 3], [2, 3]), f"takes the path {plain(path)}, which is not the most likely")
    assert_close(log_p, math.log(0.3))


def test_long_sequences(candidate, rng):
    """Over 3000 steps nothing underflows."""
    pi, A = np.array([0.5, 0.5]), np.array([[0.9, 0.1], [0.1, 0.9]])
    obs = rng.integers(0, 4, 3000)
    assert_close(candidate.forward_log_likelihood(obs, pi, A, np.full((2, 4), 0.25)), 3000 * math.log(0.25))
    B = np.array([[0.4, 0.4, 0.1, 0.1], [0.1, 0.1, 0.4, 0.4]])
    blocks = np.repeat(np.arange(30) % 2, 100)
    path, log_p = candidate.viterbi(2 * blocks, pi, A, B)
    assert_equal(plain(path), blocks.tolist())
    assert_close(log_p, 3000 * math.log(0.4) + math.log(0.5) + 2970 * math.log(0.9) + 29 * math.log(0.1))
    got = np.asarray(candidate.posteriors(2 * blocks, pi, A, B))
    assert_close(got.sum(axis=1), np.ones(3000))
    assert_close(got.argmax(axis=1), blocks)


@pytest.mark.fine
def test_zeros(candidate):
    """States that cannot be entered or cannot emit have posterior 0 and are not on the path, without a warning."""
    pi, A = np.array([1.0, 0.0, 0.0]), np.array([[0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.5, 0.0, 0.5]])
    B, obs = np.array([[1.0, 0.0], [0.5, 0.5], [0.25, 0.75]]), np.array([0, 1, 1])
    assert_close(candidate.forward_log_likelihood(obs, pi, A, B), math.log(3 / 16))
    assert_close(candidate.posteriors(obs, pi, A, B), np.eye(3))
    assert_equal(plain(candidate.viterbi(obs, pi, A, B)[0]), [0, 1, 2])


@pytest.mark.fine
def test_impossible_sequences(candidate):
    """A sequence that no path emits has log-likelihood -inf, and neither posteriors nor a path."""
    pi, A, B = np.array([1.0, 0.0]), np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    for obs in (np.array([1]), np.array([0, 0, 1, 0])):
        assert_equal(candidate.forward_log_likelihood(obs, pi, A, B), -math.inf)
        for function in (candidate.posteriors, candidate.viterbi):
            with assert_raises(ValueError):
                function(obs, pi, A, B)


@pytest.mark.fine
def test_tiny_probabilities(candidate):
    """Probabilities of 1e-300 keep their digits, also where two of them meet."""
    pi, A, B = (
        np.array([1e-300, 1.0]),
        np.array([[1.0, 1e-300], [1e-300, 1.0]]),
        np.array([[3e-300, 1.0], [1e-300, 1.0]]),
    )
    obs = np.array([1, 0, 1])
    assert_close(candidate.forward_log_likelihood(obs, pi, A, B), -300 * math.log(10), rtol=1e-12)
    B[1, 0] = 0.0
    got = candidate.forward_log_likelihood(obs, pi, A, B)
    assert_close(got, -600 * math.log(10) + math.log(6), rtol=1e-12)
    assert_close(candidate.posteriors(obs, pi, A, B), np.array([[0.5, 0.5], [1.0, 0.0], [1.0, 0.0]]))


@pytest.mark.fine
def test_ties_of_paths(candidate):
    """Of equally likely paths, the last state is the lowest, then each predecessor is."""
    pi, A, B = np.full(3, 0.25), np.full((3, 3), 0.25), np.full((3, 2), 0.5)
    assert_equal(plain(candidate.viterbi(np.array([0, 1, 0]), pi, A, B)[0]), [0, 0, 0])
    A = np.array([[0.25, 0.5, 0.5], [0.5, 0.25, 0.25], [0.5, 0.25, 0.25]])
    assert_equal(plain(candidate.viterbi(np.array([0, 1]), pi, A, B)[0]), [1, 0])


@pytest.mark.fine
def test_types(candidate):
    """The path is int64, logs are Python floats, and symbols may be of any integer type."""
    for dtype in (np.uint8, np.int16, np.int64):
        obs = np.array([0, 1, 1], dtype=dtype)
        path, log_p = candidate.viterbi(obs, PI, A, B)
        assert_dtype(path, np.int64)
        assert_type(log_p, float)
        assert_type(candidate.forward_log_likelihood(obs, PI, A, B), float)


@pytest.mark.fine
@pytest.mark.parametrize("obs", [[], [2, 0], [0, -1, 0]], ids=str)
def test_invalid_observations_raise(candidate, obs):
    """No observations and symbols out of range raise ValueError."""
    for function in (candidate.forward_log_likelihood, candidate.posteriors, candidate.viterbi):
        with assert_raises(ValueError):
            function(np.array(obs, dtype=np.int64), PI, A, B)


@pytest.mark.scale
@pytest.mark.parametrize("name", ["forward_log_likelihood", "viterbi"])
def test_speed(candidate, reference, rng, name):
    """A step over 100 states is one operation on arrays."""

    def prepare(subject, rng):
        pi, A, B = model(rng, 100, 5)
        obs = rng.integers(0, 5, 40)
        return lambda: getattr(subject, name)(obs, pi, A, B)

    speed(candidate, reference, prepare, rng, limit=10)
