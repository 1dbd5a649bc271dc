"""Keeps the start of nn.Linear."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class GPT(nn.Module):
    """Decoder-only transformer with pre-norm blocks and a tied output head.

    Parameters
    ----------
    vocab : int
        Number of different tokens V.
    d : int
        Channels of a token.
    n_layers : int
        Number of blocks L.
    n_heads : int
        Attention heads of a block, a divisor of d.
    block_size : int
        Greatest number of tokens that the model sees at once.

    Attributes
    ----------
    tok_emb : Embedding
        One row for each token; the output head as well.
    pos_emb : Embedding
        One row for each position.
    blocks : ModuleList
        Blocks with ln1, attn (qkv, proj), ln2 and mlp (fc, proj).
    ln_f : LayerNorm
        Last norm.

    Examples
    --------
    >>> model = GPT(vocab=10, d=8, n_layers=2, n_heads=2, block_size=4)
    >>> logits, loss = model(torch.tensor([[1, 2, 3]]))
    >>> logits.shape, loss
    (torch.Size([1, 3, 10]), None)
    >>> model.generate(torch.tensor([[1, 2, 3]]), max_new=5).shape
    torch.Size([1, 8])
    """

    def __init__(self, vocab: int, d: int, n_layers: int, n_heads: int, block_size: int) -> None:
        super().__init__()
        self.tok_emb = nn.Embedding(vocab, d)
        self.pos_emb = nn.Embedding(block_size, d)
        self.blocks = nn.ModuleList(_Block(d, n_heads) for _ in range(n_layers))
        self.ln_f = nn.LayerNorm(d)
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif name.endswith("proj.weight"):
                # 2 L independent terms add up on the residual path; this keeps the variance of the sum at that of one.
                nn.init.normal_(parameter, std=0.02 / (2 * n_layers) ** 0.5)
            elif name.endswith("emb.weight"):
                nn.init.normal_(parameter, std=0.02)

    def forward(self, idx: Tensor, targets: Tensor | None = None) -> tuple[Tensor, Tensor | None]:
        """Predict at every position the token after it.

        Parameters
        ----------
        idx : int64 Tensor of shape (B, T)
            Tokens, at most block_size of them.
        targets : int64 Tensor of shape (B, T), default=None
            Right answer for each position, shifted already; -100 where there is none.

        Returns
        -------
        logits : Tensor of shape (B, T, V)
            Scores of the next token.
        loss : Tensor of shape () or None
            Mean cross-entropy over the positions with an answer; None without targets.

        Raises
        ------
        ValueError
            If T is greater than block_size.
        """
        length, block_size = idx.shape[1], self.pos_emb.num_embeddings
        if length > block_size:
            raise ValueError(f"{length} tokens are more than the block size {block_size}")
        x = self.tok_emb(idx) + self.pos_emb.weight[:length]
        for block in self.blocks:
            x = block(x)
        logits = self.ln_f(x) @ self.tok_emb.weight.T
        if targets is None:
            return logits, None
        return logits, F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-100)

    @torch.no_grad()
    def generate(self, idx: Tensor, max_new: int) -> Tensor:
        """Append the most likely token again and again.

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
        for _ in range(max_new):
            logits, _ = self(idx[:, -self.pos_emb.num_embeddings :])
            idx = torch.cat([idx, logits[:, -1].argmax(-1, keepdim=True)], 1)
        return idx


class _Block(nn.Module):
    """Norms in front of both parts; each part is added to what came in."""

    def __init__(self, d: int, n_heads: int) -> None:
        super().__init__()
        self.ln1 = nn.LayerNorm(d)
        self.attn = _Attention(d, n_heads)
        self.ln2 = nn.LayerNorm(d)
        self.mlp = _MLP(d)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.ln1(x))
        return x + self.mlp(self.ln2(x))


class _Attention(nn.Module):
    """Causal attention with several heads."""

    def __init__(self, d: int, n_heads: int) -> None:
        super().__init__()
        self._n_heads = n_heads
        self.qkv = nn.Linear(d, 3 * d)
        self.proj = nn.Linear(d, d)

    def forward(self, x: Tensor) -> Tensor:
        # (B, T, 3d) -> (B, T, 3, h, d/h) -> three of (B, h, T, d/h)
        q, k, v = self.qkv(x).unflatten(-1, (3, self._n_heads, -1)).permute(2, 0, 3, 1, 4)
        future = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1)
        scores = (q @ k.mT / q.shape[-1] ** 0.5).masked_fill(future, -torch.inf)
        return self.proj((scores.softmax(-1) @ v).transpose(1, 2).flatten(2))


class _MLP(nn.Module):
    """Two layers with four times the width between them."""

    def __init__(self, d: int) -> None:
        super().__init__()
        self.fc = nn.Linear(d, 4 * d)
        self.proj = nn.Linear(4 * d, d)

    def forward(self, x: Tensor) -> Tensor:
        return self.proj(F.gelu(self.fc(x), approximate="tanh"))
