"""The given program with its nine mistakes mended and everything else left as it was."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Block(nn.Module):
    def __init__(self, d, n_heads):
        super().__init__()
        self.n_heads = n_heads
        self.ln1, self.ln2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.fc1, self.fc2 = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def attend(self, x, visible):
        B, T, d = x.shape
        q, k, v = (y.reshape(B, T, self.n_heads, d // self.n_heads).transpose(1, 2) for y in self.qkv(x).chunk(3, -1))
        scores = q @ k.mT / (d // self.n_heads) ** 0.5
        weights = scores.masked_fill(~visible, -1e9).softmax(-1)
        return self.out((weights @ v).transpose(1, 2).reshape(B, T, d))

    def forward(self, x, visible):
        x = x + F.dropout(self.attend(self.ln1(x), visible), 0.1, self.training)
        return x + F.dropout(self.fc2(F.gelu(self.fc1(self.ln2(x)))), 0.1, self.training)


class TinyDecoder(nn.Module):
    def __init__(self, vocab: int, d: int, n_layers: int, n_heads: int, max_len: int, pad: int) -> None:
        super().__init__()
        self.pad, self.max_len = pad, max_len
        self.tok, self.pos = nn.Embedding(vocab, d), nn.Embedding(max_len, d)
        self.blocks = nn.ModuleList(Block(d, n_heads) for _ in range(n_layers))
        self.ln_f, self.head = nn.LayerNorm(d), nn.Linear(d, vocab, bias=False)

    def forward(self, idx: Tensor, targets: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        _, T = idx.shape
        x = F.dropout(self.tok(idx) + self.pos(torch.arange(T)), 0.1, self.training)
        causal = torch.ones(T, T, dtype=torch.bool).tril()
        real = (idx != self.pad)[:, None, None, :]
        for block in self.blocks:
            x = block(x, causal & real)
        logits = self.head(self.ln_f(x))
        if targets is None:
            return logits, None
        return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=self.pad)

    @torch.no_grad()
    def generate(self, idx: Tensor, max_new: int) -> Tensor:
        training = self.training
        self.eval()
        for _ in range(max_new):
            logits, _ = self(idx[:, -self.max_len :])
            idx = torch.cat([idx, logits[:, -1].argmax(-1, keepdim=True)], 1)
        self.train(training)
        return idx


def train_step(model: TinyDecoder, optimizer: torch.optim.Optimizer, batch: Tensor) -> float:
    _, loss = model(batch[:, :-1], batch[:, 1:])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
