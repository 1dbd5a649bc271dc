"""Pairs in a plain loop; scatter by np.bincount, one column at a time; the two halves of the loss apart."""

import numpy as np


def skipgram_pairs(tokens, window):
    """Slices around each place."""
    if window < 1:
        raise ValueError("window is too small")
    pairs = []
    for i, centre in enumerate(tokens):
        pairs += [(centre, other) for other in tokens[max(0, i - window) : i]]
        pairs += [(centre, other) for other in tokens[i + 1 : i + 1 + window]]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def sigmoid(x):
    """Two branches, so that exp never overflows."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def log_sigmoid(x):
    """min(x, 0) - log1p(exp(-|x|))."""
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


def scatter(rows, values, n):
    """Sum of the values of each row."""
    return np.stack([np.bincount(rows, weights=column, minlength=n) for column in values.T], axis=1)


def sgns_loss_and_grads(V, U, center, context, negatives):
    """Positive and negative parts one after the other."""
    n, (b, k) = len(V), negatives.shape
    if b == 0:
        raise ValueError("no pairs")
    for rows in (center, context, negatives):
        if rows.size and (rows.min() < 0 or rows.max() >= n):
            raise ValueError("index out of range")
    v, pos, neg = (a.astype(float) for a in (V[center], U[context], U[negatives]))
    dot_pos = (v * pos).sum(axis=1)
    dot_neg = (v[:, None] * neg).sum(axis=2)
    loss = -(log_sigmoid(dot_pos).sum() + log_sigmoid(-dot_neg).sum()) / b
    d_pos = (sigmoid(dot_pos) - 1.0) / b
    d_neg = sigmoid(dot_neg) / b
    grad_v = d_pos[:, None] * pos + (d_neg[:, :, None] * neg).sum(axis=1)
    grad_V = scatter(center, grad_v, n)
    grad_U = scatter(context, d_pos[:, None] * v, n)
    if k:
        grad_U += scatter(negatives.ravel(), (d_neg[:, :, None] * v[:, None]).reshape(b * k, -1), n)
    return loss.item(), grad_V, grad_U


def keep_probability(freq, t=1e-5):
    """Divide only where the frequency is above t."""
    f = np.array(freq, dtype=float)
    if t <= 0 or np.isnan(f).any() or (f < 0).any() or (f > 1).any():
        raise ValueError("bad frequencies")
    p = np.ones(f.shape)
    p[f > t] = (t / f[f > t]) ** 0.5
    return p
