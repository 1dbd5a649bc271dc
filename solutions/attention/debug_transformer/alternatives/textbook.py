"""As small GPT repositories have it: dropout modules, view and transpose, a mask of minus infinity; no special cases."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Block(nn.Module):
    """Communication, then computation."""

    def __init__(self, d: int, n_heads: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.n_heads, self.head_size = n_heads, d // n_heads
        self.ln1 = nn.LayerNorm(d)
        self.ln2 = nn.LayerNorm(d)
        self.qkv = nn.Linear(d, 3 * d)
        self.out = nn.Linear(d, d)
        self.fc1 = nn.Linear(d, 4 * d)
        self.fc2 = nn.Linear(4 * d, d)
        self.resid_dropout = nn.Dropout(dropout)
        self.mlp_dropout = nn.Dropout(dropout)

    def attend(self, x: Tensor, mask: Tensor) -> Tensor:
        """Attend with every head."""
        b, t, c = x.size()
        q, k, v = self.qkv(x).split(c, dim=2)
        q = q.view(b, t, self.n_heads, self.head_size).transpose(1, 2)
        k = k.view(b, t, self.n_heads, self.head_size).transpose(1, 2)
        v = v.view(b, t, self.n_heads, self.head_size).transpose(1, 2)
        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(self.head_size))
        att = F.softmax(att.masked_fill(mask == 0, float("-inf")), dim=-1)
        y = (att @ v).transpose(1, 2).contiguous().view(b, t, c)
        return self.out(y)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Add both parts."""
        x = x + self.resid_dropout(self.attend(self.ln1(x), mask))
        return x + self.mlp_dropout(self.fc2(F.gelu(self.fc1(self.ln2(x)))))


class TinyDecoder(nn.Module):
    """The language model."""

    def __init__(self, vocab: int, d: int, n_layers: int, n_heads: int, max_len: int, pad: int) -> None:
        super().__init__()
        self.pad, self.max_len = pad, max_len
        self.tok = nn.Embedding(vocab, d)
        self.pos = nn.Embedding(max_len, d)
        self.drop = nn.Dropout(0.1)
        self.blocks = nn.ModuleList([Block(d, n_heads) for _ in range(n_layers)])
        self.ln_f = nn.LayerNorm(d)
        self.head = nn.Linear(d, vocab, bias=False)
        self.register_buffer("tril", torch.tril(torch.ones(max_len, max_len, dtype=torch.bool)))

    def forward(self, idx: Tensor, targets: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Predict at every position the token after it."""
        _, t = idx.shape
        x = self.drop(self.tok(idx) + self.pos(torch.arange(t)))
        mask = self.tril[:t, :t] & (idx != self.pad)[:, None, None, :]
        for block in self.blocks:
            x = block(x, mask)
        logits = self.head(self.ln_f(x))
        loss = None
        if targets is not None:
            loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.reshape(-1), ignore_index=self.pad)
        return logits, loss

    @torch.no_grad()
    def generate(self, idx: Tensor, max_new: int) -> Tensor:
        """Append the most likely token again and again."""
        self.eval()
        for _ in range(max_new):
            logits, _ = self(idx[:, -self.max_len :])
            next_token = torch.argmax(logits[:, -1, :], dim=-1, keepdim=True)
            idx = torch.cat((idx, next_token), dim=1)
        self.train()
        return idx


def train_step(model: TinyDecoder, optimizer: torch.optim.Optimizer, batch: Tensor) -> float:
    """Take one step."""
    x, y = batch[:, :-1], batch[:, 1:]
    _, loss = model(x, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
