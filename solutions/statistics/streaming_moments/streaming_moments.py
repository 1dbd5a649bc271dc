"""Mean, variance and skewness of a stream, in constant memory."""

from __future__ import annotations

import math

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
        self._n, self._mean = 0, math.nan
        self._m2 = self._m3 = 0.0

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
        self._absorb(1, float(x), 0.0, 0.0)

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
        if xs.ndim != 1:
            raise ValueError(f"a batch must be of shape (k,), not {xs.shape}")
        if len(xs):
            mean = xs.mean(dtype=np.float64)
            d = xs - mean
            self._absorb(len(xs), float(mean), float((d**2).sum()), float((d**3).sum()))

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
        merged = RunningMoments()
        for part in (self, other):
            merged._absorb(part._n, part._mean, part._m2, part._m3)
        return merged

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
        variance = self._m2 / (self._n - ddof) if self._n > ddof else math.nan
        skewness = math.sqrt(self._n) * self._m3 / self._m2**1.5 if self._m2 else math.nan
        return self._n, self._mean, variance, skewness

    def _absorb(self, n: int, mean: float, m2: float, m3: float) -> None:
        """Join a summary: count, mean, sums of squares and cubes of the deviations."""
        if not self._n:
            self._n, self._mean, self._m2, self._m3 = n, mean, m2, m3
        elif n:
            total, d = self._n + n, mean - self._mean
            self._m3 += m3 + d**3 * self._n * n * (self._n - n) / total**2
            self._m3 += 3.0 * d * (self._n * m2 - n * self._m2) / total
            self._m2 += m2 + d * d * self._n * n / total
            self._mean += d * n / total
            self._n = total
