"""Edges sorted by target, and sums of their segments; dangling mass as what is missing from 1."""

import numpy as np


def pagerank(n, src, dst, damping=0.85, tol=1e-10, max_iter=200, personalization=None):
    """Segment sums by differences of cumulative counts."""
    if damping < 0 or damping >= 1 or np.isnan(damping):
        raise ValueError("damping")
    if src.ndim != 1 or dst.ndim != 1 or len(src) != len(dst):
        raise ValueError("edges")
    if len(src) and (min(src.min(), dst.min()) < 0 or max(src.max(), dst.max()) >= n):
        raise ValueError("node out of range")
    if n == 0:
        return np.empty(0)
    if personalization is None:
        p = np.ones(n) / n
    else:
        p = np.array(personalization, dtype=float)
        if p.shape != (n,) or np.isnan(p).any() or p.min() < 0 or p.max() == 0:
            raise ValueError("personalization")
        p /= p.sum()
    order = np.argsort(dst, kind="stable")
    src, dst = src[order], dst[order]
    targets, first = np.unique(dst, return_index=True)
    out = np.zeros(n)
    np.add.at(out, src, 1.0)
    part = 1.0 / out[src]
    r = p.copy()
    for _ in range(max_iter):
        new = np.zeros(n)
        if len(src):
            new[targets] = np.add.reduceat(r[src] * part, first)
        new *= damping
        new += (1.0 - new.sum()) * p
        change = np.linalg.norm(new - r, ord=1)
        r = new
        if change < tol:
            return r
    raise RuntimeError("not converged")
