"""As a handbook describes it: strata one by one. No validation."""

from __future__ import annotations

import math

import numpy as np


def stratified_sample(strata: np.ndarray, n: int, u: np.ndarray) -> list:
    """Floors first, then the largest remainders."""
    N = len(strata)
    rows = {h: [i for i in range(N) if strata[i] == h] for h in sorted(set(strata.tolist()))}
    quota = {h: n * len(members) / N for h, members in rows.items()}
    take = {h: math.floor(q) for h, q in quota.items()}
    for h in sorted(quota, key=lambda h: take[h] - quota[h])[: n - sum(take.values())]:
        take[h] += 1
    return sorted(i for h, members in rows.items() for i in sorted(members, key=lambda i: u[i])[: take[h]])


def post_stratified_mean(values: np.ndarray, strata: np.ndarray, population_share: dict) -> tuple:
    """Two sums over strata."""
    mean = var = 0
    for h, w in population_share.items():
        x = values[strata == h]
        mean += w * x.mean()
        if len(x) > 1:
            var += w**2 * x.var(ddof=1) / len(x)
    return mean, np.sqrt(var)
