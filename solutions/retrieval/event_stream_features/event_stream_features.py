"""Counts and decayed sums of what users did before each event."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Hashable


def velocity_counts(user: np.ndarray, ts: np.ndarray, window: float) -> np.ndarray:
    """Count the earlier events of the same user in a window.

    Parameters
    ----------
    user : ndarray of int, shape (n,)
        Whose event it is.
    ts : ndarray of shape (n,)
        When it was.
    window : float
        How far to look back.

    Returns
    -------
    ndarray of int, shape (n,)
        Number of events of the same user in [t - window, t).

    Raises
    ------
    ValueError
        If the window is not positive or the shapes do not fit.

    Examples
    --------
    >>> velocity_counts(np.array([1, 2, 1]), np.array([3.0, 1.0, 1.0]), window=2.0).tolist()
    [1, 0, 0]
    """
    _check(window, user, ts)
    order = np.lexsort((ts, user))
    users, times = user[order].tolist(), ts[order].tolist()
    counts = np.zeros(len(order), dtype=np.int64)
    oldest = same = 0  # first event in the window, and first one at the time of this event
    for i, (u, t) in enumerate(zip(users, times, strict=True)):
        if u != users[same]:
            oldest = same = i
        elif t != times[same]:
            same = i
        while times[oldest] < t - window:
            oldest += 1
        counts[order[i]] = same - oldest
    return counts


def decayed_affinity(user: np.ndarray, ts: np.ndarray, weight: np.ndarray, half_life: float) -> np.ndarray:
    """Add up the weights of earlier events of the same user, which fade with time.

    Parameters
    ----------
    user : ndarray of int, shape (n,)
        Whose event it is.
    ts : ndarray of shape (n,)
        When it was.
    weight : ndarray of shape (n,)
        How much it counts.
    half_life : float
        After which time an event counts half.

    Returns
    -------
    ndarray of shape (n,)
        Sum just before each event.

    Raises
    ------
    ValueError
        If the half-life is not positive or the shapes do not fit.

    Examples
    --------
    >>> decayed_affinity(np.array([1, 2, 1]), np.array([3.0, 1.0, 1.0]), np.array([1.0, 1.0, 4.0]), 1.0).tolist()
    [1.0, 0.0, 0.0]
    """
    _check(half_life, user, ts, weight)
    order = np.lexsort((ts, user))
    result = np.zeros(len(order))
    now = None
    total = joining = last = 0.0
    for i, u, t, w in zip(
        order.tolist(), user[order].tolist(), ts[order].tolist(), weight[order].tolist(), strict=True
    ):
        if u != now:
            now, total, joining, last = u, 0.0, 0.0, t
        elif t != last:
            # Only exponents below 0 occur, whatever the times are, so nothing can overflow.
            total = (total + joining) * 2.0 ** (-(t - last) / half_life)
            joining, last = 0.0, t
        result[i] = total
        joining += w  # events at this time are not seen before time moves on
    return result


class SlidingWindowCounter:
    """Counter of recent events by key.

    Parameters
    ----------
    window : float
        How far to look back.

    Raises
    ------
    ValueError
        If the window is not positive.

    Examples
    --------
    >>> counter = SlidingWindowCounter(10.0)
    >>> [counter.add("card", t) for t in (0.0, 4.0, 10.0, 30.0)]
    [1, 2, 2, 1]
    """

    def __init__(self, window: float) -> None:
        _check(window)
        self._window = window
        self._times: dict[Hashable, deque[float]] = {}

    def add(self, key: Hashable, t: float) -> int:
        """Record an event.

        Parameters
        ----------
        key : hashable
            What is counted.
        t : float
            When it was; not before the last event of the key.

        Returns
        -------
        int
            Number of events of the key in (t - window, t].

        Raises
        ------
        ValueError
            If time goes back.
        """
        times = self._times.setdefault(key, deque())
        if times and t < times[-1]:
            raise ValueError(f"time goes back from {times[-1]} to {t}")
        times.append(t)
        while times[0] <= t - self._window:
            times.popleft()
        return len(times)


def _check(span: float, *columns: np.ndarray) -> None:
    if not span > 0:
        raise ValueError(f"a window or half-life has to be positive, got {span}")
    if any(column.ndim != 1 or len(column) != len(columns[0]) for column in columns):
        raise ValueError("columns are vectors of one length")
