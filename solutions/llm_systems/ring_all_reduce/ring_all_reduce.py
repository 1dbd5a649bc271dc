"""The ring algorithm of all-reduce, one generator a rank."""

from __future__ import annotations

from collections.abc import Callable, Generator

import numpy as np


def chunk_bounds(n: int, world: int) -> list[tuple[int, int]]:
    """Cut a buffer into one chunk for each rank.

    Parameters
    ----------
    n : int
        Number of elements, not negative.
    world : int
        Number of ranks, at least 1.

    Returns
    -------
    list of (int, int)
        Start and stop of each chunk.

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> chunk_bounds(5, 2)
    [(0, 3), (3, 5)]
    """
    if n < 0 or world < 1:
        raise ValueError(f"need n >= 0 and world >= 1, got {n} and {world}")
    size, longer = divmod(n, world)
    stops = [size * (i + 1) + min(i + 1, longer) for i in range(world)]
    return list(zip([0, *stops], stops))


def ring_all_reduce(
    rank: int,
    world: int,
    buf: np.ndarray,
    send: Callable[[int, np.ndarray], None],
    recv: Callable[[int], np.ndarray],
) -> Generator[None, None, None]:
    """Replace a buffer by the sum over all ranks.

    Parameters
    ----------
    rank : int
        This rank.
    world : int
        Number of ranks.
    buf : ndarray of shape (n,)
        Numbers of this rank; the sum afterwards.
    send : callable
        Takes a rank and an array.
    recv : callable
        Takes a rank and returns the oldest message from it.

    Yields
    ------
    None
        After each send.

    Examples
    --------
    >>> list(ring_all_reduce(0, 1, np.ones(3), print, print))
    []
    """
    chunks = [buf[start:stop] for start, stop in chunk_bounds(len(buf), world)]
    for step in range(2 * (world - 1)):
        send((rank + 1) % world, chunks[(rank - step) % world])
        yield
        message = recv((rank - 1) % world)
        chunk = chunks[(rank - step - 1) % world]
        if step < world - 1:
            chunk += message  # reduce-scatter: the chunk collects on its way
        else:
            chunk[:] = message  # all-gather: it is finished
