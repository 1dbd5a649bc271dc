"""Hidden tests of t-SNE."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_that, assert_type, speed

SEEDS = st.integers(0, 2**32 - 1)


def squares(X):
    """Squared distances of all pairs."""
    return ((X[:, None] - X[None]) ** 2).sum(axis=-1)


def affinities(rng, n):
    """A random joint distribution of pairs."""
    P = rng.uniform(0.1, 1.0, (n, n)) * (1 - np.eye(n))
    return (P + P.T) / (2 * P.sum())


def entropy(p):
    """Entropy in nats."""
    p = p[p > 0]
    return float(-(p * np.log(p)).sum())


def layout(P, Y):
    """Loss and gradient, pair by pair."""
    n = len(Y)
    kernel = {(i, j): 1 / (1 + np.sum((Y[i] - Y[j]) ** 2)) for i in range(n) for j in range(n) if i != j}
    total, loss, grad = sum(kernel.values()), 0.0, np.zeros(Y.shape)
    for (i, j), t in kernel.items():
        loss += P[i, j] * math.log(P[i, j] / (t / total)) if P[i, j] > 0 else 0.0
        grad[i] += 4 * (P[i, j] - t / total) * (Y[i] - Y[j]) * t
    return loss, grad


def test_row_by_hand(candidate):
    """Where beta = 2 gives the perplexity asked for, the row is the softmax of -2 d, without the point itself."""
    D2 = squares(np.array([[0.0], [0.5], [-1.0], [1.5], [3.0]]))
    p = np.exp(-2 * D2[0, 1:]) / np.exp(-2 * D2[0, 1:]).sum()
    P = np.asarray(candidate.conditional_probabilities(D2, math.exp(entropy(p))))
    assert_close(P[0], np.array([0.0, *p]), rtol=1e-5, atol=1e-7)


@given(n=st.integers(5, 9), part=st.floats(0.2, 0.8), seed=SEEDS)
def test_rows_have_the_perplexity(candidate, n, part, seed):
    """Every row sums to 1, has the perplexity asked for, and is Gaussian in the distance with a width of its own."""
    rng = np.random.default_rng(seed)
    D2 = squares(rng.normal(size=(n, 3)) * rng.uniform(0.5, 2.0, (n, 1)))
    perplexity = 1.5 + part * (n - 3)
    P = np.asarray(candidate.conditional_probabilities(D2, perplexity))
    assert_close(np.diag(P), np.zeros(n))
    assert_close(P.sum(axis=1), np.ones(n))
    assert_close(np.exp([entropy(row) for row in P]), np.full(n, perplexity), rtol=1e-4, atol=0.0)
    for i in range(n):
        near, mid, far = sorted(set(range(n)) - {i}, key=lambda j, i=i: D2[i, j])[:3]
        slopes = [math.log(P[i, near] / P[i, j]) / (D2[i, j] - D2[i, near]) for j in (mid, far)]
        assert_close(slopes[1], slopes[0], rtol=1e-4, atol=1e-6)


def test_joint_by_hand(candidate):
    """The joint distribution is symmetric, and sums to 1 over all pairs."""
    P_cond = np.array([[0.0, 0.75, 0.25], [0.5, 0.0, 0.5], [1.0, 0.0, 0.0]])
    expected = np.array([[0.0, 1.25, 1.25], [1.25, 0.0, 0.5], [1.25, 0.5, 0.0]]) / 6
    assert_close(candidate.joint_probabilities(P_cond), expected)


def test_loss_by_hand(candidate):
    """Q is normalised over all pairs, with a kernel of 1 / (1 + d) and no diagonal."""
    # Distances 1, 3 and 4 make kernels 1/2, 1/4 and 1/5 and shares 10/19, 5/19 and 4/19.
    Y = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, math.sqrt(3)]])
    P = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) / 6
    loss = sum(math.log(19 / 3 / share) for share in (10, 5, 4)) / 3
    assert_close(candidate.kl_and_grad(P, Y)[0], loss, rtol=1e-6)


def test_gradient_of_two_pairs(candidate):
    """Points that are too near for their affinity push each other apart, and the gradient has the factor 4."""
    Y = np.array([[0.0, 0.0], [1.0, 0.0], [-1.0, 0.0]])
    P = np.array([[0, 1, 1], [1, 0, 4], [1, 4, 0]]) / 12
    # Kernels 1/2, 1/2, 1/5 and Q 5/24, 5/24, 2/24: the outer pair attracts with 1/3 - 1/12 = 1/4.
    outer = 4 * (1 / 4 * 2 / 5 - (5 / 24 - 1 / 12) / 2)
    assert_close(candidate.kl_and_grad(P, Y)[1], np.array([[0, 0], [outer, 0], [-outer, 0]]), rtol=1e-6, atol=1e-9)


@given(n=st.integers(2, 7), seed=SEEDS)
def test_layout_follows_the_definition(candidate, n, seed):
    """On random layouts, loss and gradient are those of a sum over pairs, also where an affinity is 0."""
    rng = np.random.default_rng(seed)
    P, Y = affinities(rng, n), rng.normal(size=(n, 2)) * 2
    if n > 3:
        P[0, 1] = P[1, 0] = 0.0
    loss, grad = layout(P, Y)
    got = candidate.kl_and_grad(P, Y)
    assert_close(got[0], loss, rtol=1e-6, atol=1e-7)
    assert_close(got[1], grad, rtol=1e-6, atol=1e-7)


def test_gradient_is_the_slope(candidate, rng):
    """The gradient is the slope of the loss, by finite differences."""
    P, Y = affinities(rng, 6), rng.normal(size=(6, 2))
    step = 1e-5 * rng.normal(size=(6, 2))
    slope = candidate.kl_and_grad(P, Y + step)[0] - candidate.kl_and_grad(P, Y - step)[0]
    assert_close(2 * np.sum(np.asarray(candidate.kl_and_grad(P, Y)[1]) * step), slope, rtol=1e-3, atol=1e-10)


def test_descent_parts_two_clusters(candidate, rng):
    """Steps down the gradient lay two clusters out apart."""
    X = np.concatenate([rng.normal(size=(8, 4)), rng.normal(size=(8, 4)) + 8.0])
    P = candidate.joint_probabilities(candidate.conditional_probabilities(squares(X), 4.0))
    Y = 1e-2 * rng.normal(size=(16, 2))
    first = candidate.kl_and_grad(P, Y)[0]
    for _ in range(80):
        Y = Y - 10.0 * np.asarray(candidate.kl_and_grad(P, Y)[1])
    D2 = squares(Y)
    assert_that(candidate.kl_and_grad(P, Y)[0] < 0.7 * first, "does not fall along its gradient")
    nearest = (D2 + 1e9 * np.eye(16)).argmin(axis=1)
    assert_that(np.mean((nearest < 8) == (np.arange(16) < 8)) > 0.9, "leads to a layout that mixes two clusters")


@pytest.mark.fine
def test_units_and_offsets(candidate, rng):
    """Other units and a constant in every distance change nothing, and give no warning."""
    D2 = squares(rng.normal(size=(8, 3)))
    expected = np.asarray(candidate.conditional_probabilities(D2, 3.0))
    for scaled in (1e8 * D2, 1e-8 * D2, D2 + 1e4 * (1 - np.eye(8)), D2 + 7.0 * np.eye(8)):
        assert_close(candidate.conditional_probabilities(scaled, 3.0), expected, rtol=1e-4, atol=1e-6)


@pytest.mark.fine
def test_duplicates(candidate):
    """Points at the same place share their weight, also where they are too many for the perplexity."""
    D2 = squares(np.array([[0.0], [0.0], [0.0], [0.0], [5.0], [6.0]]))
    P = np.asarray(candidate.conditional_probabilities(D2, 2.0))
    assert_close(P[0], np.array([0, 1 / 3, 1 / 3, 1 / 3, 0, 0]), rtol=1e-6, atol=1e-9)
    assert_close(np.exp(entropy(P[5])), 2.0, rtol=1e-4)
    kl, grad = candidate.kl_and_grad(np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) / 6, np.zeros((3, 2)))
    assert_close(kl, 0.0)
    assert_close(grad, np.zeros((3, 2)))


@pytest.mark.fine
def test_steps(candidate):
    """With a single value of beta it is 1, and with a hundred the perplexity is exact, at the least legal one too."""
    D2 = squares(np.array([[0.0], [1.0], [3.0], [7.0]]))
    p = np.exp(-D2[0, 1:]) / np.exp(-D2[0, 1:]).sum()
    assert_close(np.asarray(candidate.conditional_probabilities(D2, 2.5, 1))[0, 1:], p)
    assert_close(np.exp(entropy(np.asarray(candidate.conditional_probabilities(D2, 2.5))[3])), 2.5, rtol=1e-5)
    assert_close(candidate.conditional_probabilities(D2, 1.0)[3], np.array([0.0, 0.0, 1.0, 0.0]), rtol=1e-4, atol=1e-4)


@pytest.mark.fine
def test_far_layouts(candidate):
    """In the logarithm, q is at least 1e-12; the gradient uses the true one."""
    Y = np.array([[0.0, 0.0], [1.0, 0.0], [1e9, 0.0]])
    P = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]]) / 6
    kl, grad = candidate.kl_and_grad(P, Y)
    assert_close(kl, math.log(1 / 3) / 3 + 2 / 3 * math.log(1e12 / 6), rtol=1e-9)
    assert_close(grad[2, 0] * 1e9, 4 / 3, rtol=1e-6)
    # Where nothing attracts a point, the true q, here 1e-14, is all that its gradient is made of.
    Y[2, 0], P = 1e7, np.array([[0.0, 0.5, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, 0.0]])
    assert_close(candidate.kl_and_grad(P, Y)[1][2, 0] * 1e21, -8.0, rtol=1e-5)


@pytest.mark.fine
def test_types(candidate):
    """The loss is a Python float and arrays are float64, also of integers and float32."""
    D2 = squares(np.array([[0], [3], [7], [15]])).astype(np.uint8)
    expected = candidate.conditional_probabilities(D2.astype(float), 1.5)
    P_cond = candidate.conditional_probabilities(D2, 1.5)
    assert_close(P_cond, expected, rtol=1e-9)
    P = candidate.joint_probabilities(P_cond)
    Y = np.array([[100, 0], [-100, 1], [0, 120], [-3, -4]], dtype=np.int8)
    kl, grad = candidate.kl_and_grad(P, Y)
    assert_close(kl, layout(np.asarray(P), Y.astype(float))[0], rtol=1e-9)
    assert_type(kl, float)
    for part in (P_cond, P, grad):
        assert_dtype(part, np.float64)


@pytest.mark.fine
def test_invalid_input_raises(candidate):
    """A matrix that is not square, a perplexity out of range and a layout of other length raise ValueError."""
    D2 = squares(np.arange(5.0)[:, None])
    for distances, perplexity in ((D2[:4], 2.0), (D2[0], 2.0), (D2, 0.99), (D2, 4.0), (D2[:2, :2], 1.0)):
        with assert_raises(ValueError):
            candidate.conditional_probabilities(distances, perplexity)
    P = np.full((3, 3), 1 / 6) * (1 - np.eye(3))
    for affinity, Y in ((P, np.zeros((2, 2))), (P, np.zeros((1, 2))), (P[:2], np.zeros((2, 2))), (P, np.zeros(3))):
        with assert_raises(ValueError):
            candidate.kl_and_grad(affinity, Y)


@pytest.mark.scale
def test_speed_of_the_gradient(candidate, reference, rng):
    """150 points are taken all at once."""

    def prepare(subject, rng):
        P, Y = affinities(rng, 150), rng.normal(size=(150, 2))
        return lambda: subject.kl_and_grad(P, Y)

    speed(candidate, reference, prepare, rng, limit=12)
