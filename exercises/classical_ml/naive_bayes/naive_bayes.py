"""Gaussian and multinomial naive Bayes in log space."""

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError


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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError
