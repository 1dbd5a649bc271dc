"""Computes in the dtype of y."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


class GradientBoosting:
    """Sum of trees, each fitted to what the ones before it left over.

    Parameters
    ----------
    loss : {"squared", "logistic"}
        Loss to minimise.
    n_rounds : int
        Number of trees, not negative.
    lr : float
        Factor of every tree, positive.
    fit_tree : callable
        `fit_tree(X, target)` fits a regression tree and returns a function from rows to the numbers of their leaves.

    Raises
    ------
    ValueError
        If `loss` is unknown, `n_rounds` is negative, or `lr` is not positive.

    Examples
    --------
    >>> def fit_tree(X, target):
    ...     return lambda X: (X[:, 0] > 2.0).astype(int)
    >>> model = GradientBoosting("squared", 2, 0.5, fit_tree).fit(np.array([[1.0], [3.0]]), np.array([0.0, 8.0]))
    >>> model.predict(np.array([[1.0], [3.0]])).tolist()
    [1.0, 7.0]
    """

    def __init__(
        self,
        loss: str,
        n_rounds: int,
        lr: float,
        fit_tree: Callable[[np.ndarray, np.ndarray], Callable[[np.ndarray], np.ndarray]],
    ) -> None:
        if loss not in ("squared", "logistic") or n_rounds < 0 or lr <= 0.0:
            raise ValueError(f"unknown loss {loss!r}, or n_rounds {n_rounds} or lr {lr} too small")
        self._logistic = loss == "logistic"
        self._n_rounds = n_rounds
        self._lr = lr
        self._fit_tree = fit_tree

    def fit(self, X: np.ndarray, y: np.ndarray) -> GradientBoosting:
        """Fit one tree after the other.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Features, one row an example.
        y : ndarray of shape (n,)
            Targets; 0 and 1, both of them, for the logistic loss.

        Returns
        -------
        GradientBoosting
            The model itself.

        Raises
        ------
        ValueError
            If `X` is not a matrix with rows, `y` is not of shape (n,), or for the logistic loss `y` holds anything but 0
            and 1 or only one of them.

        Examples
        --------
        >>> def fit_tree(X, target):
        ...     return lambda X: np.zeros(len(X), dtype=int)
        >>> model = GradientBoosting("logistic", 0, 0.1, fit_tree).fit(np.zeros((4, 1)), np.array([1, 1, 0, 1]))
        >>> model.predict(np.zeros((1, 1))).tolist()
        [0.75]
        """
        if X.ndim != 2 or len(X) == 0 or y.shape != (len(X),):
            raise ValueError(f"X must be a matrix with rows and y fit it, got shapes {X.shape} and {y.shape}")
        y = y.astype(np.result_type(y, np.float16))
        self._d = X.shape[1]
        self._init = y.mean()
        if self._logistic:
            if not np.array_equal(np.unique(y), [0.0, 1.0]):
                # With one label only the log-odds would be infinite.
                raise ValueError("the logistic loss needs both labels, 0 and 1")
            self._init = np.log(self._init / (1.0 - self._init))
        self._rounds = []
        raw = np.full(len(y), self._init)
        for _ in range(self._n_rounds):
            # Minus the gradient of the loss by the raw score, and its second derivative:
            # (y - raw)^2 / 2 has y - raw and 1, log(1 + exp(raw)) - y raw has y - p and p (1 - p).
            p = _sigmoid(raw)
            residual, curvature = (y - p, p * (1.0 - p)) if self._logistic else (y - raw, np.ones(len(y)))
            leaf_of = self._fit_tree(X, residual)
            leaves, place = np.unique(leaf_of(X), return_inverse=True)
            # The tree decides which rows share a value; the value is one Newton step, for squared loss the mean.
            step = np.bincount(place, residual) / np.maximum(np.bincount(place, curvature), 1e-12)
            self._rounds.append((leaf_of, leaves, self._lr * step))
            raw = raw + self._lr * step[place]
        return self

    def staged_raw(self, X: np.ndarray) -> np.ndarray:
        """Raw scores after every round.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Features.

        Returns
        -------
        ndarray of shape (n_rounds + 1, m)
            Raw scores, float64; the first row is that before any tree.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> def fit_tree(X, target):
        ...     return lambda X: (X[:, 0] > 2.0).astype(int)
        >>> model = GradientBoosting("squared", 2, 0.5, fit_tree).fit(np.array([[1.0], [3.0]]), np.array([0.0, 8.0]))
        >>> model.staged_raw(np.array([[9.0]])).tolist()
        [[4.0], [6.0], [7.0]]
        """
        if X.ndim != 2 or X.shape[1] != self._d:
            raise ValueError(f"X must be a matrix with {self._d} columns, got shape {X.shape}")
        stages = [np.full(len(X), self._init)]
        for leaf_of, leaves, values in self._rounds:
            stages.append(stages[-1] + values[np.searchsorted(leaves, leaf_of(X))])
        return np.array(stages)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Predicted value, or probability of label 1 for the logistic loss.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Features.

        Returns
        -------
        ndarray of shape (m,)
            Predictions, float64.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> def fit_tree(X, target):
        ...     return lambda X: (X[:, 0] > 2.0).astype(int)
        >>> model = GradientBoosting("logistic", 1, 0.5, fit_tree).fit(np.array([[1.0], [3.0]]), np.array([0, 1]))
        >>> model.predict(np.array([[1.0], [3.0]])).round(6).tolist()
        [0.268941, 0.731059]
        """
        raw = self.staged_raw(X)[-1]
        return _sigmoid(raw) if self._logistic else raw


def _sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z)), with exp(z) above and below where z is negative, so that nothing overflows."""
    return np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))
