"""The reference of debug_transformer against torch's own encoder layers, and on a task that it has to learn."""

import pytest
import torch
from torch import Tensor, nn

from tests.support.references import References

NAMES = {
    "self_attn.in_proj_weight": "qkv.weight",
    "self_attn.in_proj_bias": "qkv.bias",
    "self_attn.out_proj.weight": "out.weight",
    "self_attn.out_proj.bias": "out.bias",
    "linear1.weight": "fc1.weight",
    "linear1.bias": "fc1.bias",
    "linear2.weight": "fc2.weight",
    "linear2.bias": "fc2.bias",
    "norm1.weight": "ln1.weight",
    "norm1.bias": "ln1.bias",
    "norm2.weight": "ln2.weight",
    "norm2.bias": "ln2.bias",
}


def theirs(state: dict[str, Tensor], n_layers: int, n_heads: int, idx: Tensor) -> Tensor:
    """Logits from torch's layers with the same weights."""
    d, length = state["tok.weight"].shape[1], idx.shape[1]
    x = state["tok.weight"][idx] + state["pos.weight"][torch.arange(length)]
    hidden = torch.ones(length, length, dtype=torch.bool).triu(1)
    for i in range(n_layers):
        layer = nn.TransformerEncoderLayer(
            d, n_heads, 4 * d, 0.0, "gelu", batch_first=True, norm_first=True, dtype=torch.float64
        )
        layer.load_state_dict({name: state[f"blocks.{i}.{ours}"] for name, ours in NAMES.items()})
        x = layer(x, src_mask=hidden, src_key_padding_mask=idx == 0)
    x = nn.functional.layer_norm(x, (d,), state["ln_f.weight"], state["ln_f.bias"])
    return nn.functional.linear(x, state["head.weight"])


@pytest.mark.parametrize(("d", "n_layers", "n_heads"), [(4, 1, 1), (4, 2, 2), (12, 3, 4)])
@pytest.mark.parametrize("length", [1, 5, 8])
def test_logits_equal_torch(reference: References, d: int, n_layers: int, n_heads: int, length: int) -> None:
    """Logits and loss agree with torch's layers on batches with padding behind the first token."""
    generator = torch.Generator().manual_seed(length)
    ours = reference("debug_transformer").TinyDecoder(11, d, n_layers, n_heads, 8, 0).double().eval()
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    idx, targets = torch.randint(11, (2, 4, length), generator=generator)
    idx[:, 0] = targets[:, 0] = 1
    with torch.no_grad():
        logits, loss = ours(idx, targets)
        expected = theirs(ours.state_dict(), n_layers, n_heads, idx)
    torch.testing.assert_close(logits[idx != 0], expected[idx != 0])
    counted = targets != 0
    torch.testing.assert_close(loss, nn.functional.cross_entropy(logits[counted], targets[counted]))


def test_learns_to_copy(reference: References) -> None:
    """A small model learns to repeat four tokens after a separator."""
    solution = reference("debug_transformer")
    torch.manual_seed(0)
    model = solution.TinyDecoder(10, 32, 2, 4, 9, 0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)

    def draw(n: int) -> Tensor:
        word = torch.randint(2, 10, (n, 4))
        return torch.cat([word, torch.ones(n, 1, dtype=torch.int64), word], 1)

    for _ in range(600):
        solution.train_step(model, optimizer, draw(64))
    test = draw(200)
    got = model.generate(test[:, :5], 4)
    assert (got == test)[:, 5:].double().mean() > 0.99
