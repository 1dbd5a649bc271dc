"""Containers of parameters only, a functional forward pass with einsum, a mask that is added, a loss by log_softmax."""

import math

import torch
from torch import nn


class GPT(nn.Module):
    """Decoder-only transformer with pre-norm blocks and a tied output head."""

    def __init__(self, vocab, d, n_layers, n_heads, block_size):
        super().__init__()
        self.h, self.block_size = n_heads, block_size
        self.tok_emb = nn.Embedding(vocab, d)
        self.pos_emb = nn.Embedding(block_size, d)
        self.blocks = nn.ModuleList()
        for _ in range(n_layers):
            block = nn.Module()
            block.ln1, block.ln2 = nn.LayerNorm(d), nn.LayerNorm(d)
            block.attn = nn.ModuleDict({"qkv": nn.Linear(d, 3 * d), "proj": nn.Linear(d, d)})
            block.mlp = nn.ModuleDict({"fc": nn.Linear(d, 4 * d), "proj": nn.Linear(4 * d, d)})
            self.blocks.append(block)
        self.ln_f = nn.LayerNorm(d)
        self.register_buffer("mask", torch.full((block_size, block_size), -math.inf).triu(1), persistent=False)
        self.apply(self._start)
        for block in self.blocks:
            for part in (block.attn, block.mlp):
                part["proj"].weight.data.mul_(1 / math.sqrt(2 * n_layers))

    @staticmethod
    def _start(module):
        if isinstance(module, (nn.Linear, nn.Embedding)):
            module.weight.data = 0.02 * torch.randn_like(module.weight)
        if isinstance(module, nn.Linear):
            module.bias.data.zero_()

    def forward(self, idx, targets=None):
        """Predict at every position the token after it."""
        b, t = idx.shape
        if t > self.block_size:
            raise ValueError("too long")
        x = self.tok_emb(idx) + self.pos_emb(torch.arange(t))
        d = x.shape[-1]
        for block in self.blocks:
            q, k, v = (y.view(b, t, self.h, d // self.h) for y in block.attn["qkv"](block.ln1(x)).chunk(3, -1))
            s = torch.einsum("bihc,bjhc->bhij", q, k) / math.sqrt(d // self.h) + self.mask[:t, :t]
            x = x + block.attn["proj"](torch.einsum("bhij,bjhc->bihc", s.softmax(-1), v).reshape(b, t, d))
            z = block.mlp["fc"](block.ln2(x))
            z = z * torch.sigmoid(2 * math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z))
            x = x + block.mlp["proj"](z)
        logits = nn.functional.linear(self.ln_f(x), self.tok_emb.weight)
        if targets is None:
            return logits, None
        counts = targets != -100
        picked = logits.log_softmax(-1).gather(-1, targets.clamp(min=0)[..., None])[..., 0]
        return logits, -picked[counts].mean()

    def generate(self, idx, max_new):
        """Append the most likely token again and again."""
        was_training = self.training
        self.eval()
        out = idx.clone()
        with torch.inference_mode():
            while out.shape[1] < idx.shape[1] + max_new:
                logits = self.forward(out[:, max(0, out.shape[1] - self.block_size) :])[0]
                out = torch.cat((out, logits[:, -1:].max(-1).indices), dim=1)
        self.train(was_training)
        return out
