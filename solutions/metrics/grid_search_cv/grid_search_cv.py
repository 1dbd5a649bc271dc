"""Cross-validated grid search."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np


def cross_val_score(
    make_model: Callable[[], Any],
    X: np.ndarray,
    y: np.ndarray,
    splits: list[tuple[np.ndarray, np.ndarray]],
    metric: Callable[[np.ndarray, np.ndarray], float],
) -> list[float]:
    """Score a model on every fold.

    Parameters
    ----------
    make_model : callable
        Returns a new model with `fit` and `predict`.
    X : ndarray of shape (n, d)
        Features.
    y : ndarray of shape (n,)
        Targets.
    splits : list of (ndarray, ndarray)
        Training and test indices of each fold.
    metric : callable
        Takes true values and predictions; higher is better.

    Returns
    -------
    list of float
        One score a fold.

    Raises
    ------
    ValueError
        If there are no splits.

    Examples
    --------
    >>> cross_val_score(None, np.zeros((0, 1)), np.zeros(0), [], None)
    Traceback (most recent call last):
    ValueError: cross-validation needs at least one split
    """
    if not splits:
        raise ValueError("cross-validation needs at least one split")
    scores = []
    for train, test in splits:
        model = make_model()  # a new one: an old one may remember its last fold
        model.fit(X[train], y[train])
        scores.append(float(metric(y[test], model.predict(X[test]))))
    return scores


def grid_search(
    make_model: Callable[..., Any],
    grid: dict[str, list[Any]],
    X: np.ndarray,
    y: np.ndarray,
    splits: list[tuple[np.ndarray, np.ndarray]],
    metric: Callable[[np.ndarray, np.ndarray], float],
) -> tuple[dict[str, Any], float, list[tuple[dict[str, Any], float, float]], Any]:
    """Try every combination of parameters and train the best on all rows.

    Parameters
    ----------
    make_model : callable
        Takes parameters by name and returns a new model.
    grid : dict of str to list
        Values of each parameter.
    X : ndarray of shape (n, d)
        Features.
    y : ndarray of shape (n,)
        Targets.
    splits : list of (ndarray, ndarray)
        Training and test indices of each fold.
    metric : callable
        Takes true values and predictions; higher is better.

    Returns
    -------
    tuple of (dict, float, list of (dict, float, float), object)
        Best parameters, their mean score, the table of all candidates, and the fitted model.

    Raises
    ------
    ValueError
        If there is no split, no candidate, or no mean that is a number.

    Examples
    --------
    >>> grid_search(None, {"depth": []}, np.zeros((0, 1)), np.zeros(0), [], None)
    Traceback (most recent call last):
    ValueError: no candidate has a score
    """
    best: tuple[dict[str, Any], float] | None = None
    table = []
    for values in itertools.product(*grid.values()):
        params = dict(zip(grid, values))
        scores = cross_val_score(lambda: make_model(**params), X, y, splits, metric)
        mean = float(np.mean(scores))
        table.append((params, mean, float(np.std(scores))))
        if not math.isnan(mean) and (best is None or mean > best[1]):
            best = params, mean
    if best is None:
        raise ValueError("no candidate has a score")
    return *best, table, make_model(**best[0]).fit(X, y)
