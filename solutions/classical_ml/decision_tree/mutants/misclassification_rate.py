"""Splits by the error of the majority class."""

from __future__ import annotations

import numpy as np


def best_split(
    X: np.ndarray, y: np.ndarray, n_classes: int, criterion: str = "gini", min_samples_leaf: int = 1
) -> tuple[int, float, float] | None:
    """Split of one node with the greatest decrease of impurity.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Features of the rows in the node.
    y : ndarray of shape (n,)
        Their classes, integers from 0 to n_classes - 1.
    n_classes : int
        Number of classes.
    criterion : {"gini", "entropy"}, default="gini"
        Impurity; entropy is in bits.
    min_samples_leaf : int, default=1
        Least number of rows on either side.

    Returns
    -------
    tuple of (int, float, float) or None
        Feature, threshold and decrease; None where no split is allowed.

    Raises
    ------
    ValueError
        If `X` is not a matrix with rows, `y` is not of shape (n,) or holds a class out of range, `criterion` is unknown,
        or `min_samples_leaf` is below 1.

    Examples
    --------
    >>> best_split(np.array([[1.0], [2.0], [6.0]]), np.array([0, 0, 1]), 2, criterion="entropy")[1]
    4.0
    """
    if criterion not in _IMPURITIES or min_samples_leaf < 1:
        raise ValueError(f"unknown criterion {criterion!r} or bad min_samples_leaf {min_samples_leaf}")
    _check_rows(X, y)
    if np.any(y >= n_classes):  # bincount refuses negative ones below
        raise ValueError(f"classes must be from 0 to {n_classes - 1}")
    n, impurity = len(y), _IMPURITIES[criterion]
    order = X.T.argsort()
    values = np.take_along_axis(X.T, order, axis=1)
    # Walking up the sorted values, one row after the other changes sides: the class counts on the left are a cumulative
    # sum, of shape (d, n, n_classes), and the cost of all thresholds is that of sorting.
    left = np.eye(n_classes)[y[order]].cumsum(axis=1)[:, :-1]
    total = np.bincount(y, minlength=n_classes)
    size = np.arange(1, n)
    # Of n - 1 cuts, cut i has i + 1 rows on its left and n - 1 - i on its right: the same numbers backwards.
    children = (size * impurity(left) + size[::-1] * impurity(total - left)) / n
    allowed = (values[:, 1:] > values[:, :-1]) & (np.minimum(size, size[::-1]) >= min_samples_leaf)
    if not allowed.any():
        return None
    decrease = np.where(allowed, impurity(total) - children, -np.inf)
    # The first candidate in the order of features, then of thresholds, that equals the best up to rounding.
    feature, cut = np.unravel_index((decrease >= decrease.max() - 1e-12).argmax(), decrease.shape)
    # Python numbers, so that the sum of two uint8 does not overflow and that of two float32 is not rounded.
    low, high = values[feature, cut : cut + 2].tolist()
    middle = (low + high) / 2.0
    # Between neighbours among the floats the middle may round to the upper one, which would then go left as well.
    return int(feature), middle if middle < high else low, float(decrease[feature, cut])


class DecisionTreeClassifier:
    """Classification tree that splits greedily.

    Parameters
    ----------
    criterion : {"gini", "entropy"}, default="gini"
        Impurity.
    max_depth : int, optional
        Greatest number of edges from the root to a leaf; no bound by default.
    min_samples_split : int, default=2
        Nodes with fewer rows are leaves.
    min_samples_leaf : int, default=1
        Least number of rows in a leaf.
    min_impurity_decrease : float, default=0.0
        Least decrease of a split, as `best_split` returns it.

    Attributes
    ----------
    classes_ : ndarray of shape (k,)
        Different labels in ascending order.

    Raises
    ------
    ValueError
        If `criterion` is unknown, `max_depth` or `min_impurity_decrease` is negative, `min_samples_split` is below 2, or
        `min_samples_leaf` is below 1.

    Examples
    --------
    >>> X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array(["no", "yes", "yes", "no"])
    >>> DecisionTreeClassifier().fit(X, y).predict(X).tolist()
    ['no', 'yes', 'yes', 'no']
    """

    def __init__(
        self,
        criterion: str = "gini",
        max_depth: int | None = None,
        min_samples_split: int = 2,
        min_samples_leaf: int = 1,
        min_impurity_decrease: float = 0.0,
    ) -> None:
        if criterion not in _IMPURITIES:
            raise ValueError(f"unknown criterion {criterion!r}")
        if (max_depth or 0) < 0 or min_samples_split < 2 or min_samples_leaf < 1 or min_impurity_decrease < 0.0:
            raise ValueError("a limit is too small")
        self._criterion = criterion
        self._max_depth = max_depth
        self._min_samples_split = min_samples_split
        self._min_samples_leaf = min_samples_leaf
        self._min_impurity_decrease = min_impurity_decrease

    def fit(self, X: np.ndarray, y: np.ndarray) -> DecisionTreeClassifier:
        """Grow the tree.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Features, one row an example.
        y : ndarray of shape (n,)
            Labels, integers or strings.

        Returns
        -------
        DecisionTreeClassifier
            The model itself.

        Raises
        ------
        ValueError
            If `X` is not a matrix with rows or `y` is not of shape (n,).

        Examples
        --------
        >>> DecisionTreeClassifier().fit(np.array([[1.0], [2.0]]), np.array([7, 3])).classes_.tolist()
        [3, 7]
        """
        _check_rows(X, y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        self._d = X.shape[1]
        self._nodes: list[tuple[int, float, int, int]] = []
        self._shares: list[np.ndarray] = []
        # Compared with float32, a threshold between neighbours would round to one of them.
        self._grow(X.astype(np.float64), codes, 0)
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Class shares of the leaf of each row.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Features.

        Returns
        -------
        ndarray of shape (m, k)
            Shares in the order of `classes_`, float64.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> model = DecisionTreeClassifier(max_depth=0).fit(np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([0, 1, 1, 1]))
        >>> model.predict_proba(np.array([[9.0]])).tolist()
        [[0.25, 0.75]]
        """
        if X.ndim != 2 or X.shape[1] != self._d:
            raise ValueError(f"X must be a matrix with {self._d} columns, got shape {X.shape}")
        feature, threshold, left, right = map(np.array, zip(*self._nodes, strict=True))
        rows = np.arange(len(X))
        node, moved = rows - rows, None
        # All rows go down one level at a time. A leaf leads to itself.
        while not np.array_equal(node, moved):
            moved = node
            node = np.where(X[rows, feature[node]] <= threshold[node], left[node], right[node])
        return np.array(self._shares)[node]

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Most frequent class in the leaf of each row; ties go to the smallest label.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Features.

        Returns
        -------
        ndarray of shape (m,)
            Labels, with the dtype of `classes_`.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> model = DecisionTreeClassifier().fit(np.array([[1.0], [2.0]]), np.array([7, 3]))
        >>> model.predict(np.array([[1.5], [1.6]])).tolist()
        [7, 3]
        """
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def _grow(self, X: np.ndarray, y: np.ndarray, depth: int) -> int:
        """Add the node of these rows and all below it, and return its number."""
        node, counts = len(self._nodes), np.bincount(y, minlength=len(self.classes_))
        self._shares.append(counts / len(y))
        self._nodes.append((0, np.inf, node, node))
        if counts.max() == len(y) or len(y) < self._min_samples_split or depth == self._max_depth:
            return node
        split = best_split(X, y, len(self.classes_), self._criterion, self._min_samples_leaf)
        # A decrease of zero is no reason to stop: neither feature of XOR helps alone. Hence the room for rounding.
        if split is not None and split[2] >= self._min_impurity_decrease - 1e-12:
            feature, threshold, _ = split
            left = X[:, feature] <= threshold
            below = self._grow(X[left], y[left], depth + 1), self._grow(X[~left], y[~left], depth + 1)
            self._nodes[node] = (feature, threshold, *below)
        return node


def _check_rows(X: np.ndarray, y: np.ndarray) -> None:
    """Refuse what is not a matrix of features with one label a row."""
    if X.ndim != 2 or len(X) == 0 or y.shape != (len(X),):
        raise ValueError(f"X must be a matrix with rows and y fit it, got shapes {X.shape} and {y.shape}")


def _gini(counts: np.ndarray) -> np.ndarray:
    """Probability that two draws differ, along the last axis, but for a constant 1 that no decrease can see."""
    shares = counts / counts.sum(axis=-1, keepdims=True)
    return -shares.max(axis=-1)


def _entropy(counts: np.ndarray) -> np.ndarray:
    """Entropy in bits along the last axis, with 0 log 0 = 0."""
    shares = counts / counts.sum(axis=-1, keepdims=True)
    return -(shares * np.log2(np.where(shares > 0.0, shares, 1.0))).sum(axis=-1)


_IMPURITIES = {"gini": _gini, "entropy": _entropy}
