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
    _check_data(X, y)
    # Weights in float64 carry the dtype through every product below.
    w = np.asarray(w, dtype=np.float64)
    if w.shape != (X.shape[1],):
        raise ValueError(f"w must have shape ({X.shape[1]},), got {w.shape}")
    if l2 < 0.0:
        raise ValueError(f"l2 must not be negative, got {l2}")
    sign = 2.0 * y - 1.0
    margin = sign * (X @ w + b)
    # -log sigmoid(m) = log(1 + exp(-m)) = max(-m, 0) + log(1 + exp(-|m|)): no exponential is above 1.
    loss = np.mean(np.maximum(-margin, 0.0) + np.log1p(np.exp(-np.abs(margin)))) + 0.5 * l2 * (w @ w)
    # d/dm log(1 + exp(-m)) = -sigmoid(-m). In terms of p and y, sign * -sigmoid(-m) is p - y.
    error = -sign * _sigmoid(-margin) / len(y)
    return float(loss), error @ X + l2 * w, float(error.sum())


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
        if l2 <= 0.0:
            raise ValueError(f"l2 must be positive, got {l2}")
        self._l2 = l2

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
        _check_data(X, y)
        if y.min() == y.max():
            # Every step along b would lower the loss: there is no minimum.
            raise ValueError("both labels must occur in y")
        n, d = X.shape
        ones = np.column_stack([X, np.ones(n)])
        penalty = np.diag(np.append(np.full(d, self._l2), 0.0))
        theta = np.zeros(d + 1)
        for _ in range(50):
            loss, grad_w, grad_b = loss_and_grad(theta[:-1], theta[-1], X, y, self._l2)
            gradient = np.append(grad_w, grad_b)
            p = _sigmoid(ones @ theta)
            # The derivative of p by the logit is p (1 - p). The intercept bears no penalty, hence the 0 in the corner.
            hessian = (ones.T * (p * (1.0 - p) / n)) @ ones + penalty
            step = np.linalg.solve(hessian, gradient)
            # Where the loss is far from a parabola a full step overshoots: halve it until the loss does not rise.
            while loss_and_grad((theta - step)[:-1], (theta - step)[-1], X, y, self._l2)[0] > loss + 1e-12:
                step = step / 2.0
            theta = theta - step
        self.coef_, self.intercept_ = theta[:-1], float(theta[-1])
        return self

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
        if X.ndim != 2:
            raise ValueError(f"X must be a matrix, got shape {X.shape}")
        # The product refuses another number of columns with a ValueError of its own.
        return _sigmoid(X @ self.coef_ + self.intercept_)

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
        return (self.predict_proba(X) >= 0.5).astype(np.int64)


def _check_data(X: np.ndarray, y: np.ndarray) -> None:
    """Refuse what is not a matrix of features with one label a row."""
    if X.ndim != 2 or len(X) == 0:
        raise ValueError(f"X must be a matrix with at least one row, got shape {X.shape}")
    # A column y would turn the margins into a matrix of shape (n, n).
    if y.shape != (len(X),):
        raise ValueError(f"y must have shape ({len(X)},), got {y.shape}")
    if not np.all((y == 0) | (y == 1)):
        raise ValueError("y must hold 0 and 1 only")


def _sigmoid(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z)), with exp(z) above and below where z is negative, so that nothing overflows."""
    return np.exp(np.minimum(z, 0.0)) / (1.0 + np.exp(-np.abs(z)))
