"""Written anew: heads in a loop, weights of hidden tokens set to zero, the loss by hand."""

import math

import torch
from torch import nn


class Layer(nn.Module):
    """One block."""

    def __init__(self, d, n_heads):
        super().__init__()
        self.width = d // n_heads
        self.ln1 = nn.LayerNorm(d)
        self.qkv = nn.Linear(d, 3 * d)
        self.out = nn.Linear(d, d)
        self.ln2 = nn.LayerNorm(d)
        self.fc1 = nn.Linear(d, 4 * d)
        self.fc2 = nn.Linear(4 * d, d)
        self.dropout = nn.Dropout(p=0.1)

    def forward(self, x, hidden):
        """Apply."""
        q, k, v = self.qkv(self.ln1(x)).chunk(3, dim=-1)
        heads = []
        for a, b, c in zip(*(y.split(self.width, dim=-1) for y in (q, k, v)), strict=True):
            s = torch.bmm(a, b.transpose(1, 2)) / math.sqrt(self.width)
            s = s.masked_fill(hidden, -torch.inf)
            w = torch.exp(s - s.amax(-1, keepdim=True).clamp(min=torch.finfo(s.dtype).min))
            heads.append(torch.bmm(w / w.sum(-1, keepdim=True).clamp(min=1e-30), c))
        x = x + self.dropout(self.out(torch.cat(heads, -1)))
        return x + self.dropout(self.fc2(nn.functional.gelu(self.fc1(self.ln2(x)))))


class TinyDecoder(nn.Module):
    """Decoder-only transformer."""

    def __init__(self, vocab, d, n_layers, n_heads, max_len, pad):
        super().__init__()
        self.padding, self.longest = pad, max_len
        self.tok = nn.Embedding(vocab, d)
        self.pos = nn.Embedding(max_len, d)
        self.dropout = nn.Dropout(p=0.1)
        self.blocks = nn.ModuleList([Layer(d, n_heads) for _ in range(n_layers)])
        self.ln_f = nn.LayerNorm(d)
        self.head = nn.Linear(d, vocab, bias=False)

    def forward(self, idx, targets=None):
        """Predict."""
        where = torch.arange(idx.size(1)).expand_as(idx)
        x = self.dropout(self.tok(idx) + self.pos(where))
        hidden = (where[:, None, :] > where[:, :, None]) | idx.eq(self.padding)[:, None, :]
        for block in self.blocks:
            x = block(x, hidden)
        logits = self.head(self.ln_f(x))
        loss = None
        if targets is not None:
            counts = targets.ne(self.padding)
            loss = -(logits[counts].log_softmax(-1).gather(1, targets[counts][:, None])).mean()
        return logits, loss

    def generate(self, idx, max_new):
        """Go on."""
        mode = self.training
        self.train(False)
        with torch.no_grad():
            for _ in range(max_new):
                best = self.forward(idx[:, -self.longest :])[0][:, -1].max(dim=-1).indices
                idx = torch.cat((idx, best[:, None]), dim=1)
        self.train(mode)
        return idx


def train_step(model, optimizer, batch):
    """Learn."""
    for parameter in model.parameters():
        parameter.grad = None
    loss = model(batch[:, :-1], targets=batch[:, 1:])[1]
    loss.backward()
    optimizer.step()
    return float(loss.detach())
