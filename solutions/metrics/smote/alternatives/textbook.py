"""As the paper's pseudocode has it: a table of neighbours by a full distance matrix, then one new row at a time."""

import numpy as np


def smote(X_min, base, pick, gap, k=5):
    """Populate."""
    norms = (X_min**2).sum(1)
    dist = norms[:, None] + norms[None, :] - 2 * X_min @ X_min.T
    np.fill_diagonal(dist, np.inf)
    nnarray = np.argsort(dist, axis=1)[:, :k]
    synthetic = []
    for i, nn, g in zip(base, pick, gap):
        diff = X_min[nnarray[i, nn]] - X_min[i]
        synthetic.append(X_min[i] + g * diff)
    return np.array(synthetic)


def random_undersample(y, u):
    """Class by class."""
    n_min = min((y == c).sum() for c in np.unique(y))
    keep = []
    for c in np.unique(y):
        idx = np.flatnonzero(y == c)
        keep.extend(idx[np.argsort(u[idx])[:n_min]])
    return sorted(keep)
