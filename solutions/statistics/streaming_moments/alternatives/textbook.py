"""As encyclopaedias write it: Welford's update for one value, and the pairwise formula for merging. No validation."""

from __future__ import annotations

import numpy as np


class RunningMoments:
    """Count, mean and sums of powers of deviations."""

    def __init__(self) -> None:
        self.n, self.mean, self.M2, self.M3 = 0, 0.0, 0.0, 0.0

    def update(self, x: float) -> None:
        """Welford, extended to the third moment."""
        n1 = self.n
        self.n += 1
        delta = x - self.mean
        delta_n = delta / self.n
        term1 = delta * delta_n * n1
        self.mean += delta_n
        self.M3 += term1 * delta_n * (self.n - 2) - 3 * delta_n * self.M2
        self.M2 += term1

    def update_batch(self, xs: np.ndarray) -> None:
        """One by one."""
        for x in xs:
            self.update(x)

    def merge(self, other: RunningMoments) -> RunningMoments:
        """The pairwise formula."""
        out = RunningMoments()
        out.n = self.n + other.n
        delta = other.mean - self.mean
        out.mean = self.mean + delta * other.n / out.n
        out.M2 = self.M2 + other.M2 + delta**2 * self.n * other.n / out.n
        out.M3 = self.M3 + other.M3 + delta**3 * self.n * other.n * (self.n - other.n) / out.n**2
        out.M3 += 3 * delta * (self.n * other.M2 - other.n * self.M2) / out.n
        return out

    def stats(self, ddof: int = 0) -> tuple:
        """The four numbers."""
        return self.n, self.mean, self.M2 / (self.n - ddof), np.sqrt(self.n) * self.M3 / self.M2**1.5
