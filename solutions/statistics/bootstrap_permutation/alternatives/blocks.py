"""Blocks of rows, so that no large array of resampled values is ever built."""

import numpy as np

BLOCK = 512


def _check(values, table):
    values = np.asarray(values)
    table = np.asarray(table)
    if table.ndim != 2 or table.shape[1] != len(values):
        raise ValueError("the table of positions has the wrong shape")
    return values.astype(float), table


def bootstrap_ci(x, stat, idx, alpha=0.05):
    """Ask for the statistic block by block, and interpolate by hand."""
    if np.ndim(x) != 1 or len(x) == 0:
        raise ValueError("empty sample")
    x, idx = _check(x, idx)
    if len(idx) == 0 or alpha <= 0 or alpha >= 1:
        raise ValueError("no resamples, or alpha out of range")
    parts = []
    for start in range(0, len(idx), BLOCK):
        rows = idx[start : start + BLOCK]
        part = np.asarray(stat(x[rows]))
        if part.shape != (len(rows),):
            raise ValueError("stat must give one number for each row")
        parts.append(part)
    ordered = np.sort(np.concatenate(parts).astype(float))

    def quantile(q):
        place = q * (len(ordered) - 1)
        left = int(np.floor(place))
        right = min(left + 1, len(ordered) - 1)
        return float(ordered[left] + (place - left) * (ordered[right] - ordered[left]))

    return quantile(alpha / 2), quantile(1 - alpha / 2)


def permutation_test(a, b, perms):
    """Use only the sum of group a; the sum of group b is what remains of the total."""
    for sample in (a, b):
        if np.ndim(sample) != 1 or len(sample) == 0:
            raise ValueError("empty sample")
    pooled, perms = _check(np.concatenate([np.asarray(a, float), np.asarray(b, float)]), perms)
    n_a, n_b = len(a), len(b)
    total = pooled.sum()

    def difference(sums):
        return np.abs(sums / n_a - (total - sums) / n_b)

    observed = difference(pooled[:n_a].sum())
    count = 1
    for start in range(0, len(perms), BLOCK):
        sums = pooled[perms[start : start + BLOCK, :n_a]].sum(axis=1)
        count += int((difference(sums) >= observed - 1e-12).sum())
    return count / (len(perms) + 1)
