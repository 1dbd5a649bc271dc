"""CART decision tree classifier."""

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
    raise NotImplementedError


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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError

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
        raise NotImplementedError
