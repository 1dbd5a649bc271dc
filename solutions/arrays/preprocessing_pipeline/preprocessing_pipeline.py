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
        _check_names([name for name, _ in steps])
        self._steps = [step for _, step in steps]

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
        for step in self._steps[:-1]:
            step.fit(X, y)
            X = step.transform(X)
        self._steps[-1].fit(X, y)
        return self

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
        for step in self._steps:
            X = step.transform(X)
        return X

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
        for step in self._steps[:-1]:
            X = step.transform(X)
        return self._steps[-1].predict(X)


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
        _check_names([name for name, _, _ in parts])
        if remainder not in ("drop", "passthrough"):
            raise ValueError(f'remainder must be "drop" or "passthrough", not {remainder!r}')
        self._parts = [(transformer, list(columns)) for _, transformer, columns in parts]
        self._passes = remainder == "passthrough"

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
        self._d = X.shape[1]
        named = {column for _, columns in self._parts for column in columns}
        if not named <= set(range(self._d)):
            raise ValueError(f"columns must lie in 0 to {self._d - 1}, not {sorted(named)}")
        self._others = [column for column in range(self._d) if self._passes and column not in named]
        for transformer, columns in self._parts:
            transformer.fit(X[:, columns], y)
        return self

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
        if X.shape[1] != self._d:
            raise ValueError(f"fitted on {self._d} columns, not {X.shape[1]}")
        return np.hstack([*(part.transform(X[:, columns]) for part, columns in self._parts), X[:, self._others]])


def _check_names(names: list[str]) -> None:
    """Names must be there, and different."""
    if not names or len(set(names)) < len(names):
        raise ValueError(f"names must be different, and at least one, not {names}")
