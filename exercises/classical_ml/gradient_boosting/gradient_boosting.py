"""Gradient boosting machine for squared and logistic loss."""

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError
