"""Hidden tests of multilabel_bce_focal."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_that, assert_type, put, speed

P = np.array([[0.5, 0.8, 0.1], [0.25, 0.6, 0.9]])
Z = np.log(P / (1 - P))
T = np.array([[1, 1, 0], [0, 0, 1]])
RIGHT = np.array([[0.5, 0.8, 0.9], [0.75, 0.4, 0.9]])  # probability of the right answer


def draw(seed, shape=(3, 4), scale=2.0):
    """Logits and labels."""
    rng = np.random.default_rng(seed)
    return rng.normal(scale=scale, size=shape), rng.integers(0, 2, size=shape)


def call(function, *args, **options):
    """Loss and gradient, once they are a pair."""
    got = function(*args, **options)
    assert_that(isinstance(got, (tuple, list)) and len(got) == 2, "is not a pair, loss and gradient")
    return got


def check_slope(function, z, *args, seed=0, **options):
    """Compare the gradient with central differences along a random direction."""
    d = np.random.default_rng(seed).normal(size=z.shape)
    _, dz = call(function, z, *args, **options)
    up, down = (call(function, z + h * d, *args, **options)[0] for h in (1e-5, -1e-5))
    assert_close(np.sum(np.asarray(dz) * d), (up - down) / 2e-5, rtol=1e-5, atol=1e-8)


def test_bce_by_hand(candidate):
    """The loss is the mean of -log p_t over all elements."""
    assert_close(call(candidate.bce_with_logits, Z, T)[0], -np.log(RIGHT).mean())


def test_bce_gradient_by_hand(candidate):
    """The gradient is (p - t), divided by the number of elements."""
    assert_close(call(candidate.bce_with_logits, Z, T)[1], (P - T) / 6)


def test_labels_are_independent(candidate):
    """A label's gradient does not depend on the other logits, so no softmax is at work."""
    _, dz = call(candidate.bce_with_logits, np.array([[1.0, -3.0], [1.0, 5.0]]), np.array([[1, 0], [1, 1]]))
    assert_close(np.asarray(dz)[0, 0], np.asarray(dz)[1, 0])
    assert_close(np.asarray(dz)[0, 0], -1 / (1 + math.e) / 4)


def test_pos_weight(candidate):
    """pos_weight multiplies loss and gradient of positive labels, label by label."""
    w = np.array([2.0, 3.0, 0.5])
    loss, dz = call(candidate.bce_with_logits, Z, T, w)
    factor = np.array([[2.0, 3.0, 1.0], [1.0, 1.0, 0.5]])
    assert_close(loss, -(factor * np.log(RIGHT)).mean())
    assert_close(dz, factor * (P - T) / 6)


def test_focal_by_hand(candidate):
    """With gamma 2 each loss is multiplied by (1 - p_t) ** 2, and by 0.25 or 0.75."""
    factor = np.where(T == 1, 0.25, 0.75) * (1 - RIGHT) ** 2
    assert_close(call(candidate.focal_loss, Z, T)[0], -(factor * np.log(RIGHT)).mean())
    assert_close(call(candidate.focal_loss, Z, T, 0.5, 1.0)[0], -(0.5 * (1 - RIGHT) * np.log(RIGHT)).mean())


def test_focal_gradient_at_one_half(candidate):
    """At p = 1/2 with gamma 2 the gradient has the part of the factor and that of the logarithm."""
    _, dz = call(candidate.focal_loss, np.zeros((1, 2)), np.array([[1, 0]]), alpha=0.5)
    size = 0.5 * 0.25 * (2 * 0.5 * math.log(2) + 0.5) / 2
    assert_close(dz, [[-size, size]])


def test_gamma_zero_is_weighted_bce(candidate):
    """With gamma 0 the focal loss is cross-entropy with the weights alpha and 1 - alpha."""
    loss, dz = call(candidate.focal_loss, Z, T, alpha=0.3, gamma=0.0)
    factor = np.where(T == 1, 0.3, 0.7)
    assert_close(loss, -(factor * np.log(RIGHT)).mean())
    assert_close(dz, factor * (P - T) / 6)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 4), labels=st.integers(1, 4), weighted=st.booleans())
def test_bce_slope(candidate, seed, n, labels, weighted):
    """Along random directions the loss changes as its gradient says."""
    z, t = draw(seed, (n, labels))
    w = np.random.default_rng(seed).uniform(0.2, 5.0, size=labels) if weighted else None
    check_slope(candidate.bce_with_logits, z, t, w, seed=seed)


@given(seed=st.integers(0, 2**32 - 1), gamma=st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.5]), alpha=st.integers(1, 9))
def test_focal_slope(candidate, seed, gamma, alpha):
    """Along random directions the focal loss changes as its gradient says, whatever gamma is."""
    z, t = draw(seed)
    check_slope(candidate.focal_loss, z, t, alpha / 10, gamma, seed=seed)


@pytest.mark.parametrize("size", [50.0, 1000.0, 1e4])
def test_large_logits(candidate, size):
    """Wrong logits of any size cost what they are, right ones cost nothing, and all gradients are finite."""
    z, t = np.array([[size, -size, size, -size]]), np.array([[1, 0, 0, 1]])
    loss, dz = call(candidate.bce_with_logits, z, t)
    assert_close(loss, size / 2)
    assert_close(dz, [[0.0, 0.0, 0.25, -0.25]])
    loss, dz = call(candidate.focal_loss, z, t, 0.25, 2.0)
    assert_close(loss, size / 4)
    assert_close(dz, np.array([[0.0, 0.0, 0.75, -0.25]]) / 4)


def test_confident_logits_keep_their_digits(candidate):
    """At z = 40 the loss is exp(-40), not 0."""
    loss, _ = call(candidate.bce_with_logits, np.array([[40.0]]), np.array([[1]]))
    assert_close(loss * math.exp(40), 1.0, rtol=1e-6)


def test_predictions(candidate):
    """A label is predicted where its probability is at least the threshold; several or none may be."""
    z = np.array([[0.0, -0.1, 2.0], [-3.0, -1.0, -0.5]])
    assert_close(candidate.predict_labels(z), [[True, False, True], [False, False, False]])
    assert_close(candidate.predict_labels(z, 0.25), [[True, True, True], [False, True, True]])
    assert_close(candidate.predict_labels(z, threshold=0.8), [[False, False, True], [False, False, False]])


@pytest.mark.fine
def test_negative_alpha(candidate):
    """A negative alpha switches the weights off; alpha 0 and 1 do not."""
    for gamma in (0.0, 2.0):
        loss, dz = call(candidate.focal_loss, Z, T, -1.0, gamma)
        assert_close(loss, -((1 - RIGHT) ** gamma * np.log(RIGHT)).mean())
    assert_close(call(candidate.focal_loss, Z, T, 0.0)[0], -((1 - RIGHT) ** 2 * np.log(RIGHT))[T == 0].sum() / 6)
    assert_close(call(candidate.focal_loss, Z, T, 1.0)[0], -((1 - RIGHT) ** 2 * np.log(RIGHT))[T == 1].sum() / 6)


@pytest.mark.fine
def test_extremes_without_warnings(candidate):
    """Logits of 1e300 and 0 give right losses without a warning; probabilities of 0 and 1 have no NaN."""
    z, t = np.array([[1e300, -1e300, 0.0, 1e4]]), np.array([[1, 0, 1, 1]])
    for gamma in (0.0, 0.5, 2.0):
        loss, dz = call(candidate.focal_loss, z, t, -1.0, gamma)
        assert_close(loss, 0.5**gamma * math.log(2) / 4)
        assert_close(dz, [[0.0, 0.0, -(0.5**gamma) * (gamma * math.log(2) + 1) / 8, 0.0]])
    assert_close(call(candidate.bce_with_logits, z, 1 - t)[0], 5e299)
    assert_close(candidate.predict_labels(z), [[True, False, True, True]])


@pytest.mark.fine
def test_dtypes(candidate):
    """float32 is kept in gradients, losses are Python floats, predictions bool; labels may be bool, int or float."""
    for dtype in (np.float32, np.float64):
        z, w = Z.astype(dtype), np.array([2.0, 3.0, 0.5])
        for labels in (T.astype(bool), T.astype(np.uint8), T.astype(np.float64)):
            for got in (call(candidate.bce_with_logits, z, labels, w), call(candidate.focal_loss, z, labels)):
                assert_type(got[0], float)
                assert_dtype(got[1], dtype)
        assert_dtype(call(candidate.bce_with_logits, z, T)[1], dtype)
        assert_dtype(call(candidate.focal_loss, z, T, -1.0, 1)[1], dtype)
    assert_dtype(candidate.predict_labels(Z), bool)
    assert_close(call(candidate.bce_with_logits, Z, T.astype(bool))[1], (P - T) / 6)


@pytest.mark.fine
def test_bad_input_is_refused(candidate):
    """Labels of another shape, also one that broadcasts, and a negative gamma raise ValueError."""
    for labels in (T[:1], T[:, :1], T.ravel()):
        for name in ("bce_with_logits", "focal_loss"):
            with assert_raises(ValueError):
                getattr(candidate, name)(Z, labels)
    with assert_raises(ValueError):
        candidate.focal_loss(Z, T, gamma=-0.5)


@pytest.mark.scale
def test_large_batches_are_quick(candidate, reference, rng):
    """Many elements are computed without a loop over them."""

    def prepare(subject, rng):
        z, t = put(subject, rng.normal(size=(300, 100))), put(subject, rng.integers(0, 2, size=(300, 100)))
        return lambda: subject.focal_loss(z, t)

    speed(candidate, reference, prepare, rng, limit=8)
