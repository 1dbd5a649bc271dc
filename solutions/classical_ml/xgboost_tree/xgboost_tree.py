"""A tree of XGBoost: second-order splits with a default side for missing values."""

from __future__ import annotations

import numpy as np

_Node = float | tuple[int, float, bool, "_Node", "_Node"]


def best_split(
    x: np.ndarray, g: np.ndarray, h: np.ndarray, lam: float, gamma: float, min_child_weight: float = 0.0
) -> tuple[float, float, bool] | None:
    """Find the split of one feature with the greatest gain.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Feature, NaN where it is missing.
    g, h : ndarray of shape (n,)
        First and second derivatives of the loss.
    lam : float
        L2 penalty, at least 0.
    gamma : float
        Price of a split.
    min_child_weight : float, default=0.0
        Least H of a child.

    Returns
    -------
    threshold : float
        Rows below it go left.
    gain : float
        Gain after gamma.
    default_left : bool
        Whether missing values go left.

    Raises
    ------
    ValueError
        If there are no rows, shapes differ or `lam` is negative.

    Examples
    --------
    >>> best_split(np.array([3.0, 1.0]), np.array([-1.0, 1.0]), np.ones(2), 1.0, 0.0)
    (2.0, 0.5, True)
    """
    if lam < 0:
        raise ValueError(f"lam must not be negative, not {lam}")
    if x.ndim != 1 or not x.shape == g.shape == h.shape or not len(x):
        raise ValueError(f"x, g and h must be (n,) with n > 0, not {x.shape}, {g.shape} and {h.shape}")
    order = x.argsort()[: len(x) - np.isnan(x).sum()]  # NaNs are sorted to the end
    x = x[order]
    cuts = np.flatnonzero(x[1:] > x[:-1])
    if not len(cuts):
        return None
    G, H, G_known, H_known = g.sum(), h.sum(), g[order].cumsum(), h[order].cumsum()
    # One row a cut; column 0 with the missing rows on the left, column 1 with them on the right.
    G_left = G_known[cuts, None] + [G - G_known[-1], 0.0]
    H_left = H_known[cuts, None] + [H - H_known[-1], 0.0]
    children = _score(G_left, H_left, lam) + _score(G - G_left, H - H_left, lam)
    gains = 0.5 * (children - _score(G, H, lam)) - gamma
    gains[np.minimum(H_left, H - H_left) < min_child_weight] = 0.0
    best = int(gains.argmax())
    gain = float(gains.flat[best])
    if gain <= 0.0:
        return None
    cut = cuts[best // 2]
    return (float(x[cut]) + float(x[cut + 1])) / 2.0, gain, best % 2 == 0


class BoostedTree:
    """Regression tree on first and second derivatives.

    Parameters
    ----------
    max_depth : int
        Greatest number of edges from the root to a leaf, at least 0.
    lam : float
        L2 penalty, at least 0.
    gamma : float
        Price of a split.
    min_child_weight : float
        Least H of a child.

    Raises
    ------
    ValueError
        If `max_depth` or `lam` is negative.

    Examples
    --------
    >>> tree = BoostedTree(0, 1.0, 0.0, 0.0).fit(np.ones((3, 1)), np.full(3, -2.0), np.ones(3))
    >>> tree.predict(np.zeros((1, 1))).tolist()
    [1.5]
    """

    def __init__(self, max_depth: int, lam: float, gamma: float, min_child_weight: float) -> None:
        if max_depth < 0 or lam < 0:
            raise ValueError("max_depth and lam must not be negative")
        self._max_depth = max_depth
        self._settings = (lam, gamma, min_child_weight)

    def fit(self, X: np.ndarray, g: np.ndarray, h: np.ndarray) -> BoostedTree:
        """Grow the tree.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Rows, NaN where a value is missing.
        g, h : ndarray of shape (n,)
            First and second derivatives of the loss.

        Returns
        -------
        BoostedTree
            The tree itself.

        Raises
        ------
        ValueError
            If there are no rows or shapes do not fit.

        Examples
        --------
        >>> X = np.array([[1.0], [2.0]])
        >>> BoostedTree(1, 0.0, 0.0, 0.0).fit(X, np.array([-1.0, 3.0]), np.ones(2)).predict(X).tolist()
        [1.0, -3.0]
        """
        if X.ndim != 2 or not X.shape[:1] == g.shape == h.shape or not len(X):
            raise ValueError(f"X must be (n, d), g and h (n,) with n > 0, not {X.shape}, {g.shape} and {h.shape}")
        self._root = self._grow(X, g, h, self._max_depth)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Weights of the leaves that rows fall into.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows, NaN where a value is missing.

        Returns
        -------
        ndarray of shape (m,)
            Leaf weights.

        Examples
        --------
        >>> tree = BoostedTree(0, 0.0, 0.0, 0.0).fit(np.ones((1, 1)), np.array([3.0]), np.array([2.0]))
        >>> tree.predict(np.array([[np.nan]])).tolist()
        [-1.5]
        """
        return _weights(self._root, X)

    def _grow(self, X: np.ndarray, g: np.ndarray, h: np.ndarray, depth: int) -> _Node:
        """A leaf, or a split with the trees of its sides."""
        best = None
        for j in range(X.shape[1]) if depth else ():
            split = best_split(X[:, j], g, h, *self._settings)
            if split and (best is None or split[1] > best[2]):
                best = (j, *split)
        if best is None:
            total = float(h.sum()) + self._settings[0]
            return -float(g.sum()) / total if total else 0.0
        j, threshold, _, default_left = best
        left = _goes_left(X[:, j], threshold, default_left)
        sides = [self._grow(X[side], g[side], h[side], depth - 1) for side in (left, ~left)]
        return (j, threshold, default_left, sides[0], sides[1])


def _weights(node: _Node, X: np.ndarray) -> np.ndarray:
    """Leaf weights of rows that are in this node."""
    if isinstance(node, float):
        return np.full(len(X), node)
    feature, threshold, default_left, left, right = node
    goes_left = _goes_left(X[:, feature], threshold, default_left)
    weights = np.empty(len(X))
    weights[goes_left], weights[~goes_left] = _weights(left, X[goes_left]), _weights(right, X[~goes_left])
    return weights


def _goes_left(x: np.ndarray, threshold: float, default_left: bool) -> np.ndarray:
    """Which rows go left."""
    return np.where(np.isnan(x), default_left, x < threshold)


def _score(G: np.ndarray, H: np.ndarray, lam: float) -> np.ndarray:
    """G^2 / (H + lam), and 0 where the denominator is 0."""
    return G * G / np.where(H + lam > 0, H + lam, np.inf)
