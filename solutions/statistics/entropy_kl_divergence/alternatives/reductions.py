"""Everything is a divergence or an entropy: identities between the measures, masks by boolean indexing."""

import math

import numpy as np


def kl_divergence(p, q):
    """The divergence that the other measures are made of."""
    p, q = _checked(p), _checked(q)
    if p.shape != q.shape:
        raise ValueError(f"lengths {len(p)} and {len(q)}")
    return max(_divergence(p, q), 0.0)


def entropy(p, base=None):
    """Minus the divergence from a measure of ones."""
    p = _checked(p)
    if base is None:
        unit = 1.0
    elif math.isfinite(base) and base > 1:
        unit = math.log(base)
    else:
        raise ValueError(f"base {base}")
    return max(-_divergence(p, np.ones_like(p)) / unit, 0.0)


def cross_entropy(p, q):
    """Entropy and divergence together."""
    p, q = _checked(p), _checked(q)
    if p.shape != q.shape:
        raise ValueError(f"lengths {len(p)} and {len(q)}")
    return max(_divergence(p, q) - _divergence(p, np.ones_like(p)), 0.0)


def js_divergence(p, q):
    """Divergence from the sum of both, moved by log 2."""
    p, q = _checked(p), _checked(q)
    if p.shape != q.shape:
        raise ValueError(f"lengths {len(p)} and {len(q)}")
    both = p + q
    value = (_divergence(p, both) + _divergence(q, both) + math.log(2) * (p.sum() + q.sum())) / 2
    return float(np.clip(value, 0.0, math.log(2)))


def mutual_information(joint):
    """Entropies of the marginals less the entropy of the joint."""
    if np.ndim(joint) != 2:
        raise ValueError("a matrix, please")
    flat = _checked(np.ravel(joint))
    joint = flat.reshape(np.shape(joint))
    return max(sum(_plain(part) for part in (joint.sum(0), joint.sum(1))) - _plain(flat), 0.0)


def _plain(p):
    return -_divergence(p, np.ones_like(p))


def _divergence(p, q):
    keep = p != 0
    p, q = p[keep], q[keep]
    if (q == 0).any():
        return math.inf
    return float(p @ (np.log(p) - np.log(q)))


def _checked(p):
    p = np.array(p, dtype=np.float64)
    ok = p.ndim == 1 and np.all(p >= 0) and math.isclose(p.sum(), 1.0, rel_tol=0, abs_tol=1e-6)
    if not ok:
        raise ValueError(f"not a distribution: {p}")
    return p
