"""Soft labels as a matrix and a weight for each row, in float64 inside."""

import numpy as np


def cross_entropy(logits, target, ignore_index=-100, label_smoothing=0.0):
    if label_smoothing < 0 or label_smoothing > 1:
        raise ValueError("label_smoothing")
    if np.ndim(logits) != 2 or np.shape(target) != (np.shape(logits)[0],):
        raise ValueError("shapes")
    n, c = logits.shape
    counts = np.asarray(target) != ignore_index
    labels = np.where(counts, target, 0).astype(np.int64)
    if n and (labels.min() < 0 or labels.max() >= c):
        raise ValueError("target")
    x = np.where(counts[:, None], logits, 0).astype(np.float64)
    q = np.full((n, c), label_smoothing / c)
    q[np.arange(n), labels] += 1 - label_smoothing
    peak = x.max(1)
    logsum = peak + np.log(np.exp(x - peak[:, None]).sum(1))
    p = np.exp(x - logsum[:, None])
    # q sums to one, so -sum q log p = logsum - sum q x; work relative to the peak for the sake of the digits.
    centred = x - peak[:, None]
    losses = logsum - peak - np.where(q > 0, q * np.where(q > 0, centred, 0), 0).sum(1)
    weight = counts / max(counts.sum(), 1)
    return float(weight @ losses), ((p - q) * weight[:, None]).astype(logits.dtype)
