"""Stratified sampling, and the mean of a sample corrected for its strata."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import numpy as np


def stratified_sample(strata: np.ndarray, n: int, u: np.ndarray) -> np.ndarray:
    """Draw rows in proportion to the size of each stratum.

    Parameters
    ----------
    strata : ndarray of shape (N,)
        Label of each row.
    n : int
        Rows to draw, 0 to N.
    u : ndarray of shape (N,)
        Uniform numbers; the smallest of a stratum are drawn.

    Returns
    -------
    ndarray of shape (n,)
        Row indices, ascending.

    Raises
    ------
    ValueError
        If `n` is out of range or shapes do not fit.

    Examples
    --------
    >>> stratified_sample(np.array([0, 0, 1, 1]), 2, np.array([0.5, 0.4, 0.1, 0.2])).tolist()
    [1, 2]
    """
    raise NotImplementedError


def post_stratified_mean(
    values: np.ndarray, strata: np.ndarray, population_share: Mapping[Hashable, float]
) -> tuple[float, float]:
    """Estimate a population mean from a sample whose strata are out of proportion.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Sample.
    strata : ndarray of shape (n,)
        Label of each value.
    population_share : dict
        Share of each label in the population; sums to 1.

    Returns
    -------
    mean : float
        Weighted mean of the strata.
    standard_error : float
        Its standard error, strata being given.

    Raises
    ------
    ValueError
        If shapes do not fit, labels and shares do not match or shares do not sum to 1.

    Examples
    --------
    >>> post_stratified_mean(np.array([1.0, 1.0, 5.0]), np.array(["a", "a", "b"]), {"a": 0.5, "b": 0.5})
    (3.0, 0.0)
    """
    raise NotImplementedError
