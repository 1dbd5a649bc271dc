"""Hidden tests of mini_gpt."""

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
    assert_raises,
    assert_shape,
    assert_that,
    gradients,
    speed,
)


def shapes(vocab, d, n_layers, block_size):
    """Names and shapes of all parameters."""
    found = {"tok_emb.weight": (vocab, d), "pos_emb.weight": (block_size, d)}
    for i in range(n_layers):
        found |= {f"blocks.{i}.{norm}.{part}": (d,) for norm in ("ln1", "ln2") for part in ("weight", "bias")}
        for layer, n, m in (("attn.qkv", d, 3 * d), ("attn.proj", d, d), ("mlp.fc", d, 4 * d), ("mlp.proj", 4 * d, d)):
            found |= {f"blocks.{i}.{layer}.weight": (m, n), f"blocks.{i}.{layer}.bias": (m,)}
    return found | {"ln_f.weight": (d,), "ln_f.bias": (d,)}


def random_state(seed, vocab=7, d=4, n_layers=2, block_size=6, dtype=torch.float64):
    """State dict whose every entry matters."""
    rng = np.random.default_rng(seed)
    return {
        name: torch.from_numpy(rng.normal(size=shape)).to(dtype)
        for name, shape in shapes(vocab, d, n_layers, block_size).items()
    }


def build(subject, state, n_heads=2):
    """Model of the subject with these weights."""
    vocab, d = state["tok_emb.weight"].shape
    n_layers = sum(name.endswith("ln1.bias") for name in state)
    model = subject.GPT(vocab, d, n_layers, n_heads, len(state["pos_emb.weight"]))
    if state["ln_f.bias"].dtype == torch.float64:
        model.double()
    missing = sorted(set(state) - set(model.state_dict()))
    assert_that(not missing, f"has no parameters {', '.join(missing)}")
    model.load_state_dict(state, strict=False)
    return model


def tokens(seed, *shape, vocab=7):
    """Random tokens."""
    return torch.from_numpy(np.random.default_rng(seed).integers(vocab, size=shape))


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


def attention(state, name, n_heads, x):
    """Attend with one head and one query at a time; x is (T, d)."""
    t, d = x.shape
    width = d // n_heads
    q, k, v = layer(state, f"{name}.qkv", x).split(d, dim=-1)
    rows = []
    for i in range(t):
        heads = []
        for h in range(n_heads):
            part = slice(h * width, (h + 1) * width)
            scores = (k[: i + 1, part] * q[i, part]).sum(-1) / math.sqrt(width)
            heads.append((torch.exp(scores - scores.logsumexp(0))[:, None] * v[: i + 1, part]).sum(0))
        rows.append(torch.cat(heads))
    return layer(state, f"{name}.proj", torch.stack(rows))


def spec(state, idx, n_heads=2):
    """Logits of one sequence after the other."""
    n_layers = sum(name.endswith("ln1.bias") for name in state)
    logits = []
    for row in idx.tolist():
        x = torch.stack([state["tok_emb.weight"][token] + state["pos_emb.weight"][i] for i, token in enumerate(row)])
        for i in range(n_layers):
            block = f"blocks.{i}"
            x = x + attention(state, f"{block}.attn", n_heads, norm(state, f"{block}.ln1", x))
            z = layer(state, f"{block}.mlp.fc", norm(state, f"{block}.ln2", x))
            z = 0.5 * z * (1 + torch.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
            x = x + layer(state, f"{block}.mlp.proj", z)
        logits.append(norm(state, "ln_f", x) @ state["tok_emb.weight"].T)
    return torch.stack(logits)


def spec_loss(logits, targets):
    """Mean negative logarithm of the probabilities of the targets that count."""
    terms = [
        row.logsumexp(0) - row[target]
        for row, target in zip(logits.flatten(0, 1), targets.flatten().tolist(), strict=True)
        if target != -100
    ]
    return sum(terms) / len(terms)


def slow_generate(state, idx, max_new, block_size):
    """Append the best token of the definition again and again."""
    for _ in range(max_new):
        logits = spec(state, idx[:, -block_size:])
        idx = torch.cat([idx, torch.tensor([[max(range(7), key=row[-1].tolist().__getitem__)] for row in logits])], 1)
    return idx


def near(got, expected):
    """Compare up to 2 % of the scale, which either form of GELU meets."""
    assert_close(got, expected, rtol=2e-2, atol=2e-2 * expected.abs().max().item())


def calm(state):
    """State whose attention and MLP add about as much as they get, so that small differences stay small."""
    shrunk = {
        name: value / math.sqrt(value.shape[1]) for name, value in state.items() if value.ndim == 2 and "blocks" in name
    }
    return state | shrunk


def state_for_generation(seed):
    """State in which every token so far matters, and no answer hangs on the last digits."""
    state = random_state(seed, d=8, n_layers=1, block_size=4)
    # Rows of one length, no biases and a plain last norm, so that no token is favoured whatever comes before.
    embedding = state["tok_emb.weight"]
    state["tok_emb.weight"] = 4 * embedding / embedding.norm(dim=1, keepdim=True)
    state |= {name: torch.zeros_like(value) for name, value in state.items() if name.endswith("bias")}
    state["ln_f.weight"] = torch.ones_like(state["ln_f.weight"])
    state["blocks.0.mlp.proj.weight"] = 1e-3 * state["blocks.0.mlp.proj.weight"]
    return state


def test_without_blocks_by_hand(candidate):
    """With parts that add nothing, logits are normed sums of both embeddings, times the token embedding."""
    state = {name: torch.zeros(shape) for name, shape in shapes(3, 2, 1, 2).items()}
    state["ln_f.weight"], state["ln_f.bias"] = torch.tensor([1.0, 2.0]), torch.tensor([0.0, 10.0])
    state["tok_emb.weight"] = torch.tensor([[300.0, 0.0], [0.0, 100.0], [1.0, 1.0]])
    state["pos_emb.weight"] = torch.tensor([[0.0, 0.0], [0.0, 900.0]])
    # Token 0 at position 0 is (300, 0), normed (1, -1); at position 1 it is (300, 900), normed (-1, 1).
    logits, loss = build(candidate, state, 1)(torch.tensor([[0, 0]]))
    assert_close(logits, torch.tensor([[[300.0, 800.0, 9.0], [-300.0, 1200.0, 11.0]]]), rtol=1e-3, atol=1e-2)
    assert_that(loss is None, "has a loss without targets", loss)


@pytest.mark.parametrize(("d", "heads", "layers"), [(4, 2, 1), (4, 1, 2), (6, 3, 2), (8, 2, 1)])
def test_logits_match_definition(candidate, rng, d, heads, layers):
    """Logits follow the definition for all widths and numbers of heads and layers."""
    state = calm(random_state(rng, d=d, n_layers=layers))
    idx = tokens(rng, 2, 5)
    logits, _ = build(candidate, state, heads)(idx)
    near(logits, spec(state, idx, heads))


@given(batch=st.integers(1, 3), length=st.integers(1, 6), seed=st.integers(0, 2**32 - 1))
def test_all_lengths(candidate, batch, length, seed):
    """Batches of any size and length up to the block size give the logits of the definition."""
    state, idx = calm(random_state(1, d=8)), tokens(seed, batch, length)
    logits, _ = build(candidate, state)(idx)
    near(logits, spec(state, idx))


def test_no_look_into_the_future(candidate, rng):
    """Changing a later token leaves all earlier logits as they are."""
    model, idx = build(candidate, random_state(rng)), tokens(rng, 1, 6)
    before, _ = model(idx)
    for t in range(1, 6):
        changed = idx.clone()
        changed[:, t:] = (changed[:, t:] + 1) % 7
        after, _ = model(changed)
        assert_close(after[:, :t], before[:, :t])
        assert_that(bool((after[:, t] != before[:, t]).any()), "does not depend on the current token", after)


def test_loss_is_not_shifted_again(candidate):
    """The target at a position is the answer for the logits at that very position."""
    state = random_state(6)
    idx, targets = tokens(7, 2, 4), tokens(8, 2, 4)
    model = build(candidate, state)
    logits, loss = model(idx, targets)
    assert_close(loss, spec_loss(logits, targets))
    near(loss, spec_loss(spec(state, idx), targets))
    logits, loss = model(idx[:1, :1], targets[:1, :1])
    assert_close(loss, spec_loss(logits, targets[:1, :1]))


def test_targets_without_an_answer(candidate):
    """Positions with target -100 count neither in the sum nor in the number of the mean."""
    model = build(candidate, random_state(9))
    idx, targets = tokens(10, 2, 4), tokens(11, 2, 4)
    targets[0, 1:], targets[1, 0] = -100, -100
    logits, loss = model(idx, targets)
    assert_close(loss, spec_loss(logits, targets))
    targets[1] = -100
    targets[0, 0] = 0
    logits, loss = model(idx, targets)
    assert_close(loss, spec_loss(logits, targets))


def test_every_parameter_learns(candidate):
    """Every parameter gets the gradient of the loss; the tied one from both of its uses."""
    state = calm(random_state(15, d=8, n_layers=1))
    idx, targets = tokens(16, 2, 3), tokens(17, 2, 3)
    leaves = {name: value.clone().requires_grad_() for name, value in state.items()}
    spec_loss(spec(leaves, idx), targets).backward()
    _, got = gradients(build(candidate, state), idx, targets, wrt=(), output=1, parameters=True)
    for name, leaf in leaves.items():
        assert_that(got.get(name) is not None, f"gives {name} no gradient", got)
        near(got[name], leaf.grad)


@pytest.mark.parametrize(("length", "max_new"), [(1, 3), (3, 1), (2, 7), (4, 3)])
def test_generate(candidate, rng, length, max_new):
    """Tokens are the most likely ones after those so far, cut to the last block_size of them."""
    state = state_for_generation(rng)
    idx = tokens(rng, 6, length)
    assert_close(build(candidate, state).generate(idx, max_new), slow_generate(state, idx, max_new, 4))


@pytest.mark.fine
def test_names_and_shapes(candidate):
    """The state dict has exactly the names and shapes of the prompt, and the tied head is not counted twice."""
    for vocab, d, n_layers, block_size in ((7, 4, 2, 6), (3, 2, 1, 1)):
        model = candidate.GPT(vocab, d, n_layers, 2, block_size)
        found = {name: tuple(value.shape) for name, value in model.state_dict().items()}
        assert_equal(dict(sorted(found.items())), dict(sorted(shapes(vocab, d, n_layers, block_size).items())))
        _, got = gradients(model, torch.tensor([[0]]), wrt=(), output=0, parameters=True)
        assert_equal(sorted(got), sorted(found))


@pytest.mark.fine
@pytest.mark.parametrize(("d", "heads", "layers"), [(4, 2, 1), (6, 3, 2), (2, 2, 1), (1, 1, 1)])
def test_logits_match_the_tanh_form(candidate, rng, d, heads, layers):
    """Logits agree with the definition to the last digits, which takes the tanh form of GELU, and are float64."""
    state = random_state(rng, d=d, n_layers=layers)
    idx = tokens(rng, 2, 5)
    logits, loss = build(candidate, state, heads)(idx)
    assert_dtype(logits, torch.float64)
    assert_close(logits, spec(state, idx, heads))
    assert_equal(loss, None)


@pytest.mark.fine
def test_float32_and_modes(candidate):
    """In float32, and in evaluation mode as in training mode, the logits are the same."""
    state, idx = random_state(2, dtype=torch.float32), tokens(3, 2, 4)
    model = build(candidate, state)
    expected = spec({name: value.double() for name, value in state.items()}, idx)
    for switch in (model.train, model.eval):
        switch()
        logits, loss = model(idx, idx)
        assert_dtype(logits, torch.float32)
        assert_dtype(loss, torch.float32)
        assert_close(logits, expected, rtol=1e-3, atol=1e-3)


@pytest.mark.fine
def test_small_activations(candidate):
    """Where the variance is as small as eps, the norm shrinks what it gives."""
    state = random_state(4)
    state["tok_emb.weight"], state["pos_emb.weight"] = 1e-3 * state["tok_emb.weight"], 1e-3 * state["pos_emb.weight"]
    for name in state:
        if "proj" in name:
            state[name] = 1e-3 * state[name]
    idx = tokens(5, 1, 4)
    logits, _ = build(candidate, state)(idx)
    assert_close(1e3 * logits, 1e3 * spec(state, idx))


@pytest.mark.fine
def test_loss_of_large_logits(candidate):
    """Logits in the thousands give a finite loss."""
    state = random_state(12, dtype=torch.float32)
    state["tok_emb.weight"] = 3000 * state["tok_emb.weight"]
    idx, targets = tokens(13, 2, 3), tokens(14, 2, 3)
    _, loss = build(candidate, state)(idx, targets)
    expected = spec_loss(spec({name: value.double() for name, value in state.items()}, idx), targets)
    assert_close(loss, expected, rtol=1e-3, atol=0.0)


@pytest.mark.fine
def test_gradients_of_all_parameters(candidate):
    """Gradients of the loss agree with the definition to the last digits."""
    state = random_state(15, n_layers=1)
    idx, targets = tokens(16, 2, 3), tokens(17, 2, 3)
    leaves = {name: value.clone().requires_grad_() for name, value in state.items()}
    spec_loss(spec(leaves, idx), targets).backward()
    _, got = gradients(build(candidate, state), idx, targets, wrt=(), output=1, parameters=True)
    assert_close(got, {name: leaf.grad for name, leaf in leaves.items()}, rtol=1e-6, atol=1e-8)


@pytest.mark.fine
def test_too_many_tokens(candidate):
    """More tokens than the block size raise ValueError; as many are fine."""
    model = candidate.GPT(5, 4, 1, 2, 3)
    for length in (4, 7):
        with assert_raises(ValueError):
            model(torch.zeros(1, length, dtype=torch.int64))
        with assert_raises(ValueError):
            model(torch.zeros(1, length, dtype=torch.int64), torch.zeros(1, length, dtype=torch.int64))
    assert_shape(model(torch.zeros(2, 3, dtype=torch.int64))[0], (2, 3, 5))


@pytest.mark.fine
def test_start_of_the_weights(candidate):
    """Weights start normal with deviation 0.02, output projections with less, biases at 0 and norms at 1."""
    for layers in (1, 3):
        state = candidate.GPT(150, 32, layers, 2, 60).state_dict()
        for name, value in state.items():
            if value.ndim == 1:
                assert_close(value, torch.full_like(value, float("ln" in name and name.endswith("weight"))))
                continue
            std, n = (0.02 / math.sqrt(2 * layers) if "proj" in name else 0.02), value.numel()
            z = value.double() / std
            assert_that(abs(z.mean().item()) < 6 / math.sqrt(n), f"starts with a mean of {name} that is not 0", value)
            spread = z.std().item()
            assert_that(abs(spread - 1) < 6 / math.sqrt(2 * n), f"starts {name} {spread:.2f} times as wide", value)
            assert_that(2.3 < z.abs().max().item() < 7, f"does not start {name} from a normal distribution", value)


@pytest.mark.fine
def test_two_models_differ(candidate):
    """Two new models, and two layers of one, have different weights."""
    first, second = (candidate.GPT(5, 4, 2, 1, 3).state_dict() for _ in range(2))
    name = "blocks.{}.mlp.fc.weight"
    assert_that(bool((first["tok_emb.weight"] != second["tok_emb.weight"]).any()), "starts alike", first)
    assert_that(bool((first[name.format(0)] != first[name.format(1)]).any()), "starts layers alike", first)


@pytest.mark.fine
def test_loss_at_the_start(candidate):
    """A new model is about as uncertain as a uniform guess."""
    _, loss = candidate.GPT(100, 16, 2, 2, 8)(tokens(18, 4, 8, vocab=100), tokens(19, 4, 8, vocab=100))
    assert_close(loss, torch.tensor(math.log(100.0)), rtol=0.0, atol=0.1)


@pytest.mark.fine
def test_generate_from_a_long_prompt(candidate, rng):
    """A prompt longer than the block size is cut to its last tokens, and comes back whole."""
    state = state_for_generation(rng)
    idx = tokens(rng, 6, 9)
    assert_equal(build(candidate, state).generate(idx, 2), slow_generate(state, idx, 2, 4))


@pytest.mark.fine
def test_generate_nothing(candidate):
    """With max_new 0 the tokens come back as they are."""
    idx = tokens(20, 2, 9)
    assert_equal(build(candidate, random_state(21)).generate(idx, 0), idx)


@pytest.mark.fine
def test_generate_keeps_mode_and_weights(candidate):
    """Generation leaves mode and parameters alone, and training goes on afterwards."""
    state = random_state(22, n_layers=1)
    model, idx = build(candidate, state), tokens(23, 1, 3)
    for training in (True, False):
        model.train(training)
        model.generate(idx, 2)
        assert_equal(model.training, training)
    kept = model.state_dict()
    assert_close({name: kept[name] for name in state}, state, rtol=0.0, atol=0.0)
    _, got = gradients(model, idx, idx, wrt=(), output=1, parameters=True)
    assert_that(all(value is not None for value in got.values()), "gives no gradients after generation", got)


@pytest.mark.scale
def test_speed(candidate, reference, rng):
    """Whole tensors are worked on, not single tokens."""

    def prepare(subject, rng):
        state = calm(random_state(rng, vocab=20, d=32, block_size=64, dtype=torch.float32))
        model, idx = build(subject, state), tokens(rng, 8, 64, vocab=20)
        return lambda: model(idx)

    def check(got, expected):
        near(got[0], expected[0])

    speed(candidate, reference, prepare, rng, limit=20, check=check)
