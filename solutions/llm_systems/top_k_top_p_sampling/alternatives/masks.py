"""Masks over the whole vocabulary with -inf, and a full stable sort for every filter."""

import numpy as np


def filtered_probs(logits, temperature=1.0, top_k=None, top_p=None, min_p=0.0, prev=None, repetition_penalty=1.0):
    """Set removed logits to -inf, stage by stage, and take the softmax again."""
    logits = np.asarray(logits)
    if logits.ndim != 1 or len(logits) == 0 or np.isnan(logits).any() or np.isposinf(logits).any():
        raise ValueError("bad logits")
    if np.isneginf(logits).all():
        raise ValueError("everything is banned")
    if temperature < 0 or repetition_penalty <= 0 or min_p < 0 or min_p > 1:
        raise ValueError("bad setting")
    if top_k is not None and top_k < 1:
        raise ValueError("bad top_k")
    if top_p is not None and (top_p <= 0 or top_p > 1):
        raise ValueError("bad top_p")
    z = np.array(logits, dtype=np.float64)
    for token in set(prev or ()):
        if token < 0 or token >= len(z):
            raise ValueError("no such token")
        z[token] *= 1 / repetition_penalty if z[token] > 0 else repetition_penalty
    if temperature == 0:
        return np.eye(1, len(z), int(np.argmax(z)))[0]
    z = z / temperature
    order = np.argsort(-z, kind="stable")
    if top_k is not None:
        z[order[top_k:]] = -np.inf
    if top_p is not None:
        p = _softmax(z)[order]
        before = np.cumsum(p) - p
        before[1:] = np.cumsum(p)[:-1]
        z[order[before >= top_p]] = -np.inf
    p = _softmax(z)
    p[p < min_p * p.max()] = 0.0
    return p / p.sum()


def sample(probs, u):
    """Count the cumulative probabilities that do not exceed u."""
    p = np.asarray(probs, dtype=np.float64)
    if p.ndim != 1 or not (p >= 0).all() or abs(p.sum() - 1) > 1e-6 or not 0 <= u < 1:
        raise ValueError("bad argument")
    above = np.cumsum(p) > u
    above &= p > 0
    return int(above.argmax()) if above.any() else int(np.nonzero(p)[0].max())


def _softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()
