"""A small GPT: model, loss and greedy generation."""

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError
