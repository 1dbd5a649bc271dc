"""Hidden tests of clip_contrastive_loss."""

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
    assert_shape,
    assert_that,
    gradients,
    speed,
)


def normal(seed, *shape, dtype=torch.float64):
    """Standard normal tensor from a seed or a generator."""
    return torch.from_numpy(np.random.default_rng(seed).normal(size=shape)).to(dtype)


def number(x, dtype=torch.float64):
    """Tensor without axes."""
    return torch.tensor(x, dtype=dtype)


def similarity(a, b):
    """Cosine of two vectors of floats; 0 where one of them is zero."""
    na, nb = math.sqrt(sum(x * x for x in a)), math.sqrt(sum(x * x for x in b))
    return sum(x * y for x, y in zip(a, b, strict=True)) / (na * nb) if na and nb else 0.0


def surprise(logits, answer):
    """Cross-entropy of one list of logits."""
    top = max(logits)
    return top + math.log(sum(math.exp(x - top) for x in logits)) - logits[answer]


def spec_clip(img, txt, log_scale, max_scale=100.0):
    """Contrast one row and one column at a time."""
    img, txt = img.double().tolist(), txt.double().tolist()
    s = max_scale if log_scale > 700 else min(math.exp(log_scale), max_scale)
    logits = [[s * similarity(a, b) for b in txt] for a in img]
    rows = [surprise(row, i) for i, row in enumerate(logits)]
    columns = [surprise(list(column), i) for i, column in enumerate(zip(*logits, strict=True))]
    return number((sum(rows) + sum(columns)) / (2 * len(rows)))


def spec_info(q, pos, neg, temperature=0.07):
    """Contrast one query at a time."""
    q, pos, neg = q.double().tolist(), pos.double().tolist(), neg.double().tolist()
    terms = [surprise([similarity(a, b) / temperature for b in (p, *neg)], 0) for a, p in zip(q, pos, strict=True)]
    return number(sum(terms) / len(terms))


def loss_of(got, dtype=torch.float64):
    """Loss, once it is one number of the right dtype."""
    assert_shape(got, ())
    assert_dtype(got, dtype)
    return got


def test_clip_by_hand(candidate):
    """Three pairs at right angles, of any length, give log(1 + 2 exp(-s))."""
    img = torch.diag(number([1.0, 20.0, 0.3]))
    txt = torch.diag(number([5.0, 0.01, 2.0]))
    for s in (0.5, 1.0, 7.0):
        got = candidate.clip_loss(img, txt, number(math.log(s)))
        assert_close(got, number(math.log(1 + 2 * math.exp(-s))))


def test_both_directions_count(candidate):
    """Images over texts and texts over images both count, each by half."""
    img, txt = number([[1.0, 0.0], [1.0, 0.0]]), number([[1.0, 0.0], [0.0, 1.0]])
    # Rows of logits are (1, 0) and (1, 0); columns are (1, 1) and (0, 0).
    rows = (math.log(1 + math.exp(-1)) + math.log(1 + math.exp(1))) / 2
    expected = number((rows + math.log(2)) / 2)
    assert_close(candidate.clip_loss(img, txt, number(0.0)), expected)
    assert_close(candidate.clip_loss(txt, img, number(0.0)), expected)


@given(b=st.integers(2, 5), d=st.integers(1, 4), log_scale=st.floats(-3, 6), seed=st.integers(0, 2**32 - 1))
def test_clip_matches_definition(candidate, b, d, log_scale, seed):
    """The loss follows the definition for all sizes, lengths and scales."""
    img, txt = normal(seed, b, d), normal(seed + 1, b, d) * 10.0 ** normal(seed + 2, b, 1)
    assert_close(candidate.clip_loss(img, txt, number(log_scale)), spec_clip(img, txt, log_scale))


def test_cap_of_the_scale(candidate):
    """The scale is never greater than max_scale."""
    img, txt = normal(0, 4, 3), normal(1, 4, 3)
    for log_scale in (math.log(99.0), math.log(101.0), 10.0):
        assert_close(candidate.clip_loss(img, txt, number(log_scale)), spec_clip(img, txt, log_scale))
    for max_scale in (0.5, 3.0, 1000.0):
        for log_scale in (-5.0, 1.0, 8.0):
            got = candidate.clip_loss(img, txt, number(log_scale), max_scale=max_scale)
            assert_close(got, spec_clip(img, txt, log_scale, max_scale))


def test_logits_of_a_hundred_do_not_overflow(candidate):
    """At a scale of 100, float32 logits neither overflow nor lose a sure mistake."""
    img, scale = torch.eye(3), number(math.log(100.0), torch.float32)
    assert_close(candidate.clip_loss(img, 2 * img, scale), number(0.0, torch.float32))
    assert_close(candidate.clip_loss(img, -img, scale), number(100.0 + math.log(2), torch.float32))
    assert_close(candidate.clip_loss(img, img[[1, 2, 0]], scale), number(100.0, torch.float32))


def test_gradients_of_clip(candidate):
    """Gradients of both embeddings and of the scale are right below the cap."""
    img, txt = normal(2, 4, 3), normal(3, 4, 3)
    for log_scale in (0.3, 4.0, -2.0):
        assert_gradients(candidate.clip_loss, img, txt, number(log_scale), wrt=(0, 1, 2))


def test_info_nce_by_hand(candidate):
    """Each query meets its own positive and all negatives, and no other positive."""
    q = pos = torch.diag(number([2.0, 0.5]))
    neg = number([[-3.0, 0.0], [3.0, 4.0]])
    # Similarities of the first query are 1; -1, 0.6, and those of the second 1; 0, 0.8.
    terms = [math.log(1 + math.exp(-4) + math.exp(-0.8)), math.log(1 + math.exp(-2) + math.exp(-0.4))]
    assert_close(candidate.info_nce(q, pos, neg, temperature=0.5), number(sum(terms) / 2))


@given(
    b=st.integers(1, 4),
    k=st.integers(1, 4),
    d=st.integers(1, 4),
    hot=st.floats(0.05, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_info_nce_matches_definition(candidate, b, k, d, hot, seed):
    """The loss follows the definition for all sizes and temperatures."""
    q, pos, neg = normal(seed, b, d), normal(seed + 1, b, d), normal(seed + 2, k, d)
    assert_close(candidate.info_nce(q, pos, neg, hot), spec_info(q, pos, neg, hot))


def test_gradients_of_info_nce(candidate):
    """Gradients of queries, positives and negatives are right."""
    q, pos, neg = normal(21, 3, 4), normal(22, 3, 4), normal(23, 5, 4)
    assert_gradients(candidate.info_nce, q, pos, neg, 0.5, wrt=(0, 1, 2))


@pytest.mark.fine
def test_zero_shot_by_hand(candidate):
    """Each image gets the class whose prompts point its way."""
    prompts = torch.tensor([[[1.0, 0.0], [2.0, 0.0]], [[0.0, 5.0], [0.0, 1.0]], [[-1.0, 0.0], [-1.0, 0.0]]])
    got = candidate.zero_shot(torch.tensor([[0.1, 2.0], [-3.0, 1.0], [9.0, 8.0], [0.2, 0.1]]), prompts)
    assert_dtype(got, torch.int64)
    assert_equal(got.tolist(), [1, 2, 0, 0])


@pytest.mark.fine
def test_prompts_count_alike(candidate):
    """Long prompts count no more than short ones."""
    # The mean direction of class 0 is (1, 1), although one prompt is a hundred times as long.
    prompts = torch.tensor([[[100.0, 0.0], [0.0, 1.0]], [[1.0, 0.2], [1.0, 0.2]]])
    assert_equal(candidate.zero_shot(torch.tensor([[1.0, 0.0], [1.0, 0.9]]), prompts).tolist(), [1, 0])


@pytest.mark.fine
def test_classes_count_alike(candidate):
    """A class whose prompts disagree has a mean as long as any other."""
    # The mean of class 0 points along (1, 0), but is short before it is normalised.
    prompts = torch.tensor([[[0.1, 1.0], [0.1, -1.0]], [[1.0, 1.0], [1.0, 1.0]]])
    assert_equal(candidate.zero_shot(torch.tensor([[1.0, 0.1], [1.0, 0.9]]), prompts).tolist(), [0, 1])


@pytest.mark.fine
def test_equal_classes(candidate):
    """Among exactly equal classes the first one wins; a zero image or class is similar to nothing."""
    eye = torch.eye(3)
    prompts = eye[[1, 0, 1, 0], None].repeat(1, 2, 1)
    assert_equal(candidate.zero_shot(eye, prompts).tolist(), [1, 0, 0])
    assert_equal(candidate.zero_shot(torch.zeros(2, 3), prompts).tolist(), [0, 0])
    opposite = torch.stack([torch.stack([-eye[0], -eye[0]]), torch.stack([eye[0], -eye[0]])])
    assert_equal(candidate.zero_shot(eye[:1], opposite).tolist(), [1])


@pytest.mark.fine
@given(
    b=st.integers(1, 4), c=st.integers(1, 4), p=st.integers(1, 3), d=st.integers(2, 4), seed=st.integers(0, 2**32 - 1)
)
def test_zero_shot_matches_definition(candidate, b, c, p, d, seed):
    """Classes are those of the definition for all sizes."""
    img, prompts = normal(seed, b, d), normal(seed + 1, c, p, d) * 10.0 ** normal(seed + 2, c, p, 1)
    means = [(x / x.norm(dim=-1, keepdim=True)).mean(0).tolist() for x in prompts]
    expected = [max(range(c), key=[similarity(row, mean) for mean in means].__getitem__) for row in img.tolist()]
    got = candidate.zero_shot(img, prompts)
    assert_shape(got, (b,))
    assert_equal(got.tolist(), expected)


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_losses_keep_the_dtype(candidate, dtype):
    """Losses of float32 are float32, those of float64 are float64."""
    img, txt, neg = (normal(seed, 4, 3, dtype=dtype) for seed in (27, 28, 29))
    got = candidate.clip_loss(img, txt, number(1.0, dtype))
    assert_close(loss_of(got, dtype), spec_clip(img, txt, 1.0).to(dtype))
    assert_close(loss_of(candidate.info_nce(img, txt, neg), dtype), spec_info(img, txt, neg).to(dtype))


@pytest.mark.fine
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision(candidate, dtype):
    """Half precision is computed in float32, also where squares overflow, and gives float32."""
    img, txt, neg = (normal(seed, 5, 6).to(dtype) for seed in (14, 15, 16))
    for a in (img, 8000 * img):
        got = candidate.clip_loss(a, txt, number(3.0, torch.float32))
        assert_close(loss_of(got, torch.float32), spec_clip(a, txt, 3.0), rtol=1e-4, atol=1e-5)
        got = candidate.info_nce(a, txt, neg)
        assert_close(loss_of(got, torch.float32), spec_info(a, txt, neg), rtol=1e-4, atol=1e-5)
    eye = 300 * torch.eye(3).to(dtype)
    assert_equal(candidate.zero_shot(eye, eye[[2, 0, 1], None]).tolist(), [1, 2, 0])


@pytest.mark.fine
def test_single_pair(candidate):
    """One pair has loss 0 and gradients 0."""
    img, txt = normal(6, 1, 3), normal(7, 1, 3)
    assert_close(candidate.clip_loss(img, txt, number(2.0)), number(0.0))
    got = gradients(candidate.clip_loss, img, txt, number(2.0), wrt=(0, 1, 2))
    assert_close(got, (torch.zeros(1, 3), torch.zeros(1, 3), number(0.0)))


@pytest.mark.fine
def test_no_negatives(candidate):
    """Without negatives the loss is 0."""
    q = normal(20, 3, 2)
    assert_close(candidate.info_nce(q, -q, normal(0, 0, 2)), number(0.0))


@pytest.mark.fine
def test_default_temperature(candidate):
    """The temperature is 0.07 by default."""
    q, pos, neg = normal(17, 3, 4), normal(18, 3, 4), normal(19, 5, 4)
    assert_close(candidate.info_nce(q, pos, neg), spec_info(q, pos, neg, 0.07))


@pytest.mark.fine
@pytest.mark.parametrize("temperature", [0.0, -0.07, math.nan])
def test_bad_temperature(candidate, temperature):
    """A temperature that is not positive raises ValueError."""
    with assert_raises(ValueError):
        candidate.info_nce(torch.eye(2), torch.eye(2), torch.eye(2), temperature)


@pytest.mark.fine
def test_zero_vectors(candidate):
    """A zero vector is similar to nothing, and all gradients stay finite."""
    img, txt, neg = normal(8, 3, 2), normal(9, 3, 2), normal(10, 4, 2)
    img[1], txt[2], neg[0] = 0.0, 0.0, 0.0
    assert_close(candidate.clip_loss(img, txt, number(1.0)), spec_clip(img, txt, 1.0))
    assert_close(candidate.info_nce(img, txt, neg, 0.5), spec_info(img, txt, neg, 0.5))
    got = gradients(candidate.clip_loss, img, txt, number(1.0), wrt=(0, 1, 2))
    got += gradients(candidate.info_nce, img, txt, neg, 0.5, wrt=(0, 1, 2))
    assert_that(all(bool(torch.isfinite(part).all()) for part in got), "is not finite", got)


@pytest.mark.fine
def test_infinite_scale(candidate):
    """The scale is capped even where exp(log_scale) is infinite."""
    img, txt = normal(0, 4, 3), normal(1, 4, 3)
    assert_close(candidate.clip_loss(img, txt, number(1000.0)), spec_clip(img, txt, 1000.0))


@pytest.mark.fine
def test_gradient_above_the_cap(candidate):
    """Above the cap the scale gets gradient 0, never NaN, and the embeddings keep theirs."""
    img, txt = normal(4, 4, 3), normal(5, 4, 3)
    at_cap = gradients(candidate.clip_loss, img, txt, number(math.log(100.0) - 1e-9), wrt=(0, 1))
    for log_scale in (5.0, 50.0, 1000.0):
        got = gradients(candidate.clip_loss, img, txt, number(log_scale), wrt=(0, 1, 2))
        assert_close(got[2], number(0.0))
        assert_close(got[:2], at_cap, rtol=1e-5, atol=1e-8)
    got = gradients(candidate.clip_loss, img.float(), txt.float(), number(90.0, torch.float32), wrt=(2,))
    assert_close(got[0], number(0.0, torch.float32))


@pytest.mark.fine
def test_short_and_long_vectors(candidate):
    """Vectors of length 1e-8 and 1e15 count like any others."""
    img, txt, neg = (normal(seed, 3, 4, dtype=torch.float32) for seed in (11, 12, 13))
    for factor in (1e-7, 1e14):
        got = candidate.clip_loss(factor * img, txt, number(1.0, torch.float32))
        assert_close(got, spec_clip(img, txt, 1.0), rtol=1e-4, atol=1e-5)
        got = candidate.info_nce(factor * img, txt, factor * neg, 0.5)
        assert_close(got, spec_info(img, txt, neg, 0.5), rtol=1e-4, atol=1e-5)
        assert_equal(
            candidate.zero_shot(factor * torch.eye(4)[:1], torch.eye(4)[[2, 0, 1], None] * factor).tolist(), [1]
        )


@pytest.mark.fine
def test_sharp_distributions(candidate):
    """Logits of several thousands do not overflow."""
    img, txt = number([[1.0, 0.0], [0.0, 1.0]]), number([[-1.0, 0.0], [0.0, -1.0]])
    assert_close(candidate.clip_loss(img, txt, number(math.log(5000.0)), 10_000.0), number(5000.0))
    assert_close(candidate.info_nce(img, txt, img, 1e-4), number(20_000.0))
    assert_close(candidate.info_nce(img, img, txt[:1], 1e-4), number(0.0))


@pytest.mark.fine
def test_strided_views(candidate):
    """Transposed and strided embeddings are read correctly."""
    img, txt, neg = normal(24, 4, 6).T[::2], normal(25, 3, 8)[:, ::2], normal(26, 4, 5).T
    assert_close(candidate.clip_loss(img, txt, number(1.0)), spec_clip(img, txt, 1.0))
    assert_close(candidate.info_nce(img, txt, neg, 0.3), spec_info(img, txt, neg, 0.3))


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """Similarities come from one product of matrices, not from a loop over pairs."""

    def prepare(subject, rng):
        img, txt = normal(rng, 256, 32, dtype=torch.float32), normal(rng, 256, 32, dtype=torch.float32)
        return lambda: subject.clip_loss(img, txt, number(2.0, torch.float32))

    speed(candidate, reference, prepare, rng, limit=60)
