"""The reference of mini_gpt against torch's own pre-norm encoder layers with copied weights."""

import math

import pytest
import torch
from torch import Tensor, nn

from tests.support.references import References

NAMES = {
    "self_attn.in_proj_weight": "attn.qkv.weight",
    "self_attn.in_proj_bias": "attn.qkv.bias",
    "self_attn.out_proj.weight": "attn.proj.weight",
    "self_attn.out_proj.bias": "attn.proj.bias",
    "linear1.weight": "mlp.fc.weight",
    "linear1.bias": "mlp.fc.bias",
    "linear2.weight": "mlp.proj.weight",
    "linear2.bias": "mlp.proj.bias",
    "norm1.weight": "ln1.weight",
    "norm1.bias": "ln1.bias",
    "norm2.weight": "ln2.weight",
    "norm2.bias": "ln2.bias",
}


def tanh_gelu(x: Tensor) -> Tensor:
    """GELU in its tanh form."""
    return nn.functional.gelu(x, approximate="tanh")


def model(reference: References, seed: int, d: int, n_layers: int, n_heads: int) -> nn.Module:
    """Our model with random weights that matter, in float64."""
    generator = torch.Generator().manual_seed(seed)
    ours = reference("mini_gpt").GPT(11, d, n_layers, n_heads, 8).double()
    with torch.no_grad():
        for parameter in ours.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return ours


def theirs(state: dict[str, Tensor], n_layers: int, n_heads: int, idx: Tensor) -> Tensor:
    """Logits from torch's layers with the same weights."""
    d, length = state["tok_emb.weight"].shape[1], idx.shape[1]
    x = state["tok_emb.weight"][idx] + state["pos_emb.weight"][torch.arange(length)]
    mask = nn.Transformer.generate_square_subsequent_mask(length, dtype=torch.float64)
    for i in range(n_layers):
        layer = nn.TransformerEncoderLayer(
            d, n_heads, 4 * d, 0.0, tanh_gelu, batch_first=True, norm_first=True, dtype=torch.float64
        )
        layer.load_state_dict({name: state[f"blocks.{i}.{ours}"] for name, ours in NAMES.items()})
        x = layer(x, src_mask=mask, is_causal=True)
    x = nn.functional.layer_norm(x, (d,), state["ln_f.weight"], state["ln_f.bias"])
    return nn.functional.linear(x, state["tok_emb.weight"])


@pytest.mark.parametrize(("d", "n_layers", "n_heads"), [(4, 1, 1), (4, 2, 2), (12, 3, 4)])
@pytest.mark.parametrize("length", [1, 5, 8])
def test_logits_equal_torch(reference: References, d: int, n_layers: int, n_heads: int, length: int) -> None:
    """Logits and loss agree with torch's layers."""
    ours = model(reference, length, d, n_layers, n_heads)
    idx, targets = torch.randint(11, (2, 3, length), generator=torch.Generator().manual_seed(length))
    with torch.no_grad():
        logits, loss = ours(idx, targets)
        expected = theirs(ours.state_dict(), n_layers, n_heads, idx)
    torch.testing.assert_close(logits, expected)
    torch.testing.assert_close(loss, nn.functional.cross_entropy(expected.transpose(1, 2), targets))


def test_counts_of_gpt2(reference: References) -> None:
    """The smallest GPT-2 has 124 million parameters."""
    with torch.device("meta"):
        ours = reference("mini_gpt").GPT(50257, 768, 12, 12, 1024)
    assert sum(parameter.numel() for parameter in ours.parameters()) == 124_439_808


def test_learns_a_batch(reference: References) -> None:
    """A small model learns one batch by heart, and generates it."""
    torch.manual_seed(0)
    ours = reference("mini_gpt").GPT(16, 32, 2, 4, 16)
    batch = torch.randint(16, (4, 17))
    batch[:, 0] = torch.arange(4)
    optimizer = torch.optim.AdamW(ours.parameters(), lr=3e-3)
    _, loss = ours(batch[:, :-1], batch[:, 1:])
    assert loss.item() == pytest.approx(math.log(16), abs=0.1)
    for _ in range(200):
        _, loss = ours(batch[:, :-1], batch[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1
    assert torch.equal(ours.generate(batch[:, :1], 15), batch[:, :16])
