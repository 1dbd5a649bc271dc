"""As a lecture builds it up: a class for one head over shared projections, exact GELU, the start of nn.Linear."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Attention(nn.Module):
    """Heads one after another."""

    def __init__(self, d: int, n_heads: int) -> None:
        super().__init__()
        self.qkv = nn.Linear(d, 3 * d)
        self.proj = nn.Linear(d, d)
        self.head_size = d // n_heads

    def forward(self, x: Tensor) -> Tensor:
        """Attend with every head and concatenate."""
        t = x.shape[1]
        q, k, v = self.qkv(x).chunk(3, dim=-1)
        tril = torch.tril(torch.ones(t, t))
        outs = []
        triples = zip(*(y.split(self.head_size, dim=-1) for y in (q, k, v)), strict=True)
        for qh, kh, vh in triples:
            wei = qh @ kh.transpose(-2, -1) * self.head_size**-0.5
            wei = wei.masked_fill(tril == 0, float("-inf"))
            outs.append(F.softmax(wei, dim=-1) @ vh)
        return self.proj(torch.cat(outs, dim=-1))


class FeedForward(nn.Module):
    """A simple linear layer followed by a non-linearity."""

    def __init__(self, d: int) -> None:
        super().__init__()
        self.fc = nn.Linear(d, 4 * d)
        self.proj = nn.Linear(4 * d, d)

    def forward(self, x: Tensor) -> Tensor:
        """Widen and narrow."""
        return self.proj(F.gelu(self.fc(x)))


class Block(nn.Module):
    """Communication followed by computation."""

    def __init__(self, d: int, n_heads: int) -> None:
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.attn, self.mlp = Attention(d, n_heads), FeedForward(d)

    def forward(self, x: Tensor) -> Tensor:
        """Add both parts."""
        x = x + self.attn(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class GPT(nn.Module):
    """The language model."""

    def __init__(self, vocab: int, d: int, n_layers: int, n_heads: int, block_size: int) -> None:
        super().__init__()
        self.tok_emb = nn.Embedding(vocab, d)
        self.pos_emb = nn.Embedding(block_size, d)
        self.blocks = nn.Sequential(*[Block(d, n_heads) for _ in range(n_layers)])
        self.ln_f = nn.LayerNorm(d)
        self.block_size = block_size

    def forward(self, idx: Tensor, targets: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Predict at every position the token after it."""
        x = self.tok_emb(idx) + self.pos_emb(torch.arange(idx.shape[1]))
        x = self.ln_f(self.blocks(x))
        logits = F.linear(x, self.tok_emb.weight)
        if targets is None:
            return logits, None
        b, t, c = logits.shape
        return logits, F.cross_entropy(logits.view(b * t, c), targets.view(b * t))

    def generate(self, idx: Tensor, max_new: int) -> Tensor:
        """Append the most likely token again and again."""
        for _ in range(max_new):
            logits, _ = self(idx[:, -self.block_size :])
            idx = torch.cat((idx, torch.argmax(logits[:, -1, :], dim=-1, keepdim=True)), dim=1)
        return idx
