"""As courses write it: loops over pairs of items with the users in common, dictionaries of neighbours."""

import numpy as np


def item_similarity(R, shrink=0.0):
    """Pair by pair."""
    n = R.shape[1]
    C = R - np.nanmean(R, axis=1, keepdims=True)
    S = np.zeros((n, n))
    for i in range(n):
        for j in range(i):
            both = ~np.isnan(R[:, i]) & ~np.isnan(R[:, j])
            a, b = C[both, i], C[both, j]
            denominator = np.sqrt((a**2).sum()) * np.sqrt((b**2).sum())
            if denominator > 0:
                S[i, j] = S[j, i] = (a * b).sum() / denominator * both.sum() / (both.sum() + shrink)
    return S


def predict(R, S, user, item, k):
    """Sort the similarities of rated items."""
    mean = np.nanmean(R[user])
    neighbours = [(S[item, j], R[user, j]) for j in range(R.shape[1]) if j != item and not np.isnan(R[user, j])]
    neighbours = [pair for pair in sorted(neighbours, reverse=True)[:k] if pair[0] > 0]
    if not neighbours:
        return mean
    return mean + sum(s * (r - mean) for s, r in neighbours) / sum(s for s, _ in neighbours)


def recommend(R, S, user, k, top):
    """Score everything that is not rated."""
    scores = [(predict(R, S, user, i, k), i) for i in range(R.shape[1]) if np.isnan(R[user, i])]
    return [i for _, i in sorted(scores, reverse=True)[:top]]
