"""Log-probabilities throughout: each filter sorts, cuts a tail and subtracts the new log-sum."""

import math

import numpy as np


def filtered_probs(logits, temperature=1.0, top_k=None, top_p=None, min_p=0.0, prev=None, repetition_penalty=1.0):
    """Carry the ids that are left and their log-probabilities, sorted."""
    size = logits.shape[0] if logits.ndim == 1 else 0
    if size == 0 or np.any(np.isnan(logits)) or not -math.inf < float(np.max(logits)) < math.inf:
        raise ValueError("logits")
    settings = (temperature >= 0, top_k is None or top_k >= 1, top_p is None or 0 < top_p <= 1, 0 <= min_p <= 1,
                repetition_penalty > 0, all(0 <= t < size for t in prev or []))  # fmt: skip
    if not all(settings):
        raise ValueError("settings")
    z = logits.astype(np.float64)
    seen = np.zeros(size, dtype=bool)
    seen[list(prev or [])] = True
    z[seen & (z > 0)] /= repetition_penalty
    z[seen & (z < 0)] *= repetition_penalty
    out = np.zeros(size)
    if temperature == 0:
        out[np.flatnonzero(z == z.max())[0]] = 1
        return out
    ids = np.lexsort((np.arange(size), -z))[:top_k]
    logp = _normalised(z[ids] / temperature)
    if top_p is not None:
        reached = np.cumsum(np.exp(logp)) >= top_p
        stop = int(np.argmax(reached)) + 1 if reached.any() else len(ids)
        ids, logp = ids[:stop], _normalised(logp[:stop])
    if min_p > 0:
        keep = logp >= logp[0] + math.log(min_p)
        ids, logp = ids[keep], _normalised(logp[keep])
    out[ids] = np.exp(logp)
    return out


def sample(probs, u):
    """Walk through the tokens."""
    if probs.ndim != 1 or not 0 <= u < 1:
        raise ValueError("shape or u")
    values = probs.tolist()
    if any(not v >= 0 for v in values) or abs(math.fsum(values) - 1) > 1e-6:
        raise ValueError("no distribution")
    total, last = 0.0, -1
    for i, value in enumerate(values):
        total += value
        if value > 0:
            last = i
            if total > u:
                return i
    return last


def _normalised(x):
    peak = x.max()
    return x - (peak + np.log(np.exp(x - peak).sum()))
