"""Counts and decayed sums of what users did before each event."""

from __future__ import annotations

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
    raise NotImplementedError


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
    raise NotImplementedError


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
        raise NotImplementedError

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
        raise NotImplementedError
