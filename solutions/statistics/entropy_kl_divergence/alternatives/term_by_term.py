"""Each measure from its own formula, term by term, with np.where."""

import numpy as np


def entropy(p, base=None):
    """Sum of -p log p."""
    p = _vector(p)
    if base is not None and not (np.isfinite(base) and base > 1):
        raise ValueError("base")
    scale = 1.0 if base is None else np.log(base)
    return _at_least_zero(-(p * _log(p)).sum() / scale)


def cross_entropy(p, q):
    """Sum of -p log q, where p is positive."""
    p, q = _two(p, q)
    if np.any((q == 0) & (p > 0)):
        return float("inf")
    return _at_least_zero(-(p * _log(q)).sum())


def kl_divergence(p, q):
    """Sum of p (log p - log q)."""
    p, q = _two(p, q)
    if np.any((q == 0) & (p > 0)):
        return float("inf")
    return _at_least_zero((p * (_log(p) - _log(q))).sum())


def js_divergence(p, q):
    """Entropy of the mixture less the mean entropy, with logarithms of the doubled mixture."""
    p, q = _two(p, q)
    doubled = p + q
    log_mixture = _log(doubled) - np.log(2.0)
    terms = p * (_log(p) - log_mixture) + q * (_log(q) - log_mixture)
    return min(_at_least_zero(0.5 * terms.sum()), float(np.log(2.0)))


def mutual_information(joint):
    """Sum over the cells with a positive probability."""
    joint = np.asarray(joint, dtype=float)
    if joint.ndim != 2:
        raise ValueError("axes")
    _vector(joint.ravel())
    i, j = np.nonzero(joint)
    cells = joint[i, j]
    rows, columns = joint.sum(1), joint.sum(0)
    return _at_least_zero(np.dot(cells, np.log(cells) - np.log(rows[i]) - np.log(columns[j])))


def _log(x):
    """Logarithm with 0 in place of minus infinity: such terms are multiplied by 0."""
    return np.log(np.where(x > 0, x, 1.0))


def _at_least_zero(x):
    return float(x) if x > 0 else 0.0


def _two(p, q):
    p, q = _vector(p), _vector(q)
    if len(p) != len(q):
        raise ValueError("lengths")
    return p, q


def _vector(p):
    p = np.asarray(p).astype(float)
    if p.ndim != 1 or p.size == 0 or np.isnan(p).any() or p.min() < 0 or abs(p.sum() - 1) > 1e-6:
        raise ValueError("not a distribution")
    return p
