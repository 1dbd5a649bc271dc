"""Puts the indicators before the features."""

from __future__ import annotations

import numpy as np


class SimpleImputer:
    """Fill missing entries of a column with one number learnt from that column.

    Parameters
    ----------
    strategy : str, default="mean"
        `"mean"`, `"median"`, `"most_frequent"` or `"constant"`.
    fill_value : float, default=0.0
        What fills every column under `"constant"`, and a column that is all missing under the others.
    add_indicator : bool, default=False
        Whether `transform` appends a column of zeros and ones for each feature with gaps in the training data.

    Raises
    ------
    ValueError
        If `strategy` is none of the four.

    Examples
    --------
    >>> imputer = SimpleImputer(add_indicator=True).fit(np.array([[1.0, 7.0], [np.nan, 9.0], [3.0, 5.0]]))
    >>> imputer.transform(np.array([[np.nan, np.nan], [6.0, 4.0]])).tolist()
    [[2.0, 7.0, 1.0], [6.0, 4.0, 0.0]]
    """

    def __init__(self, strategy: str = "mean", fill_value: float = 0.0, add_indicator: bool = False) -> None:
        if strategy not in ("mean", "median", "most_frequent", "constant"):
            raise ValueError(f'strategy must be "mean", "median", "most_frequent" or "constant", got {strategy!r}')
        self._strategy = strategy
        self._fill_value = fill_value
        self._add_indicator = add_indicator

    def fit(self, X: np.ndarray) -> SimpleImputer:
        """Learn what fills each column, and which columns have gaps.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Training data with NaN where a value is missing, at least one row.

        Returns
        -------
        SimpleImputer
            The imputer itself.

        Raises
        ------
        ValueError
            If `X` is not a matrix or has no rows.

        Examples
        --------
        >>> imputer = SimpleImputer("most_frequent").fit(np.array([[4.0], [1.0], [np.nan], [4.0], [1.0]]))
        >>> imputer.transform(np.array([[np.nan]])).tolist()
        [[1.0]]
        """
        X = _matrix(X)
        if len(X) == 0:
            raise ValueError("cannot learn from no rows")
        missing = np.isnan(X)
        self._fills = np.array([self._fill(column[~gaps]) for column, gaps in zip(X.T, missing.T)])
        self._indicated = missing.any(axis=0)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Fill the gaps with what was learnt.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Data with as many columns as the training data.

        Returns
        -------
        ndarray of shape (n, d) or (n, d + c)
            New array without NaN, float64. With `add_indicator`, a column follows for each of the c features that had
            gaps in the training data, in their order: 1 where the entry was missing, else 0.

        Raises
        ------
        ValueError
            If `X` is not a matrix with d columns.

        Examples
        --------
        >>> imputer = SimpleImputer("constant", fill_value=-1.0).fit(np.array([[5.0, 6.0]]))
        >>> imputer.transform(np.array([[np.nan, 2.0]])).tolist()
        [[-1.0, 2.0]]
        """
        X = _matrix(X)
        if X.shape[1] != len(self._fills):
            raise ValueError(f"expected {len(self._fills)} columns, got {X.shape[1]}")
        missing = np.isnan(X)
        filled = np.where(missing, self._fills, X)
        if self._add_indicator:
            # Training data decide on the columns, so that every later matrix gets the same ones.
            return np.hstack([missing[:, self._indicated], filled])
        return filled

    def _fill(self, present: np.ndarray) -> float:
        """Number that fills a column with these values."""
        if self._strategy == "constant" or present.size == 0:
            return self._fill_value
        if self._strategy == "mean":
            return present.mean()
        if self._strategy == "median":
            return np.median(present)
        values, counts = np.unique(present, return_counts=True)
        # The values are sorted and argmax returns the first maximum: the smallest value wins a tie.
        return values[np.argmax(counts)]


def _matrix(X: np.ndarray) -> np.ndarray:
    """Check for a matrix, and make it float64: means of narrow floats lose digits or overflow."""
    if X.ndim != 2:
        raise ValueError(f"expected a matrix with one row an example, got shape {X.shape}")
    return X.astype(np.float64)
