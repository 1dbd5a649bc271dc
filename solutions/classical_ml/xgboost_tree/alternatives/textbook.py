"""As tutorials write it: every threshold with masks, both sides tried for the missing rows. No validation."""

from __future__ import annotations

import numpy as np


def best_split(
    x: np.ndarray, g: np.ndarray, h: np.ndarray, lam: float, gamma: float, min_child_weight: float = 0.0
) -> tuple | None:
    """Score all thresholds with all masks."""
    best = None
    missing = np.isnan(x)
    values = np.unique(x[~missing])
    parent = g.sum() ** 2 / (h.sum() + lam)
    for threshold in (values[:-1] + values[1:]) / 2:
        for default_left in (True, False):
            left = (x < threshold) | missing if default_left else x < threshold
            GL, HL, GR, HR = g[left].sum(), h[left].sum(), g[~left].sum(), h[~left].sum()
            if HL < min_child_weight or HR < min_child_weight:
                continue
            gain = 0.5 * (GL**2 / (HL + lam) + GR**2 / (HR + lam) - parent) - gamma
            if gain > 0 and (best is None or gain > best[1]):
                best = (threshold, gain, default_left)
    return best


class BoostedTree:
    """Nodes are dictionaries."""

    def __init__(self, max_depth: int, lam: float, gamma: float, min_child_weight: float) -> None:
        self.max_depth, self.lam, self.gamma, self.min_child_weight = max_depth, lam, gamma, min_child_weight

    def fit(self, X: np.ndarray, g: np.ndarray, h: np.ndarray) -> BoostedTree:
        """Grow recursively."""
        self.root = self._build(X, g, h, 0)
        return self

    def _build(self, X: np.ndarray, g: np.ndarray, h: np.ndarray, depth: int) -> dict:
        best = None
        if depth < self.max_depth:
            for j in range(X.shape[1]):
                split = best_split(X[:, j], g, h, self.lam, self.gamma, self.min_child_weight)
                if split is not None and (best is None or split[1] > best["gain"]):
                    best = {"j": j, "t": split[0], "gain": split[1], "default": split[2]}
        if best is None:
            return {"w": -g.sum() / (h.sum() + self.lam)}
        mask = X[:, best["j"]] < best["t"]
        if best["default"]:
            mask |= np.isnan(X[:, best["j"]])
        best["left"] = self._build(X[mask], g[mask], h[mask], depth + 1)
        best["right"] = self._build(X[~mask], g[~mask], h[~mask], depth + 1)
        return best

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Row by row."""
        return np.array([self._row(row) for row in X])

    def _row(self, row: np.ndarray) -> float:
        node = self.root
        while "w" not in node:
            v = row[node["j"]]
            left = node["default"] if np.isnan(v) else v < node["t"]
            node = node["left"] if left else node["right"]
        return node["w"]
