"""As courses write it: a confusion matrix and its margins, P_i and p_j, one argsort a strategy."""

import numpy as np


def cohens_kappa(a, b):
    """From the confusion matrix."""
    labels = sorted(set(a.tolist()) | set(b.tolist()))
    index = {label: i for i, label in enumerate(labels)}
    table = np.zeros((len(labels), len(labels)))
    for x, y in zip(a.tolist(), b.tolist()):
        table[index[x], index[y]] += 1
    n = table.sum()
    po = np.trace(table) / n
    pe = (table.sum(axis=0) * table.sum(axis=1)).sum() / n**2
    return (po - pe) / (1 - pe)


def fleiss_kappa(counts):
    """Wikipedia's steps."""
    n_items, _ = counts.shape
    n_raters = counts[0].sum()
    p_j = counts.sum(axis=0) / (n_items * n_raters)
    p_i = (np.square(counts).sum(axis=1) - n_raters) / (n_raters * (n_raters - 1))
    p_bar, p_e = p_i.mean(), np.square(p_j).sum()
    return (p_bar - p_e) / (1 - p_e)


def select_for_labeling(proba, n, strategy):
    """Scores, greatest first."""
    if strategy == "least_confidence":
        score = 1 - proba.max(axis=1)
    elif strategy == "margin":
        ordered = -np.sort(-proba, axis=1)
        score = -(ordered[:, 0] - ordered[:, 1])
    else:
        score = -(proba * np.log(proba + 1e-12)).sum(axis=1)
    return np.argsort(-score)[:n]
