"""Beam search with a length penalty."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def beam_search(
    step: Callable[[list[tuple[int, ...]]], np.ndarray],
    bos: int,
    eos: int,
    beam: int,
    max_len: int,
    alpha: float = 0.0,
) -> list[tuple[tuple[int, ...], float]]:
    """Search for the sequences that a model finds most probable.

    Parameters
    ----------
    step : callable
        Maps a list of m prefixes to the log-probabilities of the next token, an array of shape (m, V).
    bos : int
        First token of every sequence.
    eos : int
        Token that ends a sequence.
    beam : int
        Number of prefixes to keep, at least 1.
    max_len : int
        Greatest number of generated tokens, at least 1.
    alpha : float, default=0.0
        Exponent of the length that the log-probability is divided by; not negative.

    Returns
    -------
    list of (tuple of int, float)
        At most `beam` sequences with their scores, the best first.

    Raises
    ------
    ValueError
        If `beam` or `max_len` is less than 1, or `alpha` is negative.

    Examples
    --------
    >>> table = np.log([[0.1, 0.9], [0.8, 0.2]])
    >>> found = beam_search(lambda prefixes: table[[p[-1] for p in prefixes]], bos=0, eos=0, beam=2, max_len=3)
    >>> [(sequence, round(score, 4)) for sequence, score in found]
    [((0, 1, 0), -0.3285), ((0, 1, 1, 0), -1.9379)]
    """
    raise NotImplementedError
