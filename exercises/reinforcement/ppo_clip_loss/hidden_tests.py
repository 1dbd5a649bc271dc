"""Hidden tests of ppo_clip_loss."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.testing import assert_close, assert_dtype, assert_raises, assert_that, gradients

SEEDS = st.integers(0, 2**32 - 1)
TRUE = torch.tensor([[True]])


def row(*values):
    """A batch of one row."""
    return torch.tensor([values], dtype=torch.float64)


def draw(seed, b=3, t=5):
    """Five random tensors, and a mask with a token in each row."""
    rng = np.random.default_rng(seed)
    mask = rng.random((b, t)) < 0.6
    mask[np.arange(b), rng.integers(t, size=b)] = True
    return [torch.from_numpy(rng.normal(size=(b, t))) for _ in range(5)], torch.from_numpy(mask)


def slow_policy(logp, old, adv, mask, clip):
    """Token by token."""
    gains = []
    for i, a, counts in zip(
        (logp - old).flatten().tolist(), adv.flatten().tolist(), mask.flatten().tolist(), strict=True
    ):
        r = math.exp(i)
        if counts:
            gains.append(min(r * a, min(max(r, 1 - clip), 1 + clip) * a))
    return -sum(gains) / len(gains)


def slow_value(values, old, returns, mask, clip):
    """Token by token."""
    errors = []
    for v, o, ret, counts in zip(*(t.flatten().tolist() for t in (values, old, returns, mask)), strict=True):
        if counts:
            errors.append(max((v - ret) ** 2, (min(max(v, o - clip), o + clip) - ret) ** 2))
    return 0.5 * sum(errors) / len(errors)


@pytest.mark.parametrize("a", [2.0, -2.0])
def test_policy_of_one_token(candidate, a):
    """A good token pays up to 1 + clip, a bad one counts in full if it got likelier, and not less than 1 - clip."""
    for r in (0.5, 0.85, 1.0, 1.1, 1.5):
        expected = min(r, 1.2) * a if a > 0 else max(r, 0.8) * a
        assert_close(float(candidate.policy_loss(row(math.log(r)), row(0.0), row(a), TRUE)), -expected)
        wide = min(r, 1.4) * a if a > 0 else max(r, 0.6) * a
        assert_close(float(candidate.policy_loss(row(math.log(r) - 3), row(-3.0), row(a), TRUE, 0.4)), -wide)


def test_policy_gradient_stops_where_it_is_clipped(candidate):
    """No gradient where moving further doesn't pay; the full one where a move has to be taken back."""
    logp, adv = row(*map(math.log, (1.5, 0.5, 1.5, 0.5, 1.1))), row(1.0, 1.0, -1.0, -1.0, 2.0)
    (grad,) = gradients(candidate.policy_loss, logp, 0 * logp, adv, torch.ones(1, 5, dtype=torch.bool))
    assert_close(grad, row(0.0, -0.5, 1.5, 0.0, -2.2) / 5)


def test_only_tokens_that_count(candidate):
    """The mean is over the tokens of the whole batch where the mask is True."""
    mask = torch.tensor([[True, False, False], [True, True, True]])
    adv = torch.tensor([[1.0, 50.0, 50.0], [2.0, 3.0, 6.0]], dtype=torch.float64)
    assert_close(float(candidate.policy_loss(0 * adv, 0 * adv, adv, mask)), -3.0)
    assert_close(float(candidate.value_loss(adv, adv, 0 * adv, mask)), 50 / 8)


@given(seed=SEEDS, clip=st.sampled_from([0.1, 0.2, 0.5]))
def test_policy_agrees_with_a_loop(candidate, seed, clip):
    """Random batches give what a loop over tokens gives."""
    (logp, old, adv, *_), mask = draw(seed)
    got = candidate.policy_loss(logp, old, adv, mask, clip)
    assert_close(float(got), slow_policy(logp, old, adv, mask, clip))


def test_value_of_one_token(candidate):
    """The greater of both errors counts, halved: moving away from the old value does not pay beyond the clip."""
    for v, old, ret, expected in (
        (1.0, 0.0, 2.0, 1.8**2),
        (0.1, 0.0, 2.0, 1.9**2),
        (-1.0, 0.0, 2.0, 3.0**2),
        (3.0, 2.5, 2.6, 0.4**2),
        (5.0, 5.0, 1.0, 4.0**2),
    ):
        assert_close(float(candidate.value_loss(row(v), row(old), row(ret), TRUE)), expected / 2)


@given(seed=SEEDS, clip=st.sampled_from([0.1, 0.2, 0.5]))
def test_value_agrees_with_a_loop(candidate, seed, clip):
    """Random values give what a loop over tokens gives, and the gradient is that of the error that counts."""
    (values, old, returns, *_), mask = draw(seed)
    got = candidate.value_loss(values, old, returns, mask, clip)
    assert_close(float(got), slow_value(values, old, returns, mask, clip))


def test_value_gradient(candidate):
    """Where the clipped error counts the value gets no gradient, else that of half the squared error."""
    values, old, returns = row(1.0, 0.1, -1.0), row(0.0, 0.0, 0.0), row(2.0, 2.0, 2.0)
    (grad,) = gradients(candidate.value_loss, values, old, returns, torch.ones(1, 3, dtype=torch.bool))
    assert_close(grad, row(0.0, -1.9, -3.0) / 3)


def test_rewards_by_hand(candidate):
    """Each token is paid for staying near the reference; the score goes to the last token that counts."""
    mask = torch.tensor([[False, True, True, False], [True, True, True, True], [True, False, True, False]])
    logp, ref = torch.full((3, 4), -1.0), torch.full((3, 4), -3.0)
    got = candidate.token_rewards(torch.tensor([5.0, 0.0, -2.0]), logp, ref, mask, 0.25)
    expected = [[0, -0.5, 4.5, 0], [-0.5, -0.5, -0.5, -0.5], [-0.5, 0, -2.5, 0]]
    assert_close(got, torch.tensor(expected))


@given(seed=SEEDS)
def test_rewards_agree_with_a_loop(candidate, seed):
    """Random rewards are those of a loop over tokens."""
    (logp, ref, score, *_), mask = draw(seed)
    expected = torch.zeros_like(logp)
    for i in range(len(mask)):
        places = mask[i].nonzero().flatten().tolist()
        for t in places:
            expected[i, t] = -0.3 * (logp[i, t] - ref[i, t]) + (score[i, 0] if t == places[-1] else 0)
    assert_close(candidate.token_rewards(score[:, 0], logp, ref, mask, 0.3), expected)


@pytest.mark.fine
def test_data_get_no_gradient(candidate):
    """Old values, advantages and returns are data, and rewards are detached."""
    (logp, old, adv, *_), mask = draw(3)
    for loss in (candidate.policy_loss, candidate.value_loss):
        first, second, third = gradients(loss, logp, old, adv, mask, wrt=(0, 1, 2))
        assert_that(bool(first.abs().sum() > 0), "gives its first argument no gradient")
        for grad in (second, third):
            assert_that(grad is None or not bool(grad.any()), "gives its data a gradient")
    for place in (0, 1):
        with assert_raises(RuntimeError):  # there is nothing to differentiate
            gradients(candidate.token_rewards, adv[:, 0], logp, old, mask, 0.1, wrt=(place,))


@pytest.mark.fine
def test_padding_does_no_harm(candidate):
    """NaN and infinity at masked positions change neither results nor gradients."""
    (a, b, c, *_), mask = draw(5)
    clean = [torch.where(mask, t, torch.zeros_like(t)) for t in (a, b, c)]
    for bad in (math.nan, math.inf, -math.inf):
        dirty = [torch.where(mask, t, torch.full_like(t, bad)) for t in (a, b, c)]
        for loss in (candidate.policy_loss, candidate.value_loss):
            assert_close(float(loss(*dirty, mask)), float(loss(*clean, mask)))
            assert_close(gradients(loss, *dirty, mask)[0], gradients(loss, *clean, mask)[0])
        got = candidate.token_rewards(c[:, 0], *dirty[:2], mask, 0.1)
        assert_close(got, candidate.token_rewards(c[:, 0], *clean[:2], mask, 0.1))


@pytest.mark.fine
def test_rows_without_tokens(candidate):
    """A row in which nothing counts adds nothing and gets no reward."""
    (a, b, c, *_), mask = draw(7)
    mask[1] = False
    rest = torch.tensor([0, 2])
    for loss in (candidate.policy_loss, candidate.value_loss):
        assert_close(float(loss(a, b, c, mask)), float(loss(a[rest], b[rest], c[rest], mask[rest])))
    assert_close(candidate.token_rewards(c[:, 0], a, b, mask, 0.1)[1], torch.zeros(5, dtype=torch.float64))


@pytest.mark.fine
def test_dtypes(candidate):
    """float32 and float64 are kept, also with data of the other."""
    (a, b, c, *_), mask = draw(9)
    for dtype in (torch.float32, torch.float64):
        assert_dtype(candidate.policy_loss(a.to(dtype), b.to(dtype), c.to(dtype), mask), dtype)
        assert_dtype(candidate.value_loss(a.to(dtype), b.to(dtype), c.to(dtype), mask), dtype)
        assert_dtype(candidate.token_rewards(c[:, 0], a.to(dtype), b.to(dtype), mask, 0.1), dtype)


@pytest.mark.fine
def test_what_has_no_loss(candidate):
    """A batch in which nothing counts, and a negative clip, raise ValueError."""
    (a, b, c, *_), mask = draw(11)
    for loss in (candidate.policy_loss, candidate.value_loss):
        with assert_raises(ValueError):
            loss(a, b, c, torch.zeros_like(mask))
        with assert_raises(ValueError):
            loss(a, b, c, mask, -0.1)
        assert_close(float(loss(a, a, c, mask, 0.0)), float(loss(a, a, c, mask)))
