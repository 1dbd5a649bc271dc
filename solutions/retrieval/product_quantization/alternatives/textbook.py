"""As tutorials write it: split into parts, differences by broadcasting, a distance table for each query."""

import numpy as np


def pq_encode(X, codebooks):
    """Nearest codeword, part by part."""
    m, _, width = codebooks.shape
    codes = np.empty((len(X), m), dtype=np.uint8)
    for j in range(m):
        sub = X[:, j * width : (j + 1) * width]
        dists = np.linalg.norm(sub[:, None] - codebooks[j][None], axis=2)
        codes[:, j] = np.argmin(dists, axis=1)
    return codes


def pq_decode(codes, codebooks):
    """Concatenate codewords."""
    return np.hstack([codebooks[j][codes[:, j]] for j in range(codes.shape[1])])


def adc_search(q, codes, codebooks, k):
    """Look-up table, then a sort."""
    m, _, width = codebooks.shape
    table = [np.sum((codebooks[j] - q[j * width : (j + 1) * width]) ** 2, axis=1) for j in range(m)]
    dists = np.zeros(len(codes))
    for j in range(m):
        dists += table[j][codes[:, j]]
    ids = np.argsort(dists)[:k]
    return ids, dists[ids]
