"""Hidden tests of debug_transformer."""

import math
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from grader.testing import assert_close, assert_dtype, assert_equal, assert_shape, assert_that, assert_type, expose

PAD = 0


def shapes(vocab, d, n_layers, max_len):
    """Names and shapes of all parameters."""
    found = {"tok.weight": (vocab, d), "pos.weight": (max_len, d)}
    for i in range(n_layers):
        found |= {f"blocks.{i}.{norm}.{part}": (d,) for norm in ("ln1", "ln2") for part in ("weight", "bias")}
        for layer, n, m in (("qkv", d, 3 * d), ("out", d, d), ("fc1", d, 4 * d), ("fc2", 4 * d, d)):
            found |= {f"blocks.{i}.{layer}.weight": (m, n), f"blocks.{i}.{layer}.bias": (m,)}
    return found | {"ln_f.weight": (d,), "ln_f.bias": (d,), "head.weight": (vocab, d)}


def random_state(seed, vocab=7, d=4, n_layers=2, max_len=6, dtype=torch.float64):
    """State dict whose every entry matters."""
    rng = np.random.default_rng(seed)
    return {
        name: torch.from_numpy(rng.normal(size=shape)).to(dtype)
        for name, shape in shapes(vocab, d, n_layers, max_len).items()
    }


def build(subject, state, n_heads=2, pad=PAD, *, training=False):
    """Model of the subject with these weights, in evaluation mode unless told otherwise."""
    vocab, d = state["tok.weight"].shape
    n_layers = sum(name.endswith("ln1.bias") for name in state)
    model = subject.TinyDecoder(vocab, d, n_layers, n_heads, len(state["pos.weight"]), pad)
    if state["ln_f.bias"].dtype == torch.float64:
        model.double()
    missing = sorted(set(state) - set(model.state_dict()))
    assert_that(not missing, f"has no parameters {', '.join(missing)}")
    model.load_state_dict(state, strict=False)
    model.train(training)
    return model


def tokens(seed, *shape, low=1):
    """Random tokens without padding."""
    return torch.from_numpy(np.random.default_rng(seed).integers(low, 7, size=shape))


def layer(state, name, x):
    """Apply a linear layer."""
    return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]


def norm(state, name, x):
    """Apply a layer norm."""
    centred = x - x.mean(-1, keepdim=True)
    return (
        centred / torch.sqrt((centred**2).mean(-1, keepdim=True) + 1e-5) * state[f"{name}.weight"]
        + state[f"{name}.bias"]
    )


def attention(state, name, n_heads, x, real):
    """Attend with one head and one query at a time; x is (T, d)."""
    t, d = x.shape
    width = d // n_heads
    q, k, v = layer(state, f"{name}.qkv", x).split(d, dim=-1)
    rows = []
    for i in range(t):
        seen = [j for j in range(i + 1) if real[j]]
        heads = []
        for h in range(n_heads):
            part = slice(h * width, (h + 1) * width)
            scores = (k[seen][:, part] * q[i, part]).sum(-1) / math.sqrt(width)
            heads.append((scores.softmax(0)[:, None] * v[seen][:, part]).sum(0))
        rows.append(torch.cat(heads))
    return layer(state, f"{name}.out", torch.stack(rows))


def spec(state, idx, n_heads=2, pad=PAD):
    """Logits of one sequence after the other; those at padding mean nothing."""
    n_layers = sum(name.endswith("ln1.bias") for name in state)
    logits = []
    for row in idx.tolist():
        real = [token != pad for token in row]
        x = torch.stack([state["tok.weight"][token] + state["pos.weight"][i] for i, token in enumerate(row)])
        for i in range(n_layers):
            block = f"blocks.{i}"
            x = x + attention(state, block, n_heads, norm(state, f"{block}.ln1", x), real)
            z = layer(state, f"{block}.fc1", norm(state, f"{block}.ln2", x))
            x = x + layer(state, f"{block}.fc2", 0.5 * z * (1 + torch.erf(z / math.sqrt(2))))
        logits.append(norm(state, "ln_f", x) @ state["head.weight"].T)
    return torch.stack(logits)


def spec_loss(logits, targets, pad=PAD):
    """Mean negative logarithm of the probabilities of the targets that count."""
    terms = [
        row.logsumexp(0) - row[target]
        for row, target in zip(logits.flatten(0, 1), targets.flatten().tolist(), strict=True)
        if target != pad
    ]
    return sum(terms) / len(terms)


def quiet_state(seed, d=4, max_len=6):
    """Weights with which attention averages what it sees, and the wide layer adds nothing."""
    state = random_state(seed, d=d, n_layers=1, max_len=max_len)
    for part in ("qkv.bias", "out.bias", "fc2.weight", "fc2.bias", "ln1.bias"):
        state[f"blocks.0.{part}"] = torch.zeros_like(state[f"blocks.0.{part}"])
    state["blocks.0.qkv.weight"][: 2 * d] = 0.0
    return state


class Spy:
    """Optimiser that notes what it is asked to do, and does nothing."""

    def __init__(self):
        self.calls = []

    def zero_grad(self, set_to_none=True):
        self.calls.append("zero_grad")

    def step(self):
        self.calls.append("step")


def step(candidate, model, batch):
    """Loss, calls of the optimiser, and length of the gradient of one step."""
    spy = Spy()
    loss = candidate.train_step(model, expose(spy, "zero_grad", "step"), batch)
    return loss, spy.calls, candidate.torch.nn.utils.clip_grad_norm_(model.parameters(), 1e12)


def spec_step(state, batch):
    """Loss of a step and length of its gradient."""
    leaves = {name: value.clone().requires_grad_() for name, value in state.items()}
    loss = spec_loss(spec(leaves, batch[:, :-1]), batch[:, 1:])
    loss.backward()
    return loss.item(), math.sqrt(sum(float((leaf.grad**2).sum()) for leaf in leaves.values()))


def check_dropout(candidate, place):
    """Check how often dropout takes an entry away at one place."""
    d, zero = 4, torch.zeros
    state = {name: zero(shape) for name, shape in shapes(2, d, 1, 100).items()}
    # All other weights are 0, so the last norm sees one constant vector, of which dropout may take entries away.
    state["ln_f.weight"], state["head.weight"] = torch.ones(d), torch.eye(d)[:2]
    name = {"attention": "blocks.0.out.bias", "wide layer": "blocks.0.fc2.bias"}.get(place)
    if place == "positions":
        # They are part of the input of the first block.
        state["pos.weight"] = torch.ones(100, d)
    elif name is None:
        state["tok.weight"] = torch.ones(2, d)
    else:
        state[name] = torch.ones(d)
    model = build(candidate, state, n_heads=1, training=True)
    logits, _ = model(torch.ones(100, 100, dtype=torch.int64))
    # The norm of four equal entries is 0; only if some of them are dropped, the logits are not.
    share = (logits.abs().amax(-1) > 1e-3).double().mean().item()
    expected = 1 - 0.9**4 - 0.1**4
    assert_that(
        abs(share - expected) < 0.03,
        f"drops entries of a share of {share:.3f} of the tokens, not {expected:.3f}",
        logits,
    )
    # If one of the four is dropped, it is the one that stands out: (0, c, c, c) normed is (-1.732, 0.577, 0.577, 0.577).
    only = ((logits - torch.tensor([-1.7320508, 0.5773503])).abs().amax(-1) < 1e-2).double().mean().item()
    assert_that(abs(only - 0.1 * 0.9**3) < 0.02, "drops whole tokens or channels at once", logits)
    model.eval()
    assert_close(model(torch.ones(1, 9, dtype=torch.int64))[0], zero(1, 9, 2), rtol=0.0, atol=1e-2)


def generation(length):
    """Weights with which padding is never generated, because no rule says what comes after it, and a prompt."""
    state, idx = random_state(27, n_layers=1, max_len=4), tokens(28, 2, length)
    state["head.weight"][PAD] = 0.0
    state["ln_f.bias"][0] = 20.0
    state["head.weight"][1:, 0] = 20.0
    return state, idx


def slow_generate(state, idx, max_new):
    """Append the best token of the definition again and again."""
    for _ in range(max_new):
        logits = spec(state, idx[:, -4:])[:, -1]
        idx = torch.cat([idx, logits.argmax(-1, keepdim=True)], 1)
    return idx


def test_a_token_sees_itself(candidate):
    """With equal scores, each token gets the mean of the values of itself and the tokens before it."""
    state, idx = quiet_state(0), tokens(1, 1, 3)
    logits, _ = build(candidate, state)(idx)
    assert_close(logits, spec(state, idx))
    state = random_state(2)
    assert_close(build(candidate, state)(idx[:, :1])[0], spec(state, idx[:, :1]))
    assert_close(build(candidate, state)(idx[:, :2])[0], spec(state, idx[:, :2]))


def test_no_look_into_the_future(candidate, rng):
    """Changing a token leaves the logits before it as they are."""
    model, idx = build(candidate, random_state(rng)), tokens(rng, 1, 6)
    before, _ = model(idx)
    for t in range(1, 6):
        changed = idx.clone()
        changed[:, t:] = 1 + changed[:, t:] % 6
        after, _ = model(changed)
        assert_close(after[:, :t], before[:, :t])


def test_padding_at_the_end_changes_nothing(candidate, rng):
    """Short sequences in a padded batch get the logits that they get alone."""
    state, idx = random_state(rng), tokens(rng, 3, 6)
    model = build(candidate, state)
    idx[0, 4:], idx[1, 2:] = PAD, PAD
    logits, _ = model(idx)
    for b, length in enumerate((4, 2, 6)):
        alone, _ = model(idx[b : b + 1, :length])
        assert_close(logits[b : b + 1, :length], alone)
        assert_close(alone, spec(state, idx[b : b + 1, :length]))


def test_padding_between_is_hidden(candidate):
    """Padding between two tokens is hidden from the later one."""
    state, idx = random_state(3), torch.tensor([[5, PAD, 4, PAD, 1, 2], [3, 6, 2, PAD, PAD, 5]])
    real = idx != PAD
    assert_close(build(candidate, state)(idx)[0][real], spec(state, idx)[real])


def test_scores_are_scaled_by_the_head(candidate):
    """Scores are divided by the root of the width of a head."""
    for d, heads in ((4, 4), (4, 1), (6, 3)):
        state, idx = random_state(4, d=d, n_layers=1), tokens(5, 2, 4)
        assert_close(build(candidate, state, heads)(idx)[0], spec(state, idx, heads))


def test_each_head_has_channels_of_its_own(candidate):
    """A head takes its own run of channels of every token."""
    state, idx = quiet_state(6), tokens(7, 1, 5)
    # Values of head 1 are 0, so the second half of what goes into the output layer is 0 for every token.
    state["blocks.0.qkv.weight"][-2:] = 0.0
    expected = spec(state, idx)
    assert_close(build(candidate, state)(idx)[0], expected)
    state["blocks.0.out.weight"][:, 2:] = 50.0
    assert_close(build(candidate, state)(idx)[0], expected)


def test_positions_belong_to_tokens(candidate):
    """The position is that in the sequence, whatever the place in the batch."""
    state, idx = random_state(8), tokens(9, 4, 3)
    model = build(candidate, state)
    logits, _ = model(idx)
    assert_close(model(idx.flip(0))[0], logits.flip(0))
    assert_close(logits, spec(state, idx))
    same, _ = model(torch.full((1, 4), 2))
    assert_that(bool((same[0, 0] - same[0, 3]).abs().max() > 1e-6), "does not tell positions apart", same)


def test_way_round_the_wide_layer(candidate):
    """A wide layer that gives zeros leaves its input as it is."""
    state, idx = random_state(10), tokens(11, 2, 3)
    for i in range(2):
        for part in ("weight", "bias"):
            state[f"blocks.{i}.fc2.{part}"] = torch.zeros_like(state[f"blocks.{i}.fc2.{part}"])
    assert_close(build(candidate, state)(idx)[0], spec(state, idx))


@given(batch=st.integers(1, 3), length=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_logits_match_definition(candidate, batch, length, seed):
    """Logits of batches follow the definition."""
    state, idx = random_state(12), tokens(seed, batch, length)
    logits, loss = build(candidate, state)(idx)
    assert_shape(logits, (batch, length, 7))
    assert_that(loss is None, "has a loss without targets", loss)
    assert_close(logits, spec(state, idx))


@pytest.mark.parametrize("pad", [0, 2])
def test_loss_without_padding(candidate, pad):
    """Targets that are padding count neither in the sum nor in the number of the mean."""
    state, idx = random_state(15), torch.tensor([[1, 3, 4, 5], [6, 5, 3, 1]])
    targets = torch.tensor([[3, 4, pad, pad], [5, 3, 1, pad]])
    model = build(candidate, state, pad=pad)
    logits, loss = model(idx, targets)
    assert_shape(loss, ())
    assert_close(logits, spec(state, idx, pad=pad))
    assert_close(loss, spec_loss(spec(state, idx, pad=pad), targets, pad))


def test_forward_does_not_shift(candidate):
    """The target at a position is the answer for the logits at that very position."""
    state, idx, targets = random_state(16), tokens(17, 2, 4), tokens(18, 2, 4)
    _, loss = build(candidate, state)(idx, targets)
    assert_close(loss, spec_loss(spec(state, idx), targets))
    _, loss = build(candidate, state)(idx[:, :1], targets[:, :1])
    assert_close(loss, spec_loss(spec(state, idx[:, :1]), targets[:, :1]))


def test_step_predicts_the_next_token(candidate):
    """The loss of a step is that of predicting each token from those before it, and so is its gradient."""
    state = random_state(19)
    for batch in (tokens(20, 2, 7), tokens(21, 1, 2), torch.tensor([[1, 2, 3, 4], [5, 6, PAD, PAD]])):
        loss, calls, length = step(candidate, build(candidate, state), batch)
        expected = spec_step(state, batch)
        assert_close(loss, expected[0])
        assert_close(float(length), expected[1], rtol=1e-6, atol=0.0)
        assert_that("step" in calls, "never called the optimiser's step", calls)


def test_step_starts_afresh(candidate):
    """Gradients of an earlier step are cleared before the optimiser's step, by the optimiser or otherwise."""
    state = random_state(22, n_layers=1)
    model = build(candidate, state)
    for seed in (23, 24):
        batch = tokens(seed, 2, 4)
        _, calls, length = step(candidate, model, batch)
        # The optimiser of this test clears nothing, so asking it is enough.
        asked = "zero_grad" in calls and calls.index("zero_grad") < calls.index("step")
        fresh = math.isclose(float(length), spec_step(state, batch)[1], rel_tol=1e-6)
        assert_that(asked or fresh, "adds its gradient to that of an earlier step", calls)


def test_no_dropout_in_evaluation(candidate):
    """In evaluation mode the same input gives the same logits, those of the definition."""
    state, idx = random_state(25), tokens(26, 2, 5)
    model = build(candidate, state, training=True)
    model.eval()
    first, _ = model(idx)
    assert_close(model(idx)[0], first, rtol=0.0, atol=0.0)
    assert_close(first, spec(state, idx))


@pytest.mark.parametrize("place", ["input", "attention", "wide layer"])
def test_dropout_in_training(candidate, place):
    """In training mode, dropout takes away a tenth of the entries at each of the three places."""
    check_dropout(candidate, place)


@pytest.mark.parametrize(("length", "max_new"), [(1, 3), (3, 4), (6, 2)])
def test_generate(candidate, length, max_new):
    """Generated tokens are the most likely ones without dropout, also from a model in training mode."""
    state, idx = generation(length)
    expected = slow_generate(state, idx, max_new)
    for training in (True, False):
        assert_close(build(candidate, state, training=training).generate(idx, max_new), expected)


@pytest.mark.fine
def test_names_and_shapes(candidate):
    """The parameters keep their names and shapes."""
    model = candidate.TinyDecoder(7, 4, 2, 2, 6, 0)
    found = {name: tuple(value.shape) for name, value in model.state_dict().items()}
    assert_equal(dict(sorted(found.items())), dict(sorted(shapes(7, 4, 2, 6).items())))


@pytest.mark.fine
@pytest.mark.parametrize("pad", [0, 3])
def test_padding_is_never_seen(candidate, pad):
    """Padding in front or between is hidden from all tokens, and what its embedding is does not matter."""
    state, idx = random_state(3), torch.tensor([[5, pad, 4, pad, 1, 2], [pad, pad, 6, 2, pad, 5], [1, 2, 4, 5, 6, 1]])
    real = idx != pad
    logits, _ = build(candidate, state, pad=pad)(idx)
    assert_that(bool(torch.isfinite(logits).all()), "has entries that are not finite", logits)
    assert_close(logits[real], spec(state, idx, pad=pad)[real])
    state["tok.weight"][pad] = 100.0
    assert_close(build(candidate, state, pad=pad)(idx)[0][real], logits[real])


@pytest.mark.fine
@given(batch=st.integers(1, 3), length=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_padding_anywhere(candidate, batch, length, seed):
    """Wherever padding stands, logits follow the definition where there is a token."""
    state, idx = random_state(12), tokens(seed, batch, length, low=0)
    logits, _ = build(candidate, state)(idx)
    assert_close(logits[idx != PAD], spec(state, idx)[idx != PAD])


@pytest.mark.fine
def test_sharp_scores_hide_the_future(candidate):
    """With scores in the tens of thousands, a later token still changes nothing before it."""
    state = random_state(31)
    for i in range(2):
        state[f"blocks.{i}.qkv.weight"] *= 100
    model, idx = build(candidate, state), tokens(32, 1, 6)
    before, _ = model(idx)
    for t in range(1, 6):
        changed = idx.clone()
        changed[:, t:] = 1 + changed[:, t:] % 6
        after, _ = model(changed)
        assert_close(after[:, :t], before[:, :t])


@pytest.mark.fine
def test_float32(candidate):
    """Logits and loss in float32 agree with the definition."""
    state, idx = random_state(13, dtype=torch.float32), tokens(14, 2, 5)
    logits, loss = build(candidate, state)(idx, idx)
    assert_dtype(logits, torch.float32)
    assert_dtype(loss, torch.float32)
    expected = spec({name: value.double() for name, value in state.items()}, idx)
    assert_close(logits, expected, rtol=1e-3, atol=1e-3)
    assert_close(loss, spec_loss(expected, idx), rtol=1e-3, atol=1e-3)


@pytest.mark.fine
def test_dropout_of_positions(candidate):
    """Dropout acts on the sum of both embeddings, so that positions are dropped with their tokens."""
    check_dropout(candidate, "positions")


@pytest.mark.fine
def test_one_step_and_a_float(candidate):
    """A step calls the optimiser's step once and returns a Python float."""
    loss, calls, _ = step(candidate, build(candidate, random_state(19)), tokens(20, 2, 7))
    assert_type(loss, float)
    assert_that(calls.count("step") == 1, f"called the optimiser's step {calls.count('step')} times", calls)


@pytest.mark.fine
def test_step_keeps_the_mode(candidate):
    """A step leaves the model in training or evaluation mode, as it was."""
    for training in (True, False):
        model = build(candidate, random_state(25), training=training)
        step(candidate, model, tokens(26, 2, 4))
        assert_equal(model.training, training)


@pytest.mark.fine
def test_generate_keeps_the_mode(candidate):
    """Generation leaves the model in its mode and gives the tokens back if nothing is asked for."""
    state, idx = generation(2)
    for training in (True, False):
        model = build(candidate, state, training=training)
        assert_equal(model.generate(idx, 0), idx)
        assert_equal(model.generate(idx, 2), slow_generate(state, idx, 2))
        assert_equal(model.training, training)
