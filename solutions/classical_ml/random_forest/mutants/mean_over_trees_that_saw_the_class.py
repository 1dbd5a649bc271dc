"""Averages each class, in the OOB score, over the trees that saw it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np


class RandomForestClassifier:
    """Average of trees, each fitted on a bootstrap sample of the rows.

    Parameters
    ----------
    fit_tree : callable
        `fit_tree(X, y, seed)` fits a randomised tree and returns its `predict_proba`.
    n_trees : int
        Number of trees, at least 1.
    seed : int
        Seed of all randomness, not negative.

    Attributes
    ----------
    classes_ : ndarray of shape (k,)
        Different labels in ascending order.

    Raises
    ------
    ValueError
        If `n_trees` is below 1.

    Examples
    --------
    >>> def fit_tree(X, y, seed):
    ...     shares = np.unique(y, return_counts=True)[1] / len(y)
    ...     return lambda X: np.tile(shares, (len(X), 1))
    >>> model = RandomForestClassifier(fit_tree, 5, seed=0).fit(np.zeros((3, 1)), np.array([7, 7, 7]))
    >>> model.predict_proba(np.zeros((2, 1))).tolist()
    [[1.0], [1.0]]
    """

    def __init__(
        self,
        fit_tree: Callable[[np.ndarray, np.ndarray, int], Callable[[np.ndarray], np.ndarray]],
        n_trees: int,
        seed: int,
    ) -> None:
        if n_trees < 1:
            raise ValueError(f"n_trees must be at least 1, got {n_trees}")
        self._fit_tree = fit_tree
        self._n_trees = n_trees
        self._seed = seed

    def fit(self, X: np.ndarray, y: np.ndarray) -> RandomForestClassifier:
        """Fit every tree on its own bootstrap sample.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Features, one row an example.
        y : ndarray of shape (n,)
            Labels, integers or strings.

        Returns
        -------
        RandomForestClassifier
            The model itself.

        Raises
        ------
        ValueError
            If `X` is not a matrix with rows or `y` is not of shape (n,).

        Examples
        --------
        >>> def fit_tree(X, y, seed):
        ...     return lambda X: np.full((len(X), len(np.unique(y))), 1 / len(np.unique(y)))
        >>> RandomForestClassifier(fit_tree, 5, seed=0).fit(np.zeros((2, 1)), np.array(["b", "a"])).classes_.tolist()
        ['a', 'b']
        """
        if X.ndim != 2 or len(X) == 0 or y.shape != (len(X),):
            raise ValueError(f"X must be a matrix with rows and y fit it, got shapes {X.shape} and {y.shape}")
        n = len(X)
        self._X = X
        self.classes_, self._codes = np.unique(y, return_inverse=True)
        # One generator for the whole forest: its state moves on, so every tree sees other rows and another seed.
        rng = np.random.default_rng(self._seed)
        self._trees = []
        for _ in range(self._n_trees):
            rows = rng.integers(n, size=n)
            tree = self._fit_tree(X[rows], y[rows], int(rng.integers(2**63)))
            # A sample may miss a class; the tree has a column for each class it saw.
            columns = np.unique(self._codes[rows])
            self._trees.append((tree, columns, np.setdiff1d(np.arange(n), rows)))
        return self

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Mean of the probabilities that the trees give.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Features.

        Returns
        -------
        ndarray of shape (m, k)
            Probabilities in the order of `classes_`, float64.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> def fit_tree(X, y, seed):
        ...     return lambda X: np.ones((len(X), 1))
        >>> model = RandomForestClassifier(fit_tree, 5, seed=0).fit(np.zeros((3, 1)), np.array([7, 7, 7]))
        >>> model.predict_proba(np.zeros((2, 1))).tolist()
        [[1.0], [1.0]]
        """
        if X.ndim != 2 or X.shape[1] != self._X.shape[1]:
            raise ValueError(f"X must be a matrix with {self._X.shape[1]} columns, got shape {X.shape}")
        total = np.zeros((len(X), len(self.classes_)))
        for tree, columns, _ in self._trees:
            total[:, columns] += tree(X)
        return total / self._n_trees

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Most probable class; ties go to the smallest label.

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
        >>> def fit_tree(X, y, seed):
        ...     return lambda X: np.ones((len(X), 1))
        >>> model = RandomForestClassifier(fit_tree, 5, seed=0).fit(np.zeros((3, 1)), np.array([7, 7, 7]))
        >>> model.predict(np.zeros((2, 1))).tolist()
        [7, 7]
        """
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def oob_score(self) -> float:
        """Accuracy on the training rows, each predicted by the trees that did not see it.

        Returns
        -------
        float
            Share of correct predictions among the rows that some tree did not see; NaN if there is no such row.

        Examples
        --------
        >>> def fit_tree(X, y, seed):
        ...     return lambda X: np.ones((len(X), 1))
        >>> RandomForestClassifier(fit_tree, 5, seed=0).fit(np.zeros((9, 1)), np.full(9, 7)).oob_score()
        1.0
        """
        total = np.zeros((len(self._X), len(self.classes_)))
        times = np.zeros_like(total)
        for tree, columns, unseen in self._trees:
            total[np.ix_(unseen, columns)] += tree(self._X[unseen])
            times[np.ix_(unseen, columns)] += 1
        # The greatest sum is the greatest mean. A row that every tree saw has no sum at all.
        voted = total.any(axis=1)
        total /= np.maximum(times, 1)
        hits = total[voted].argmax(axis=1) == self._codes[voted]
        return float(hits.mean()) if len(hits) else math.nan
