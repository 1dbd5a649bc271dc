"""Mean, variance and skewness of a stream, in constant memory."""

from __future__ import annotations

import numpy as np


class RunningMoments:
    """Summary of a stream that can be merged with others.

    Examples
    --------
    >>> moments = RunningMoments()
    >>> moments.update(2.0)
    >>> moments.update(4.0)
    >>> moments.stats()
    (2, 3.0, 1.0, 0.0)
    """

    def __init__(self) -> None:
        raise NotImplementedError

    def update(self, x: float) -> None:
        """Take one value.

        Parameters
        ----------
        x : float
            Value.

        Examples
        --------
        >>> moments = RunningMoments()
        >>> moments.update(7.0)
        >>> moments.stats()[:3]
        (1, 7.0, 0.0)
        """
        raise NotImplementedError

    def update_batch(self, xs: np.ndarray) -> None:
        """Take several values.

        Parameters
        ----------
        xs : ndarray of shape (k,)
            Values.

        Raises
        ------
        ValueError
            If `xs` is not one-dimensional.

        Examples
        --------
        >>> moments = RunningMoments()
        >>> moments.update_batch(np.array([1.0, 5.0]))
        >>> moments.stats()[:3]
        (2, 3.0, 4.0)
        """
        raise NotImplementedError

    def merge(self, other: RunningMoments) -> RunningMoments:
        """Summarise two streams as one.

        Parameters
        ----------
        other : RunningMoments
            Summary of the other stream.

        Returns
        -------
        RunningMoments
            A new summary; both operands stay as they are.

        Examples
        --------
        >>> a, b = RunningMoments(), RunningMoments()
        >>> a.update(2.0)
        >>> b.update(4.0)
        >>> a.merge(b).stats()
        (2, 3.0, 1.0, 0.0)
        """
        raise NotImplementedError

    def stats(self, ddof: int = 0) -> tuple[int, float, float, float]:
        """Count, mean, variance and skewness of all values so far.

        Parameters
        ----------
        ddof : int, default=0
            What is subtracted from the count in the divisor of the variance.

        Returns
        -------
        n : int
            Number of values.
        mean : float
            NaN without values.
        variance : float
            NaN where n is at most `ddof`.
        skewness : float
            m3 / m2^1.5; NaN where the variance is 0.

        Examples
        --------
        >>> RunningMoments().stats()
        (0, nan, nan, nan)
        """
        raise NotImplementedError
