"""A pipeline and a column transformer, which fit on training rows only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


class Pipeline:
    """Chain of steps that is fitted and applied as one.

    Parameters
    ----------
    steps : list of tuple
        Pairs of a name and a step.

    Raises
    ------
    ValueError
        If there are no steps, or two have the same name.

    Examples
    --------
    >>> class Double:
    ...     def fit(self, X, y=None): ...
    ...     def transform(self, X):
    ...         return 2 * X
    >>> Pipeline([("a", Double()), ("b", Double())]).fit(np.ones((1, 1))).transform(np.ones((1, 1))).tolist()
    [[4.0]]
    """

    def __init__(self, steps: Sequence[tuple[str, Any]]) -> None:
        raise NotImplementedError

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> Pipeline:
        """Fit every step on what the steps before it made of the rows.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Training rows.
        y : ndarray of shape (n,), optional
            Targets, passed to every step.

        Returns
        -------
        Pipeline
            The pipeline itself.
        """
        raise NotImplementedError

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Transform rows with all steps.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows.

        Returns
        -------
        ndarray of shape (m, e)
            What the last step makes of them.
        """
        raise NotImplementedError

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Transform rows with all steps but the last, which predicts.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows.

        Returns
        -------
        ndarray of shape (m,)
            Predictions.
        """
        raise NotImplementedError


class ColumnTransformer:
    """Send columns through different transformers, and stack what comes out.

    Parameters
    ----------
    parts : list of tuple
        Triples of a name, a transformer and the columns that it gets.
    remainder : str, default="drop"
        What happens to columns that no part names: `"drop"` or `"passthrough"`.

    Raises
    ------
    ValueError
        If there are no parts, two have the same name, or `remainder` is unknown.

    Examples
    --------
    >>> class Double:
    ...     def fit(self, X, y=None): ...
    ...     def transform(self, X):
    ...         return 2 * X
    >>> X = np.array([[1.0, 5.0]])
    >>> ColumnTransformer([("b", Double(), [1])], "passthrough").fit(X).transform(X).tolist()
    [[10.0, 1.0]]
    """

    def __init__(self, parts: Sequence[tuple[str, Any, Sequence[int]]], remainder: str = "drop") -> None:
        raise NotImplementedError

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> ColumnTransformer:
        """Fit each transformer on its columns.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Training rows.
        y : ndarray of shape (n,), optional
            Targets, passed to every transformer.

        Returns
        -------
        ColumnTransformer
            The object itself.

        Raises
        ------
        ValueError
            If a column is out of range.
        """
        raise NotImplementedError

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Transform the columns, and stack the results in the order of the parts.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Rows.

        Returns
        -------
        ndarray of shape (m, e)
            Outputs of the parts, then the columns that pass through.

        Raises
        ------
        ValueError
            If the number of columns is not that of fit.
        """
        raise NotImplementedError
