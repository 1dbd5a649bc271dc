"""Hidden tests of knowledge_distillation."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import (
    assert_close,
    assert_dtype,
    assert_equal,
    assert_gradients,
    assert_raises,
    assert_that,
    gradients,
    put,
    speed,
)


def draw(seed, *shape, scale=2.0):
    """Student and teacher logits."""
    rng = np.random.default_rng(seed)
    return tuple(torch.from_numpy(rng.normal(scale=scale, size=shape)) for _ in range(2))


def slow_kl(student, teacher, t):
    """T squared times the divergence of one row, class by class in Python floats."""
    p, q = (softmax([v / t for v in row.tolist()]) for row in (teacher, student))
    return t * t * math.fsum(a * (math.log(a) - math.log(b)) for a, b in zip(p, q, strict=True))


def softmax(row):
    """Probabilities of a list of logits."""
    weights = [math.exp(v - max(row)) for v in row]
    return [w / math.fsum(weights) for w in weights]


def slow(student, teacher, labels, t, alpha):
    """The formula of the prompt."""
    soft = [slow_kl(s, v, t) for s, v in zip(student, teacher, strict=True)]
    hard = [-math.log(softmax(s.tolist())[y]) for s, y in zip(student, labels.tolist(), strict=True)]
    return alpha * math.fsum(soft) / len(soft) + (1 - alpha) * math.fsum(hard) / len(hard)


# Probabilities of two rows; with temperature 1 the logits are their logarithms.
P = torch.tensor([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]], dtype=torch.float64)
Q = torch.tensor([[0.25, 0.5, 0.25], [0.1, 0.1, 0.8]], dtype=torch.float64)
KL = [0.25 * math.log(2), 0.8 * math.log(8) + 0.1 * math.log(1 / 8)]
LABELS = torch.tensor([1, 0])


def test_divergence_by_hand(candidate):
    """With alpha 1 and temperature 1 the loss is the mean divergence of the rows."""
    got = candidate.distillation_loss(Q.log(), P.log(), LABELS, temperature=1.0, alpha=1.0)
    assert_close(got, sum(KL) / 2)


def test_direction(candidate):
    """The teacher's probabilities weigh the logarithms, not the student's."""
    p, q = torch.tensor([[0.9, 0.1]]).double(), torch.tensor([[0.5, 0.5]]).double()
    got = candidate.distillation_loss(q.log(), p.log(), torch.tensor([0]), 1.0, 1.0)
    assert_close(got, 0.9 * math.log(1.8) + 0.1 * math.log(0.2))


def test_labels_by_hand(candidate):
    """With alpha 0 the loss is the cross-entropy, at temperature 1 whatever the temperature is."""
    for t in (1.0, 2.0, 7.0):
        got = candidate.distillation_loss(Q.log(), P.log(), LABELS, temperature=t, alpha=0.0)
        assert_close(got, -(math.log(0.5) + math.log(0.1)) / 2)


def test_mixture(candidate):
    """alpha weighs the divergence and 1 - alpha the cross-entropy."""
    hard = -(math.log(0.5) + math.log(0.1)) / 2
    for alpha in (0.1, 0.5, 0.9):
        got = candidate.distillation_loss(Q.log(), P.log(), LABELS, 1.0, alpha)
        assert_close(got, alpha * sum(KL) / 2 + (1 - alpha) * hard)


@pytest.mark.parametrize("t", [0.5, 2.0, 4.0])
def test_temperature(candidate, t):
    """Both distributions are softened, and the divergence is multiplied by the temperature squared."""
    student, teacher = t * Q.log(), t * P.log()
    got = candidate.distillation_loss(student, teacher, LABELS, temperature=t, alpha=1.0)
    assert_close(got, t * t * sum(KL) / 2)
    got = candidate.sequence_kd_loss(student[None], teacher[None], torch.ones(1, 2) > 0, temperature=t)
    assert_close(got, t * t * sum(KL) / 2)


def test_defaults(candidate):
    """By default the temperature is 2 and alpha one half; for sequences the temperature is 1."""
    student, teacher = draw(1, 4, 3)
    labels = torch.tensor([0, 2, 1, 1])
    assert_close(candidate.distillation_loss(student, teacher, labels), slow(student, teacher, labels, 2.0, 0.5))
    mask = torch.ones(1, 2) > 0
    assert_close(candidate.sequence_kd_loss(Q.log()[None], P.log()[None], mask), sum(KL) / 2)


@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 4), c=st.integers(1, 5), t=st.integers(1, 8))
def test_random_rows(candidate, seed, n, c, t):
    """On random logits the loss is that of the formula, row by row."""
    student, teacher = draw(seed, n, c)
    labels = torch.arange(n) % c
    got = candidate.distillation_loss(student, teacher, labels, t / 2, 0.3)
    assert_close(got, slow(student, teacher, labels, t / 2, 0.3))


def test_gradient_of_the_student(candidate):
    """The soft gradient is T (q - p) / N, the hard one (softmax - one-hot) / N."""
    student, teacher = draw(2, 3, 4)
    labels, t = torch.tensor([3, 0, 1]), 3.0
    (got,) = gradients(candidate.distillation_loss, student, teacher, labels, temperature=t, alpha=0.7)
    soft = t * ((student / t).softmax(1) - (teacher / t).softmax(1))
    hard = student.softmax(1) - torch.eye(4, dtype=torch.float64)[labels]
    assert_close(got, (0.7 * soft + 0.3 * hard) / 3)
    assert_gradients(candidate.distillation_loss, student, teacher, labels)


def test_teacher_has_no_gradient(candidate):
    """No gradient flows into the teacher's logits."""
    student, teacher = draw(3, 2, 3)
    mask = torch.tensor([[True, True]])
    for got in (
        gradients(candidate.distillation_loss, student, teacher, LABELS, wrt=(0, 1))[1],
        gradients(candidate.sequence_kd_loss, student[None], teacher[None], mask, wrt=(0, 1))[1],
    ):
        assert_that(got is None or not bool(got.any()), "has a gradient for the teacher", got)


@given(seed=st.integers(0, 2**32 - 1), b=st.integers(1, 3), length=st.integers(1, 4), t=st.integers(1, 6))
def test_random_sequences(candidate, seed, b, length, t):
    """The divergence is averaged over the counted tokens of the whole batch, not over sequences or all tokens."""
    student, teacher = draw(seed, b, length, 3)
    mask = torch.from_numpy(np.random.default_rng(seed).random((b, length)) < 0.6)
    mask[0, 0] = True
    values = [slow_kl(student[i], teacher[i], t / 2) for i in zip(*torch.nonzero(mask, as_tuple=True), strict=True)]
    assert_close(candidate.sequence_kd_loss(student, teacher, mask, temperature=t / 2), math.fsum(values) / len(values))


def test_wrong_student(candidate):
    """A student that is sure and wrong has a loss as large as its logits, and a gradient that says so."""
    check_wrong_student(candidate, 50.0)


@pytest.mark.fine
def test_large_logits(candidate):
    """Logits of 1000 give finite losses and gradients, of a student that is sure and wrong as well."""
    check_wrong_student(candidate, 1000.0)


def check_wrong_student(candidate, size):
    """Compare the losses of a student whose two logits are those of the teacher, swapped."""
    student, teacher = torch.tensor([[size, -size]]).double(), torch.tensor([[-size, size]]).double()
    got = candidate.distillation_loss(student, teacher, torch.tensor([1]), 1.0, 0.5)
    assert_close(got, 2 * size)
    (slope,) = gradients(candidate.distillation_loss, student, teacher, torch.tensor([1]), 1.0, 0.5)
    assert_close(slope, [[1.0, -1.0]])
    assert_close(candidate.sequence_kd_loss(student[None], teacher[None], torch.tensor([[True]])), 2 * size)


@pytest.mark.fine
def test_no_counted_token(candidate):
    """Without a counted token the loss is 0 and the gradient is zeros."""
    student, teacher = draw(4, 2, 3, 4)
    mask = torch.zeros(2, 3) > 0
    assert_close(candidate.sequence_kd_loss(student, teacher, mask), 0.0)
    (got,) = gradients(candidate.sequence_kd_loss, student, teacher, mask)
    assert_close(got, torch.zeros(2, 3, 4))


@pytest.mark.fine
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_padding_may_hold_anything(candidate, value):
    """NaN and infinities at padded tokens reach neither the loss nor the gradients."""
    student, teacher = draw(5, 1, 3, 4)
    mask = torch.tensor([[True, False, True]])
    clean = gradients(candidate.sequence_kd_loss, student, teacher, mask)[0]
    expected = (slow_kl(student[0, 0], teacher[0, 0], 1.0) + slow_kl(student[0, 2], teacher[0, 2], 1.0)) / 2
    student[0, 1], teacher[0, 1] = value, value
    assert_close(candidate.sequence_kd_loss(student, teacher, mask), expected)
    (got,) = gradients(candidate.sequence_kd_loss, student, teacher, mask)
    assert_close(got[mask], clean[mask])
    assert_close(got[0, 1], torch.zeros(4))


@pytest.mark.fine
def test_masked_classes(candidate):
    """Classes that the teacher excludes with -inf add nothing, whether the student excludes them or not."""
    p = torch.tensor([[0.5, 0.5, 0.0]], dtype=torch.float64)
    for q, expected in (([[0.25, 0.5, 0.25]], 0.5 * math.log(2)), ([[0.25, 0.75, 0.0]], 0.5 * math.log(4 / 3))):
        student = torch.tensor(q, dtype=torch.float64).log()
        got = candidate.distillation_loss(student, p.log(), torch.tensor([0]), 1.0, 1.0)
        assert_close(got, expected)
        (slope,) = gradients(candidate.distillation_loss, student, p.log(), torch.tensor([0]), 1.0, 1.0)
        assert_close(slope, torch.tensor(q).double() - p)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_dtypes_and_shapes(candidate, dtype):
    """Losses have shape () and the dtype of the logits."""
    student, teacher = (x.to(dtype) for x in draw(6, 2, 3))
    for got in (
        candidate.distillation_loss(student, teacher, LABELS),
        candidate.sequence_kd_loss(student[None], teacher[None], torch.ones(1, 2) > 0),
        candidate.sequence_kd_loss(student[None], teacher[None], torch.ones(1, 2) > 2),
    ):
        assert_dtype(got, dtype)
        assert_equal(tuple(got.shape), ())


@pytest.mark.fine
def test_bad_numbers_are_refused(candidate):
    """A temperature that is not positive, and alpha outside [0, 1], raise ValueError."""
    student, teacher = draw(7, 2, 3)
    for t in (0.0, -1.0, math.nan):
        with assert_raises(ValueError):
            candidate.distillation_loss(student, teacher, LABELS, temperature=t)
        with assert_raises(ValueError):
            candidate.sequence_kd_loss(student[None], teacher[None], torch.ones(1, 2) > 0, temperature=t)
    for alpha in (-0.1, 1.1):
        with assert_raises(ValueError):
            candidate.distillation_loss(student, teacher, LABELS, alpha=alpha)


@pytest.mark.scale
def test_large_batches_are_quick(candidate, reference, rng):
    """Thousands of tokens are scored without a loop over them."""

    def prepare(subject, rng):
        student, teacher = (put(subject, torch.from_numpy(rng.normal(size=(8, 128, 20)))) for _ in range(2))
        mask = put(subject, torch.from_numpy(rng.random((8, 128)) < 0.8))
        return lambda: subject.sequence_kd_loss(student, teacher, mask)

    speed(candidate, reference, prepare, rng, limit=12)
