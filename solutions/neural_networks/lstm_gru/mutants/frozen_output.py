"""Repeats the last state in the output past the length."""

import torch
from torch import Tensor


def lstm(
    x: Tensor, lengths: Tensor, h0: Tensor, c0: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Run an LSTM over each sequence of a padded batch.

    Parameters
    ----------
    x : Tensor of shape (B, T, D)
        Inputs, padded behind.
    lengths : integer Tensor of shape (B,)
        Steps that count, from 0 to T.
    h0, c0 : Tensor of shape (B, H)
        Hidden state and cell before the first step.
    w_ih : Tensor of shape (4 H, D)
        Weights of the input, for the gates i, f, g and o.
    w_hh : Tensor of shape (4 H, H)
        Weights of the hidden state, in the same order.
    b_ih, b_hh : Tensor of shape (4 H,)
        Biases, in the same order.

    Returns
    -------
    out : Tensor of shape (B, T, H)
        Hidden states, and zeros past the lengths.
    h_n : Tensor of shape (B, H)
        Hidden states after the last step that counts.
    c_n : Tensor of shape (B, H)
        Cells after the last step that counts.

    Raises
    ------
    ValueError
        If `lengths` has another shape, or a length lies outside [0, T].

    Examples
    --------
    >>> zero, one = torch.zeros(4), torch.ones(4, 1)
    >>> state = torch.zeros(1, 1), torch.ones(1, 1)
    >>> out, _, c_n = lstm(torch.zeros(1, 2, 1), torch.tensor([1]), *state, 0 * one, 0 * one, zero, zero)
    >>> c_n.tolist()
    [[0.5]]
    >>> out.shape, out[0, 1].item()
    (torch.Size([1, 2, 1]), 0.0)
    """
    counts = _counts(x, lengths)
    # Only the state makes the steps depend on each other: the inputs of all steps are projected at once.
    inputs = x @ w_ih.T + b_ih + b_hh
    h, c, out = h0, c0, []
    for t in range(x.shape[1]):
        i, f, g, o = (inputs[:, t] + h @ w_hh.T).chunk(4, dim=1)
        cell = f.sigmoid() * c + i.sigmoid() * g.tanh()
        hidden = o.sigmoid() * cell.tanh()
        # Past its length a row keeps its state.
        c = torch.where(counts[:, t], cell, c)
        h = torch.where(counts[:, t], hidden, h)
        out.append(h)
    return torch.stack(out, dim=1), h, c


def gru(
    x: Tensor, lengths: Tensor, h0: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> tuple[Tensor, Tensor]:
    """Run a GRU over each sequence of a padded batch.

    Parameters
    ----------
    x : Tensor of shape (B, T, D)
        Inputs, padded behind.
    lengths : integer Tensor of shape (B,)
        Steps that count, from 0 to T.
    h0 : Tensor of shape (B, H)
        Hidden state before the first step.
    w_ih : Tensor of shape (3 H, D)
        Weights of the input, for the gates r, z and n.
    w_hh : Tensor of shape (3 H, H)
        Weights of the hidden state, in the same order.
    b_ih, b_hh : Tensor of shape (3 H,)
        Biases, in the same order.

    Returns
    -------
    out : Tensor of shape (B, T, H)
        Hidden states, and zeros past the lengths.
    h_n : Tensor of shape (B, H)
        Hidden states after the last step that counts.

    Raises
    ------
    ValueError
        If `lengths` has another shape, or a length lies outside [0, T].

    Examples
    --------
    >>> zero, one = torch.zeros(3), torch.ones(3, 1)
    >>> out, h_n = gru(torch.zeros(1, 2, 1), torch.tensor([1]), torch.ones(1, 1), 0 * one, 0 * one, zero, zero)
    >>> out.tolist(), h_n.tolist()
    ([[[0.5], [0.0]]], [[0.5]])
    """
    counts = _counts(x, lengths)
    inputs = x @ w_ih.T + b_ih
    h, out = h0, []
    for t in range(x.shape[1]):
        r, z, n = inputs[:, t].chunk(3, dim=1)
        past_r, past_z, past_n = (h @ w_hh.T + b_hh).chunk(3, dim=1)
        # The reset gate scales the projected past with its bias, so that one product serves all three gates.
        new = (n + (r + past_r).sigmoid() * past_n).tanh()
        hidden = torch.lerp(new, h, (z + past_z).sigmoid())
        h = torch.where(counts[:, t], hidden, h)
        out.append(hidden)
    return torch.stack(out, dim=1).masked_fill(~counts, 0.0), h


def _counts(x: Tensor, lengths: Tensor) -> Tensor:
    """Return whether a step counts, in shape (B, T, 1)."""
    B, T, _ = x.shape
    if lengths.shape != (B,) or ((lengths < 0) | (lengths > T)).any():
        raise ValueError(f"need {B} lengths from 0 to {T}, got {lengths.tolist()}")
    return (torch.arange(T) < lengths[:, None])[:, :, None]
