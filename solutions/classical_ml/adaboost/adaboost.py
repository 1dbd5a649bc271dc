"""AdaBoost for several classes, with decision stumps."""

from __future__ import annotations

import math

import numpy as np


def fit_stump(X: np.ndarray, y: np.ndarray, w: np.ndarray, n_classes: int) -> tuple[int, float, int, int]:
    """Find the stump with the least weight of wrong rows.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Rows.
    y : ndarray of shape (n,)
        Labels, 0 to n_classes - 1.
    w : ndarray of shape (n,)
        Weights of the rows.
    n_classes : int
        Number of classes.

    Returns
    -------
    feature : int
        Column that is split.
    threshold : float
        Rows at or below it are on the left.
    left, right : int
        Labels of the two sides.

    Examples
    --------
    >>> fit_stump(np.array([[5.0], [1.0]]), np.array([0, 1]), np.array([0.5, 0.5]), 2)
    (0, 3.0, 1, 0)
    """
    weights = np.zeros((len(y), n_classes))
    weights[np.arange(len(y)), y] = w
    total = weights.sum(axis=0)
    heaviest = int(total.argmax())
    best, stump = 0.0, (0, math.inf, heaviest, heaviest)
    for j in range(X.shape[1]):
        order = X[:, j].argsort()
        x = X[order, j].astype(np.float64)
        cuts = np.flatnonzero(x[1:] > x[:-1])
        left = weights[order].cumsum(axis=0)[cuts]
        right = total - left
        correct = left.max(axis=1) + right.max(axis=1)
        if len(cuts) and correct.max() > best:
            i = int(correct.argmax())
            best = correct[i]
            threshold = float(x[cuts[i]] + x[cuts[i] + 1]) / 2.0
            stump = (j, threshold, int(left[i].argmax()), int(right[i].argmax()))
    return stump


class AdaBoost:
    """Boost decision stumps.

    Parameters
    ----------
    n_rounds : int
        Greatest number of stumps, at least 1.

    Attributes
    ----------
    stumps_ : list of tuple
        Feature, threshold, left and right label of each stump.
    alphas_ : list of float
        Vote of each stump.

    Raises
    ------
    ValueError
        If `n_rounds` is below 1.

    Examples
    --------
    >>> AdaBoost(5).fit(np.array([[1.0], [2.0]]), np.array([1, 0])).stumps_
    [(0, 1.5, 1, 0)]
    """

    def __init__(self, n_rounds: int) -> None:
        if n_rounds < 1:
            raise ValueError(f"n_rounds must be at least 1, not {n_rounds}")
        self._n_rounds = n_rounds

    def fit(self, X: np.ndarray, y: np.ndarray) -> AdaBoost:
        """Fit one stump a round to reweighted rows.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Rows.
        y : ndarray of shape (n,)
            Labels, 0 to K - 1.

        Returns
        -------
        AdaBoost
            The model itself.

        Raises
        ------
        ValueError
            If there are no rows, shapes do not fit or a label is negative.

        Examples
        --------
        >>> AdaBoost(1).fit(np.array([[1.0], [2.0]]), np.array([0, 1])).alphas_
        [1.0]
        """
        if X.ndim != 2 or y.shape != X.shape[:1]:
            raise ValueError(f"X must be (n, d) and y (n,), not {X.shape} and {y.shape}")
        if y.min() < 0:  # also where there are no rows
            raise ValueError("labels must not be negative")
        k = self._n_classes = int(y.max()) + 1
        self.stumps_: list[tuple[int, float, int, int]] = []
        self.alphas_: list[float] = []
        w = np.full(len(y), 1.0 / len(y))
        for _ in range(self._n_rounds):
            stump = fit_stump(X, y, w, k)
            wrong = _labels(stump, X) != y
            error = w[wrong].sum()
            useful = 0.0 < error < 1.0 - 1.0 / k - 1e-12
            alpha = math.log((1.0 - error) / error) + math.log(k - 1) if useful else 1.0
            if useful or not self.stumps_:
                self.stumps_.append(stump)
                self.alphas_.append(alpha)
            if not useful:
                return self
            w[wrong] *= math.exp(alpha)
            w /= w.sum()
        return self

    def decision_scores(self, X: np.ndarray) -> np.ndarray:
        """Sum the votes for each class.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows.

        Returns
        -------
        ndarray of shape (m, K)
            Sum of the alphas of the stumps that vote for the class.

        Examples
        --------
        >>> AdaBoost(1).fit(np.array([[1.0], [2.0]]), np.array([0, 1])).decision_scores(np.array([[9.0]])).tolist()
        [[0.0, 1.0]]
        """
        scores = np.zeros((len(X), self._n_classes))
        for t, stump in enumerate(self.stumps_):
            scores[np.arange(len(X)), _labels(stump, X)] += self.alphas_[t]
        return scores

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Class with the greatest score.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows.

        Returns
        -------
        ndarray of shape (m,)
            Labels; of equal scores the smallest.

        Examples
        --------
        >>> AdaBoost(1).fit(np.array([[1.0], [2.0]]), np.array([0, 1])).predict(np.array([[9.0]])).tolist()
        [1]
        """
        return self.decision_scores(X).argmax(axis=1)


def _labels(stump: tuple[int, float, int, int], X: np.ndarray) -> np.ndarray:
    """What a stump predicts."""
    feature, threshold, left, right = stump
    return np.where(X[:, feature] <= threshold, left, right)
