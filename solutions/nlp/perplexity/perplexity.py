"""Perplexity, bits per byte and scoring in windows."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np


def perplexity(logits: np.ndarray, labels: np.ndarray, ignore_index: int = -100) -> float:
    """Return the exponential of the mean negative log-likelihood of the next tokens.

    Parameters
    ----------
    logits : ndarray of shape (B, T, V)
        Scores; those at step t predict the label at step t + 1.
    labels : ndarray of int and shape (B, T)
        Tokens.
    ignore_index : int, default=-100
        Label that does not count.

    Returns
    -------
    float
        At least 1.

    Raises
    ------
    ValueError
        If no label counts, or a label is not in the vocabulary.

    Examples
    --------
    >>> round(perplexity(np.zeros((1, 3, 5)), np.array([[0, 1, 2]])), 4)
    5.0
    """
    target = labels[:, 1:]
    counted = target != ignore_index
    rows, picked = logits[:, :-1][counted].astype(np.float64), target[counted]
    if picked.size == 0:
        raise ValueError("no label counts")
    if picked.min() < 0 or picked.max() >= logits.shape[-1]:
        raise ValueError(f"labels must lie in [0, {logits.shape[-1]})")
    rows -= rows.max(axis=1, keepdims=True)
    nll = np.log(np.exp(rows).sum(axis=1)) - rows[np.arange(picked.size), picked]
    return float(np.exp(nll.mean()))


def bits_per_byte(total_nll_nats: float, n_bytes: int) -> float:
    """Return the negative log-likelihood of a text in bits for each of its bytes.

    Parameters
    ----------
    total_nll_nats : float
        Negative log-likelihood of the whole text, in nats.
    n_bytes : int
        Length of the text in bytes, at least 1.

    Returns
    -------
    float
        Bits per byte.

    Raises
    ------
    ValueError
        If `n_bytes` is less than 1.

    Examples
    --------
    >>> bits_per_byte(math.log(2), 4)
    0.25
    """
    if n_bytes < 1:
        raise ValueError(f"n_bytes must be at least 1, got {n_bytes}")
    return float(total_nll_nats / math.log(2) / n_bytes)


def sliding_window_nll(nll_fn: Callable[[list[int]], np.ndarray], tokens: list[int], window: int, stride: int) -> float:
    """Return the mean negative log-likelihood of a text that is longer than the model's context.

    Parameters
    ----------
    nll_fn : callable
        Takes L tokens and gives the L - 1 negative log-likelihoods of all but the first.
    tokens : list of int
        The text, at least 2 tokens.
    window : int
        Greatest number of tokens in a call.
    stride : int
        Distance between the beginnings of two windows, from 1 to `window - 1`.

    Returns
    -------
    float
        Mean over all tokens but the first.

    Raises
    ------
    ValueError
        If there are fewer than 2 tokens, or the stride is out of range.

    Examples
    --------
    >>> sliding_window_nll(lambda chunk: np.full(len(chunk) - 1, 2.0), [5, 6, 7, 8], 3, 2)
    2.0
    """
    if len(tokens) < 2:
        raise ValueError("at least two tokens are needed")
    if not 1 <= stride < window:
        raise ValueError(f"stride must lie in [1, {window - 1}], got {stride}")
    total, begin, scored = 0.0, 0, 1
    while scored < len(tokens):
        nll = nll_fn(tokens[begin : begin + window])
        total += sum(nll[scored - begin - 1 :])
        begin, scored = begin + stride, begin + len(nll) + 1
    return float(total / (len(tokens) - 1))
