"""Hidden tests of dpo_loss."""

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
    put,
    speed,
)


def normal(seed, *shape, scale=1.0, dtype=torch.float64):
    """Normal tensor from a seed or a generator."""
    return torch.from_numpy(np.random.default_rng(seed).normal(scale=scale, size=shape)).to(dtype)


def vector(*values, dtype=torch.float64):
    """Small tensor."""
    return torch.tensor(values, dtype=dtype)


def slow_logps(logits, labels, ignore_index=-100):
    """Token by token in Python floats."""
    result = []
    for rows, tokens in zip(logits.double().tolist(), labels.tolist(), strict=True):
        total = 0.0
        for row, token in zip(rows[:-1], tokens[1:], strict=True):
            if token != ignore_index:
                top = max(row)
                total += row[token] - top - math.log(sum(math.exp(z - top) for z in row))
        result.append(total)
    return torch.tensor(result, dtype=logits.dtype)


def log_sigmoid(x):
    """Logarithm of the logistic function, without overflow."""
    return min(x, 0.0) - math.log1p(math.exp(-abs(x)))


def slow_dpo(pi_w, pi_l, ref_w, ref_l, beta, s, kind):
    """Pair by pair in Python floats."""
    losses = []
    for w, l, rw, rl in zip(*(t.tolist() for t in (pi_w, pi_l, ref_w, ref_l)), strict=True):
        h = (w - l) - (rw - rl)
        if kind == "ipo":
            losses.append((h - 0.5 / beta) ** 2)
        else:
            losses.append(-(1 - s) * log_sigmoid(beta * h) - s * log_sigmoid(-beta * h))
    return torch.tensor(sum(losses) / len(losses), dtype=pi_w.dtype)


LOGITS = torch.log(torch.tensor([[[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.1, 0.2, 0.7], [0.5, 0.4, 0.1]]]))


def test_each_position_predicts_the_next_token(candidate):
    """The logits at t are those of the label at t + 1, and the log-probabilities are summed."""
    got = candidate.sequence_logps(LOGITS, torch.tensor([[2, 0, 1, 2]]))
    assert_close(got.exp(), torch.tensor([0.5 * 0.75 * 0.7]))
    # The same distributions, when logits are no log-probabilities.
    shift = torch.tensor([[[3.0], [-1.0], [2.0], [0.0]]])
    got = candidate.sequence_logps(LOGITS + shift, torch.tensor([[2, 0, 1, 2]]))
    assert_close(got.exp(), torch.tensor([0.5 * 0.75 * 0.7]))


def test_prompt_and_padding_do_not_count(candidate):
    """Tokens with label -100 count for nothing, in front, behind and in between."""
    for labels, expected in (
        ([-100, -100, 1, 2], 0.75 * 0.7),
        ([-100, 0, 1, -100], 0.5 * 0.75),
        ([-100, 1, -100, 2], 0.25 * 0.7),
        ([1, -100, -100, 0], 0.1),
    ):
        assert_close(candidate.sequence_logps(LOGITS, torch.tensor([labels])).exp(), torch.tensor([expected]))


@given(b=st.integers(1, 3), t=st.integers(2, 5), v=st.integers(2, 4), seed=st.integers(0, 2**32 - 1))
def test_log_probabilities_token_by_token(candidate, b, t, v, seed):
    """The results are what arithmetic token by token gives."""
    rng = np.random.default_rng(seed)
    logits = normal(rng, b, t, v, scale=5.0)
    labels = torch.from_numpy(np.where(rng.random((b, t)) < 0.4, -100, rng.integers(0, v, (b, t))))
    assert_close(candidate.sequence_logps(logits, labels), slow_logps(logits, labels))


def test_logits_of_hundreds(candidate):
    """Logits of a few hundred neither overflow nor make an unlikely token impossible."""
    logits = torch.tensor([[[300.0, 0.0], [-300.0, 0.0], [0.0, 0.0]]])
    assert_close(candidate.sequence_logps(logits, torch.tensor([[0, 0, 1]])), torch.tensor([0.0]))
    assert_close(candidate.sequence_logps(logits, torch.tensor([[0, 1, 0]])), torch.tensor([-600.0]))


def test_gradient_of_log_probabilities(candidate):
    """The gradient is that of the sum of the tokens that count."""
    logits, labels = normal(2, 2, 4, 3), torch.tensor([[-100, 2, -100, 0], [1, 0, 0, -100]])
    assert_gradients(candidate.sequence_logps, logits, labels)


def test_sigmoid_loss_by_hand(candidate):
    """The loss is minus the mean log-sigmoid of beta h, and the rewards compare policy and reference."""
    # h = (-2 - -5) - (-3 - -4) = 2 and (-4 - -2) - (-4 - -3) = -1
    loss, chosen, rejected = candidate.dpo_loss(
        vector(-2.0, -4.0), vector(-5.0, -2.0), vector(-3.0, -4.0), vector(-4.0, -3.0), beta=0.5
    )
    assert_close(loss, torch.tensor((math.log1p(math.exp(-1)) + math.log1p(math.exp(0.5))) / 2, dtype=torch.float64))
    assert_close(chosen, vector(0.5, 0.0))
    assert_close(rejected, vector(-0.5, 0.5))


@given(b=st.integers(1, 4), beta=st.sampled_from([0.05, 0.3, 2.0]), seed=st.integers(0, 2**32 - 1))
def test_dpo_pair_by_pair(candidate, b, beta, seed):
    """Loss and rewards are what arithmetic pair by pair gives."""
    pi_w, pi_l, ref_w, ref_l = normal(seed, 4, b, scale=10.0)
    loss, chosen, rejected = candidate.dpo_loss(pi_w, pi_l, ref_w, ref_l, beta=beta)
    assert_close(loss, slow_dpo(pi_w, pi_l, ref_w, ref_l, beta, 0.0, "sigmoid"))
    assert_close(chosen, beta * (pi_w - ref_w))
    assert_close(rejected, beta * (pi_l - ref_l))


def test_lost_pairs_have_finite_losses(candidate):
    """A margin of -200 has loss 200, although its sigmoid rounds to 0 in float32."""
    lost, zero = vector(-200.0, dtype=torch.float32), vector(0.0, dtype=torch.float32)
    assert_close(candidate.dpo_loss(lost, zero, zero, zero, beta=1.0)[0], torch.tensor(200.0))
    assert_close(candidate.bradley_terry_loss(lost, zero), torch.tensor(200.0))
    assert_close(candidate.dpo_loss(zero, lost, zero, zero, beta=1.0)[0], torch.tensor(0.0))


def test_gradient_of_the_dpo_loss(candidate):
    """The policy's log-probabilities get the gradient of the loss."""
    assert_gradients(candidate.dpo_loss, *normal(7, 4, 3), 0.7, wrt=(0, 1), output=0)


def test_reward_loss_by_hand(candidate):
    """The loss is minus the mean log-sigmoid of the gap."""
    got = candidate.bradley_terry_loss(vector(1.0, 2.0), vector(1.0, -1.0))
    assert_close(got, torch.tensor((math.log(2) + math.log1p(math.exp(-3))) / 2, dtype=torch.float64))


def test_gradient_of_the_reward_loss(candidate):
    """Both rewards get the gradient of the loss."""
    r_w, r_l = normal(9, 2, 4)
    assert_gradients(candidate.bradley_terry_loss, r_w, r_l, wrt=(0, 1))


@pytest.mark.fine
def test_results_keep_the_dtype(candidate):
    """float32 stays float32, float64 stays float64, and losses have no axes."""
    for dtype in (torch.float32, torch.float64):
        got = candidate.sequence_logps(LOGITS.to(dtype), torch.tensor([[2, 0, 1, 2]]))
        assert_shape(got, (1,))
        assert_dtype(got, dtype)
        one, zero = vector(3.0, dtype=dtype), vector(0.0, dtype=dtype)
        loss, chosen, _ = candidate.dpo_loss(one, zero, zero, zero)
        assert_close(loss, torch.tensor(math.log1p(math.exp(-0.3)), dtype=dtype), check_dtype=True)
        assert_close(chosen, torch.tensor([0.3], dtype=dtype), check_dtype=True)
        got = candidate.bradley_terry_loss(one, zero, margin=one)
        assert_close(got, torch.tensor(math.log(2), dtype=dtype), check_dtype=True)


@pytest.mark.fine
def test_rows_without_a_response(candidate):
    """A row without tokens that count gives 0, also where only the first label is a token."""
    labels = torch.tensor([[-100, -100, -100], [1, -100, -100], [1, -100, 0]])
    got = candidate.sequence_logps(torch.zeros(3, 3, 2), labels)
    assert_close(got, torch.tensor([0.0, 0.0, -math.log(2)]))


@pytest.mark.fine
def test_one_token_and_one_word(candidate):
    """One position predicts nothing; with a vocabulary of one word every token is certain."""
    assert_close(candidate.sequence_logps(torch.ones(2, 1, 3), torch.tensor([[0], [2]])), torch.zeros(2))
    got = candidate.sequence_logps(normal(0, 2, 4, 1), torch.tensor([[0, 0, 0, 0], [-100, 0, -100, 0]]))
    assert_close(got, torch.zeros(2, dtype=torch.float64))


@pytest.mark.fine
@pytest.mark.parametrize("ignore_index", [-1, 0, 2, 999])
def test_another_label_that_does_not_count(candidate, ignore_index):
    """The label that does not count may be any integer."""
    labels = torch.tensor([[1, 0, 2, 1, 0], [2, 2, 0, 1, 1]])
    if ignore_index in {-1, 999}:
        labels[0, 2] = labels[1, 4] = ignore_index
    logits = normal(1, 2, 5, 3)
    got = candidate.sequence_logps(logits, labels, ignore_index=ignore_index)
    assert_close(got, slow_logps(logits, labels, ignore_index))


@pytest.mark.fine
def test_large_logits(candidate):
    """Logits of ten thousand give finite log-probabilities, also of tokens that are all but impossible."""
    logits = torch.tensor([[[1e4, 0.0], [1e4, -1e4], [0.0, 0.0]]])
    assert_close(candidate.sequence_logps(logits, torch.tensor([[0, 1, 1]])), torch.tensor([-3e4]))
    assert_close(candidate.sequence_logps(logits, torch.tensor([[0, 0, 0]])), torch.tensor([0.0]))
    (grad,) = gradients(candidate.sequence_logps, logits, torch.tensor([[0, 1, 1]]))
    assert_close(grad, torch.tensor([[[-1.0, 1.0], [-1.0, 1.0], [0.0, 0.0]]]))


@pytest.mark.fine
def test_logits_that_do_not_matter(candidate):
    """Logits of tokens that don't count, and the last ones, have gradient 0."""
    logits, labels = normal(2, 2, 4, 3), torch.tensor([[-100, 2, -100, 0], [1, -100, -100, -100]])
    (grad,) = gradients(candidate.sequence_logps, logits, labels)
    assert_that(not grad[0, 1].any() and not grad[:, 3].any() and not grad[1].any(), "moves logits that do not count")
    assert_that(bool(grad[0, 0].all() and grad[0, 2].all()), "does not move logits that count")


@pytest.mark.fine
def test_strided_tensors(candidate):
    """Transposed logits and strided labels are read correctly."""
    logits, labels = normal(3, 3, 10, 5).permute(1, 2, 0)[::2], torch.arange(50).reshape(5, 10)[:, ::2] % 3
    assert_close(candidate.sequence_logps(logits, labels), slow_logps(logits, labels))


@pytest.mark.fine
def test_defaults(candidate):
    """By default beta is 0.1, the kind is the sigmoid and nothing is smoothed."""
    one, zero = vector(3.0), vector(0.0)
    loss, chosen, rejected = candidate.dpo_loss(one, zero, zero, zero)
    assert_close(loss, torch.tensor(math.log1p(math.exp(-0.3)), dtype=torch.float64))
    assert_close((chosen, rejected), (vector(0.3), vector(0.0)))


@pytest.mark.fine
def test_label_smoothing_by_hand(candidate):
    """With smoothing a share of each pair counts the other way round."""
    loss, _, _ = candidate.dpo_loss(vector(4.0), vector(0.0), vector(0.0), vector(0.0), beta=0.5, label_smoothing=0.25)
    # -log sigmoid(2) = 0.126928, -log sigmoid(-2) = 2.126928
    assert_close(loss, torch.tensor(0.75 * 0.12692801104 + 0.25 * 2.12692801104, dtype=torch.float64))


@pytest.mark.fine
def test_ipo_by_hand(candidate):
    """The IPO loss is the squared distance of h from 1 / (2 beta), without smoothing."""
    tensors = vector(-2.0, -4.0), vector(-5.0, -2.0), vector(-3.0, -4.0), vector(-4.0, -3.0)
    for smoothing in (0.0, 0.3):
        loss, chosen, rejected = candidate.dpo_loss(*tensors, 0.25, smoothing, "ipo")  # h = 2 and -1, target 2
        assert_close(loss, torch.tensor(4.5, dtype=torch.float64))
        assert_close(chosen, vector(0.25, 0.0))
        assert_close(rejected, vector(-0.25, 0.25))


@pytest.mark.fine
@given(
    b=st.integers(1, 4),
    beta=st.sampled_from([0.05, 0.3, 2.0]),
    s=st.sampled_from([0.1, 0.5, 1.0]),
    kind=st.sampled_from(["sigmoid", "ipo"]),
    seed=st.integers(0, 2**32 - 1),
)
def test_smoothing_and_ipo_pair_by_pair(candidate, b, beta, s, kind, seed):
    """With smoothing, and for IPO, loss and rewards are what arithmetic pair by pair gives."""
    pi_w, pi_l, ref_w, ref_l = normal(seed, 4, b, scale=10.0)
    loss, chosen, rejected = candidate.dpo_loss(pi_w, pi_l, ref_w, ref_l, beta=beta, label_smoothing=s, kind=kind)
    assert_close(loss, slow_dpo(pi_w, pi_l, ref_w, ref_l, beta, s, kind))
    assert_close(chosen, beta * (pi_w - ref_w))
    assert_close(rejected, beta * (pi_l - ref_l))


@pytest.mark.fine
@pytest.mark.parametrize("kind", ["sigmoid", "ipo"])
def test_gradient_reaches_the_policy_only(candidate, kind):
    """The policy's log-probabilities get the gradient of the loss, those of the reference none."""
    tensors = list(normal(7, 4, 3))
    assert_gradients(candidate.dpo_loss, *tensors, 0.7, 0.2, kind, wrt=(0, 1), output=0)
    grads = gradients(candidate.dpo_loss, *tensors, 0.7, 0.2, kind, wrt=(0, 1, 2, 3), output=0)
    assert_that(all(g is None or not g.any() for g in grads[2:]), "gives the reference a gradient")


@pytest.mark.fine
def test_rewards_carry_no_gradient(candidate):
    """The rewards are detached, so PyTorch refuses to differentiate them with RuntimeError."""
    tensors = list(normal(8, 4, 3))
    assert_close(candidate.dpo_loss(*tensors)[1], 0.1 * (tensors[0] - tensors[2]))
    for output in (1, 2):
        with assert_raises(RuntimeError):
            gradients(candidate.dpo_loss, *tensors, wrt=(0, 1), output=output)


@pytest.mark.fine
def test_extreme_margins(candidate):
    """Margins of ten thousand give finite losses and gradients in both directions."""
    zero = vector(0.0, dtype=torch.float32)
    for h, expected, slope in ((1e4, 0.0, 0.0), (-1e4, 1e4, -1.0)):
        pi_w = vector(h, dtype=torch.float32)
        loss, _, _ = candidate.dpo_loss(pi_w, zero, zero, zero, beta=1.0)
        assert_close(loss, torch.tensor(expected))
        grads = gradients(candidate.dpo_loss, pi_w, zero, zero, zero, 1.0, wrt=(0, 1), output=0)
        assert_close(grads, (torch.tensor([slope]), torch.tensor([-slope])))
        smooth, _, _ = candidate.dpo_loss(pi_w, zero, zero, zero, beta=1.0, label_smoothing=0.5)
        assert_close(smooth, torch.tensor(5e3))
        assert_close(candidate.bradley_terry_loss(pi_w, zero), torch.tensor(expected))
        (grad,) = gradients(candidate.bradley_terry_loss, pi_w, zero)
        assert_close(grad, torch.tensor([slope]))


@pytest.mark.fine
def test_dpo_errors(candidate):
    """A beta that is not positive, an unknown kind and shapes that differ raise ValueError."""
    a = vector(0.5, -0.5)
    for settings in ({"beta": 0.0}, {"beta": -0.1}, {"kind": "hinge"}, {"beta": 0.0, "kind": "ipo"}):
        with assert_raises(ValueError):
            candidate.dpo_loss(a, a, a, a, **settings)
    for place in range(4):
        for other in (vector(0.5), a[:, None], vector(0.5, 1.0, 2.0)):
            tensors = [a] * 4
            tensors[place] = other
            with assert_raises(ValueError):
                candidate.dpo_loss(*tensors)


@pytest.mark.fine
def test_margin_of_the_reward_loss(candidate):
    """A margin is taken off the gap, and the rewards still get their gradients."""
    got = candidate.bradley_terry_loss(vector(1.0, 2.0), vector(1.0, -1.0), vector(0.5, 3.0))
    assert_close(got, torch.tensor((math.log1p(math.exp(0.5)) + math.log(2)) / 2, dtype=torch.float64))
    r_w, r_l, margin = normal(9, 3, 4)
    assert_gradients(candidate.bradley_terry_loss, r_w, r_l, margin, wrt=(0, 1))


@pytest.mark.fine
def test_reward_loss_errors(candidate):
    """Shapes that differ raise ValueError, the margin's among them."""
    a = vector(0.5, -0.5)
    for other in (vector(0.5), a[:, None], vector(0.5, 1.0, 2.0)):
        for tensors in ((a, other), (other, a), (a, a, other)):
            with assert_raises(ValueError):
                candidate.bradley_terry_loss(*tensors)


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """Thirty-two rows of 128 tokens take whole-tensor operations, not a loop over the tokens."""

    def prepare(subject, rng):
        logits = put(subject, normal(rng, 32, 128, 40, dtype=torch.float32))
        labels = put(subject, torch.from_numpy(rng.integers(0, 40, size=(32, 128))))
        return lambda: subject.sequence_logps(logits, labels)

    speed(candidate, reference, prepare, rng, limit=20)
