"""A loop over the heads, masks by torch.where, weights started layer by layer."""

import torch
import torch.nn.functional as F
from torch import nn


class SelfAttention(nn.Module):
    """Causal attention, one head after the other."""

    def __init__(self, d, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(d, d * 3)
        self.proj = nn.Linear(d, d)

    def forward(self, x):
        """Attend."""
        n = x.size(1)
        ok = torch.arange(n)[:, None] >= torch.arange(n)
        q, k, v = torch.tensor_split(self.qkv(x), 3, dim=2)
        width = x.size(2) // self.heads
        out = []
        for a, b, c in zip(q.split(width, 2), k.split(width, 2), v.split(width, 2), strict=True):
            s = torch.where(ok, torch.bmm(a, b.transpose(1, 2)) * width**-0.5, torch.finfo(x.dtype).min)
            out.append(torch.bmm(F.softmax(s, dim=2), c))
        return self.proj(torch.cat(out, 2))


class FeedForward(nn.Module):
    """Wide layer and back."""

    def __init__(self, d):
        super().__init__()
        self.fc, self.act, self.proj = nn.Linear(d, 4 * d), nn.GELU("tanh"), nn.Linear(4 * d, d)

    def forward(self, x):
        """Apply."""
        return self.proj(self.act(self.fc(x)))


class Block(nn.Module):
    """Both parts."""

    def __init__(self, d, heads):
        super().__init__()
        self.ln1, self.attn = nn.LayerNorm(d), SelfAttention(d, heads)
        self.ln2, self.mlp = nn.LayerNorm(d), FeedForward(d)

    def forward(self, x):
        """Apply."""
        x = self.attn(self.ln1(x)) + x
        return self.mlp(self.ln2(x)) + x


class GPT(nn.Module):
    """Decoder-only transformer with pre-norm blocks and a tied output head."""

    def __init__(self, vocab, d, n_layers, n_heads, block_size):
        super().__init__()
        self.block_size = block_size
        self.tok_emb, self.pos_emb = nn.Embedding(vocab, d), nn.Embedding(block_size, d)
        self.blocks = nn.ModuleList([Block(d, n_heads) for _ in range(n_layers)])
        self.ln_f = nn.LayerNorm(d)
        with torch.no_grad():
            for module in self.modules():
                if hasattr(module, "weight") and not isinstance(module, nn.LayerNorm):
                    module.weight.normal_(0.0, 0.02)
                if hasattr(module, "bias"):
                    module.bias.zero_()
            for block in self.blocks:
                block.attn.proj.weight.normal_(0.0, 0.02 * (2 * n_layers) ** -0.5)
                block.mlp.proj.weight.normal_(0.0, 0.02 * (2 * n_layers) ** -0.5)

    def forward(self, idx, targets=None):
        """Predict at every position the token after it."""
        if idx.size(1) > self.block_size:
            raise ValueError("sequence longer than the block")
        x = self.tok_emb(idx)
        x = x + self.pos_emb(torch.arange(idx.size(1)).expand(idx.shape))
        for block in self.blocks:
            x = block(x)
        logits = torch.einsum("btd,vd->btv", self.ln_f(x), self.tok_emb.weight)
        loss = None
        if targets is not None:
            loss = F.cross_entropy(logits.permute(0, 2, 1), targets)
        return logits, loss

    def generate(self, idx, max_new):
        """Append the most likely token again and again."""
        with torch.no_grad():
            for _ in range(max_new):
                best = self(idx[:, -self.block_size :])[0][:, -1, :].topk(1).indices
                idx = torch.hstack([idx, best])
        return idx
