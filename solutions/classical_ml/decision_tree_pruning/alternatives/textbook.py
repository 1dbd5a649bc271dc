"""As the book describes it: recursion, and everything is computed anew after each collapse. No validation."""

from __future__ import annotations

import numpy as np


def _links(left: np.ndarray, right: np.ndarray, R: np.ndarray, node: int = 0) -> tuple[float, int, list]:
    """Impurity and number of the leaves below a node, and (g, node) of all inner nodes there."""
    if left[node] == -1:
        return R[node], 1, []
    a, b = (_links(left, right, R, child) for child in (left[node], right[node]))
    risk, leaves = a[0] + b[0], a[1] + b[1]
    return risk, leaves, [*a[2], *b[2], ((R[node] - risk) / (leaves - 1), node)]


def pruning_path(left: np.ndarray, right: np.ndarray, impurity: np.ndarray, n_samples: np.ndarray) -> tuple:
    """Collapse the weakest until the root is a leaf."""
    left, right, R = left.copy(), right.copy(), impurity * n_samples / n_samples[0]
    risk, _, links = _links(left, right, R)
    alphas, risks = [0.0], [risk]
    while links:
        g, node = min(links)
        left[node] = right[node] = -1
        risk, _, links = _links(left, right, R)
        alphas.append(g)
        risks.append(risk)
    return alphas, risks


def prune(left: np.ndarray, right: np.ndarray, impurity: np.ndarray, n_samples: np.ndarray, alpha: float) -> set:
    """Collapse while the weakest link is weak enough."""
    left, right, R = left.copy(), right.copy(), impurity * n_samples / n_samples[0]
    links = _links(left, right, R)[2]
    while links and min(links)[0] <= alpha:
        node = min(links)[1]
        left[node] = right[node] = -1
        links = _links(left, right, R)[2]

    def walk(node: int) -> set:
        return {node} if left[node] == -1 else {node} | walk(left[node]) | walk(right[node])

    return walk(0)
