"""Scales the smoothing by the variance of each feature."""

from __future__ import annotations

import numpy as np


class GaussianNB:
    """Naive Bayes for real features: within a class, each feature is normal and independent of the others.

    Parameters
    ----------
    var_smoothing : float, default=1e-9
        Share of the largest variance of a feature that is added to every variance; not negative.

    Attributes
    ----------
    classes_ : ndarray of shape (k,)
        Different labels in ascending order.

    Raises
    ------
    ValueError
        If `var_smoothing` is negative.

    Examples
    --------
    >>> model = GaussianNB().fit(np.array([[0.0], [2.0], [8.0], [10.0]]), np.array([3, 3, 7, 7]))
    >>> model.predict(np.array([[4.0], [6.0]])).tolist()
    [3, 7]
    """

    def __init__(self, var_smoothing: float = 1e-9) -> None:
        if var_smoothing < 0.0:
            raise ValueError(f"var_smoothing must not be negative, got {var_smoothing}")
        self._var_smoothing = var_smoothing

    def fit(self, X: np.ndarray, y: np.ndarray) -> GaussianNB:
        """Estimate priors, means and variances.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Features, one row an example.
        y : ndarray of shape (n,)
            Labels, integers or strings.

        Returns
        -------
        GaussianNB
            The model itself.

        Raises
        ------
        ValueError
            If `X` is not a matrix with rows, `y` is not of shape (n,), or a smoothed variance is zero.

        Examples
        --------
        >>> model = GaussianNB().fit(np.array([[0.0], [2.0], [8.0]]), np.array(["a", "a", "b"]))
        >>> model.classes_.tolist()
        ['a', 'b']
        """
        X, self.classes_, label, members, self._log_prior = _grouped(X, y)
        size = members.sum(axis=1)[:, None]
        self._means = members @ X / size
        # Differences first, squares second: E[x^2] - E[x]^2 would lose all digits far from the origin.
        variances = members @ (X - self._means[label]) ** 2 / size
        self._variances = variances + self._var_smoothing * X.var(axis=0)
        if np.any(self._variances == 0.0):
            raise ValueError("a feature does not vary within a class, and there is no smoothing")
        return self

    def predict_log_proba(self, X: np.ndarray) -> np.ndarray:
        """Logarithm of the probability of each class.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Features.

        Returns
        -------
        ndarray of shape (m, k)
            Log-probabilities in the order of `classes_`, float64.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> model = GaussianNB().fit(np.array([[0.0], [2.0], [8.0], [10.0]]), np.array([3, 3, 7, 7]))
        >>> model.predict_log_proba(np.array([[5.0], [4.0]])).round(6).tolist()
        [[-0.693147, -0.693147], [-0.000335, -8.000335]]
        """
        X = _matrix(X)
        if X.shape[1] != self._means.shape[1]:
            raise ValueError(f"expected {self._means.shape[1]} columns, got shape {X.shape}")
        # log N(x; mu, v) = -(log(2 pi v) + (x - mu)^2 / v) / 2, summed over features. The constant log(2 pi) is the
        # same for all classes. A loop over classes keeps memory at (m, d).
        cost = np.stack([(np.log(v) + (X - mean) ** 2 / v).sum(axis=1) for mean, v in self._each_class()], axis=1)
        return _normalised(self._log_prior - 0.5 * cost)

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
        >>> model = GaussianNB().fit(np.array([[0.0], [2.0], [8.0], [10.0]]), np.array([3, 3, 7, 7]))
        >>> model.predict(np.array([[-5.0]])).tolist()
        [3]
        """
        return self.classes_[self.predict_log_proba(X).argmax(axis=1)]

    def _each_class(self) -> zip[tuple[np.ndarray, np.ndarray]]:
        """Means and variances of one class after the other."""
        return zip(self._means, self._variances, strict=True)


class MultinomialNB:
    """Naive Bayes for counts: within a class, the words of a row are drawn independently.

    Parameters
    ----------
    alpha : float, default=1.0
        Pseudo-count of every word in every class, positive.

    Attributes
    ----------
    classes_ : ndarray of shape (k,)
        Different labels in ascending order.

    Raises
    ------
    ValueError
        If `alpha` is not positive.

    Examples
    --------
    >>> model = MultinomialNB().fit(np.array([[3, 0], [0, 1]]), np.array(["ham", "spam"]))
    >>> model.predict(np.array([[1, 0], [1, 3]])).tolist()
    ['ham', 'spam']
    """

    def __init__(self, alpha: float = 1.0) -> None:
        if alpha <= 0.0:
            raise ValueError(f"alpha must be positive, got {alpha}")
        self._alpha = alpha

    def fit(self, X: np.ndarray, y: np.ndarray) -> MultinomialNB:
        """Estimate priors and the word distribution of each class.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Counts, one row an example; not negative.
        y : ndarray of shape (n,)
            Labels, integers or strings.

        Returns
        -------
        MultinomialNB
            The model itself.

        Raises
        ------
        ValueError
            If `X` is not a matrix with rows, `y` is not of shape (n,), or a count is negative.

        Examples
        --------
        >>> model = MultinomialNB().fit(np.array([[3, 0], [0, 1]]), np.array([5, -5]))
        >>> model.classes_.tolist()
        [-5, 5]
        """
        X, self.classes_, _, members, self._log_prior = _grouped(X, y)
        _check_counts(X)
        counts = members @ X + self._alpha
        # Every word has alpha more, so each row of counts has alpha d more, and the shares still sum to one.
        self._log_share = np.log(counts / counts.sum(axis=1, keepdims=True))
        return self

    def predict_log_proba(self, X: np.ndarray) -> np.ndarray:
        """Logarithm of the probability of each class.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Counts, not negative.

        Returns
        -------
        ndarray of shape (m, k)
            Log-probabilities in the order of `classes_`, float64.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns or a count is negative.

        Examples
        --------
        >>> model = MultinomialNB().fit(np.array([[3, 0], [0, 1]]), np.array([0, 1]))
        >>> np.exp(model.predict_log_proba(np.array([[0, 0], [1, 1]]))).round(6).tolist()
        [[0.5, 0.5], [0.418605, 0.581395]]
        """
        X = _matrix(X)
        _check_counts(X)
        # The multinomial coefficient is the same for all classes. The product refuses another number of columns.
        return _normalised(X @ self._log_share.T + self._log_prior)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Most probable class; ties go to the smallest label.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Counts, not negative.

        Returns
        -------
        ndarray of shape (m,)
            Labels, with the dtype of `classes_`.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns or a count is negative.

        Examples
        --------
        >>> model = MultinomialNB().fit(np.array([[3, 0], [0, 1]]), np.array([0, 1]))
        >>> model.predict(np.array([[0, 0], [0, 2]])).tolist()
        [0, 1]
        """
        return self.classes_[self.predict_log_proba(X).argmax(axis=1)]


def _matrix(X: np.ndarray) -> np.ndarray:
    """The features as float64."""
    if X.ndim != 2:
        raise ValueError(f"X must be a matrix, got shape {X.shape}")
    return X.astype(np.float64)


def _grouped(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Features, classes, class index of each row, membership of shape (k, n) and log-priors."""
    X = _matrix(X)
    if len(X) == 0 or y.shape != (len(X),):
        raise ValueError(f"X and y must have equal lengths, at least 1, got shapes {X.shape} and {y.shape}")
    classes, label = np.unique(y, return_inverse=True)
    # A product with the memberships sums the rows of each class.
    members = (label == np.arange(len(classes))[:, None]).astype(np.float64)
    return X, classes, label, members, np.log(members.mean(axis=1))


def _check_counts(X: np.ndarray) -> None:
    """Refuse negative counts."""
    if np.any(X < 0.0):
        raise ValueError("counts must not be negative")


def _normalised(joint: np.ndarray) -> np.ndarray:
    """Subtract the log of the sum of exponentials from each row."""
    # With the greatest entry of a row at 0, no exponential overflows and their sum is at least 1.
    joint = joint - joint.max(axis=1, keepdims=True)
    return joint - np.log(np.exp(joint).sum(axis=1, keepdims=True))
