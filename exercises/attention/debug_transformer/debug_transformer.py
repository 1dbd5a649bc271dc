"""A small decoder-only transformer and one step of its training."""

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError


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
    raise NotImplementedError
