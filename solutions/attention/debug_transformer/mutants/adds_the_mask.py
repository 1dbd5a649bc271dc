"""Takes 10000 off hidden scores instead of replacing them."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class TinyDecoder(nn.Module):
    """Decoder-only transformer with learned positions, padding and dropout.

    Parameters
    ----------
    vocab : int
        Number of different tokens V.
    d : int
        Channels of a token.
    n_layers : int
        Number of blocks.
    n_heads : int
        Attention heads of a block, a divisor of d.
    max_len : int
        Greatest number of tokens that the model sees at once.
    pad : int
        Token that fills up short sequences.

    Attributes
    ----------
    tok, pos : Embedding
        One row for each token, and one for each position.
    blocks : ModuleList
        Blocks with ln1, qkv, out, ln2, fc1 and fc2.
    ln_f : LayerNorm
        Last norm.
    head : Linear
        From d channels to V logits.

    Examples
    --------
    >>> model = TinyDecoder(vocab=10, d=8, n_layers=2, n_heads=2, max_len=6, pad=0)
    >>> logits, loss = model(torch.tensor([[1, 2, 3, 0]]))
    >>> logits.shape, loss
    (torch.Size([1, 4, 10]), None)
    """

    def __init__(self, vocab: int, d: int, n_layers: int, n_heads: int, max_len: int, pad: int) -> None:
        super().__init__()
        self._pad = pad
        self.tok = nn.Embedding(vocab, d)
        self.pos = nn.Embedding(max_len, d)
        self.blocks = nn.ModuleList(_Block(d, n_heads) for _ in range(n_layers))
        self.ln_f = nn.LayerNorm(d)
        self.head = nn.Linear(d, vocab, bias=False)
        self.drop = nn.Dropout(0.1)

    def forward(self, idx: Tensor, targets: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Predict at every position the token after it.

        Parameters
        ----------
        idx : int64 Tensor of shape (B, T)
            Tokens, at most max_len of them.
        targets : int64 Tensor of shape (B, T), default=None
            Right answer for each position; padding where there is none.

        Returns
        -------
        logits : Tensor of shape (B, T, V)
            Scores of the next token.
        loss : Tensor of shape () or None
            Mean cross-entropy over the targets that are not padding; None without targets.
        """
        length = idx.shape[1]
        x = self.drop(self.tok(idx) + self.pos.weight[:length])
        # (B, 1, T, T): keys up to the query, without padding. The axis of size one is for the heads.
        visible = torch.ones(length, length, dtype=torch.bool).tril() & (idx != self._pad)[:, None, None]
        for block in self.blocks:
            x = block(x, visible)
        logits = self.head(self.ln_f(x))
        if targets is None:
            return logits, None
        return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=self._pad)

    @torch.no_grad()
    def generate(self, idx: Tensor, max_new: int) -> Tensor:
        """Append the most likely token again and again, without dropout.

        Parameters
        ----------
        idx : int64 Tensor of shape (B, T)
            Tokens to go on from, any number of them.
        max_new : int
            Tokens to add.

        Returns
        -------
        int64 Tensor of shape (B, T + max_new)
            The tokens given and the new ones.
        """
        training = self.training
        self.eval()
        for _ in range(max_new):
            logits, _ = self(idx[:, -self.pos.num_embeddings :])
            idx = torch.cat([idx, logits[:, -1].argmax(-1, keepdim=True)], 1)
        self.train(training)
        return idx


def train_step(model: TinyDecoder, optimizer: torch.optim.Optimizer, batch: Tensor) -> float:
    """Move the weights once, so that each token is predicted better from those before it.

    Parameters
    ----------
    model : TinyDecoder
        Model to train, in whatever mode it is in.
    optimizer : Optimizer
        Optimiser of its parameters.
    batch : int64 Tensor of shape (B, T + 1)
        Sequences, with padding where they are shorter.

    Returns
    -------
    float
        Loss before the step.

    Examples
    --------
    >>> model = TinyDecoder(vocab=5, d=4, n_layers=1, n_heads=2, max_len=3, pad=0)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> loss = train_step(model, optimizer, torch.tensor([[1, 2, 3, 4]]))
    >>> 0.0 < loss < 10.0
    True
    """
    _, loss = model(batch[:, :-1], batch[:, 1:])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


class _Block(nn.Module):
    """Attention and a wide layer, each with a norm in front and a way round it."""

    def __init__(self, d: int, n_heads: int) -> None:
        super().__init__()
        self._n_heads = n_heads
        self.ln1, self.ln2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.qkv, self.out = nn.Linear(d, 3 * d), nn.Linear(d, d)
        self.fc1, self.fc2 = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, visible: Tensor) -> Tensor:
        x = x + self.drop(self._attend(self.ln1(x), visible))
        return x + self.drop(self.fc2(F.gelu(self.fc1(self.ln2(x)))))

    def _attend(self, x: Tensor, visible: Tensor) -> Tensor:
        batch, length, d = x.shape
        width = d // self._n_heads
        # (B, T, d) -> (B, T, h, d/h) -> (B, h, T, d/h): a view alone would deal tokens out to heads.
        q, k, v = (y.view(batch, length, self._n_heads, width).transpose(1, 2) for y in self.qkv(x).chunk(3, -1))
        # A finite fill: a query that sees nothing must not turn into NaN, which would spread as soon as it is a key.
        scores = q @ k.mT / width**0.5 - 1e4 * ~visible
        return self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, d))
