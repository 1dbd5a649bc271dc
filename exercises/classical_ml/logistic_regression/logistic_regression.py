"""Logistic regression with stable loss and gradient."""

from __future__ import annotations

import numpy as np


def loss_and_grad(
    w: np.ndarray, b: float, X: np.ndarray, y: np.ndarray, l2: float = 0.0
) -> tuple[float, np.ndarray, float]:
    """Mean cross-entropy of a logistic model plus a penalty on its weights, and the gradient.

    Parameters
    ----------
    w : ndarray of shape (d,)
        Weights.
    b : float
        Intercept.
    X : ndarray of shape (n, d)
        Features, one row an example.
    y : ndarray of shape (n,)
        Labels, 0 or 1.
    l2 : float, default=0.0
        The penalty is l2 / 2 times the squared length of `w`; not negative.

    Returns
    -------
    loss : float
        Mean cross-entropy plus penalty.
    grad_w : ndarray of shape (d,)
        Derivative of the loss by `w`, float64.
    grad_b : float
        Derivative of the loss by `b`.

    Raises
    ------
    ValueError
        If `X` is not a matrix, has no rows, `w` is not of shape (d,), `y` is not of shape (n,) or holds another label
        than 0 and 1, or `l2` is negative.

    Examples
    --------
    >>> X, y = np.array([[1.0], [3.0]]), np.array([0, 1])
    >>> loss, grad_w, grad_b = loss_and_grad(np.zeros(1), 0.0, X, y)
    >>> round(loss, 6), grad_w.tolist(), grad_b
    (0.693147, [-0.5], 0.0)
    """
    raise NotImplementedError


class LogisticRegression:
    """Logistic regression with a penalty on the weights, fitted to the minimum of its loss.

    Parameters
    ----------
    l2 : float, default=1e-3
        Penalty as in `loss_and_grad`, positive.

    Attributes
    ----------
    coef_ : ndarray of shape (d,)
        Weights, float64.
    intercept_ : float
        Intercept.

    Raises
    ------
    ValueError
        If `l2` is not positive.

    Examples
    --------
    >>> model = LogisticRegression(l2=0.1).fit(np.array([[-1.0], [0.0], [3.0], [4.0]]), np.array([0, 0, 1, 1]))
    >>> model.predict(np.array([[1.0], [2.0]])).tolist()
    [0, 1]
    """

    def __init__(self, l2: float = 1e-3) -> None:
        raise NotImplementedError

    def fit(self, X: np.ndarray, y: np.ndarray) -> LogisticRegression:
        """Find the weights and the intercept with the least loss.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Features, one row an example.
        y : ndarray of shape (n,)
            Labels, 0 or 1; both occur.

        Returns
        -------
        LogisticRegression
            The model itself.

        Raises
        ------
        ValueError
            If `X` is not a matrix, `y` is not of shape (n,) or holds another label than 0 and 1, or a label is missing.

        Examples
        --------
        >>> model = LogisticRegression().fit(np.zeros((4, 1)), np.array([1, 1, 0, 1]))
        >>> model.coef_.round(6).tolist(), round(model.intercept_, 6)
        ([0.0], 1.098612)
        """
        raise NotImplementedError

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Probability of label 1 for each row.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Features.

        Returns
        -------
        ndarray of shape (m,)
            Probabilities, float64.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> model = LogisticRegression().fit(np.array([[-1.0], [1.0]]), np.array([0, 1]))
        >>> model.predict_proba(np.array([[0.0], [1e6]])).round(6).tolist()
        [0.5, 1.0]
        """
        raise NotImplementedError

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Label 1 for each row whose probability is at least one half, else 0.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Features.

        Returns
        -------
        ndarray of shape (m,)
            Labels, int64.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> model = LogisticRegression().fit(np.array([[-1.0], [1.0]]), np.array([0, 1]))
        >>> model.predict(np.array([[-0.1], [0.1]])).tolist()
        [0, 1]
        """
        raise NotImplementedError
