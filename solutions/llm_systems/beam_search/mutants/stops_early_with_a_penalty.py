"""Stops early with a length penalty too."""

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
    if beam < 1 or max_len < 1 or alpha < 0:
        raise ValueError(f"beam and max_len must be at least 1 and alpha at least 0, got {beam}, {max_len} and {alpha}")
    live: list[tuple[tuple[int, ...], float]] = [((bos,), 0.0)]
    finished: list[tuple[tuple[int, ...], float]] = []
    for length in range(1, max_len + 1):
        sums = np.array([[total] for _, total in live]) + step([prefix for prefix, _ in live])
        grown = []
        # Each prefix ends in at most one way, so 2 * beam candidates hold at least beam that go on, if there are any.
        for parent, token in _best(sums, 2 * beam):
            sequence, total = (*live[parent][0], token), float(sums[parent, token])
            if token == eos:
                finished.append((sequence, total / length**alpha))
            else:
                grown.append((sequence, total))
        live = grown[:beam]
        finished = _ranked(finished)[:beam]
        # Sums only fall. With alpha > 0 a longer sequence may still score better, so nothing can be said.
        hopeless = len(finished) == beam and live and live[0][1] <= finished[-1][1]
        if not live or hopeless:
            break
    # After a break for want of hope, what is still alive ranks behind the finished ones.
    finished += [(prefix, total / max_len**alpha) for prefix, total in live]
    return _ranked(finished)[:beam]


def _best(sums: np.ndarray, count: int) -> list[tuple[int, int]]:
    """Rows and columns of the greatest sums above -inf, the greatest first, ties by row and then column."""
    flat = sums.ravel()
    count = min(count, flat.size)
    # The partition takes linear time; only what reaches its border is sorted.
    places = np.flatnonzero((flat >= np.partition(flat, -count)[-count]) & (flat > -np.inf))
    places = places[np.argsort(-flat[places], kind="stable")][:count]
    return [divmod(place, sums.shape[1]) for place in places.tolist()]


def _ranked(scored: list[tuple[tuple[int, ...], float]]) -> list[tuple[tuple[int, ...], float]]:
    """Sort by score, the greatest first; equal scores keep their order."""
    return sorted(scored, key=lambda pair: -pair[1])
