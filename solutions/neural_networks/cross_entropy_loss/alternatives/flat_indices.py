"""Flat indices, np.add.at and a subtraction of the log-sum-exp."""

import numpy as np


def cross_entropy(logits, target, ignore_index=-100, label_smoothing=0.0):
    if logits.ndim != 2:
        raise ValueError("logits must be a matrix")
    if target.ndim != 1 or len(target) != len(logits):
        raise ValueError("one target for each row")
    if not (0.0 <= label_smoothing <= 1.0):
        raise ValueError("smoothing out of range")
    c = logits.shape[1]
    rows = [i for i, t in enumerate(target.tolist()) if t != ignore_index]
    classes = target[rows].astype(np.intp)
    if any(t < 0 or t >= c for t in classes.tolist()):
        raise ValueError("target out of range")
    gradient = np.zeros(logits.shape, dtype=logits.dtype)
    if not rows:
        return 0.0, gradient
    z = logits[rows] - np.max(logits[rows], axis=1)[:, None]
    e = np.exp(z)
    p = e / np.sum(e, axis=1)[:, None]
    logs = np.log(np.sum(e, axis=1))
    flat = np.arange(len(rows)) * c + classes
    loss = logs - (1 - label_smoothing) * np.take(z, flat)
    if label_smoothing:
        loss = loss - label_smoothing * z.mean(axis=1)
    np.add.at(p.reshape(-1), flat, label_smoothing - 1)
    p -= label_smoothing / c
    gradient[rows] = p / len(rows)
    return loss.mean(dtype=np.float64).item(), gradient
