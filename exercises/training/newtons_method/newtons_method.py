"""Newton's method with a safeguard, kinds of critical points, and equality constraints."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def classify_critical_point(H: np.ndarray, tol: float = 1e-8) -> str:
    """Tell the kind of a critical point from its Hessian.

    Parameters
    ----------
    H : ndarray of shape (n, n)
        Hessian; only its symmetric part counts.
    tol : float, default=1e-8
        Size up to which an eigenvalue counts as 0.

    Returns
    -------
    {"min", "max", "saddle", "degenerate"}
        Kind of the point.

    Raises
    ------
    ValueError
        If `H` is not a square matrix.

    Examples
    --------
    >>> classify_critical_point(np.array([[2.0, 0.0], [0.0, 3.0]]))
    'min'
    """
    raise NotImplementedError


def newton_minimize(
    f: Callable[[np.ndarray], float],
    grad: Callable[[np.ndarray], np.ndarray],
    hess: Callable[[np.ndarray], np.ndarray],
    x0: np.ndarray,
    tol: float = 1e-8,
    max_iter: int = 50,
) -> tuple[np.ndarray, int]:
    """Minimise a smooth function by damped Newton steps that always descend.

    Parameters
    ----------
    f, grad, hess : callable
        Take a point of shape (n,) and return the value, the gradient (n,) and the Hessian (n, n).
    x0 : ndarray of shape (n,)
        Start.
    tol : float, default=1e-8
        Greatest absolute entry of the gradient at which to stop.
    max_iter : int, default=50
        Greatest number of steps.

    Returns
    -------
    tuple of (ndarray of shape (n,), int)
        Point and number of steps.

    Examples
    --------
    >>> x, steps = newton_minimize(lambda x: float(x[0] ** 2), lambda x: 2 * x, lambda x: 2 * np.eye(1), np.ones(1))
    >>> steps
    1
    """
    raise NotImplementedError


def equality_qp(Q: np.ndarray, c: np.ndarray, A: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Minimise a quadratic function subject to linear equations.

    Parameters
    ----------
    Q : ndarray of shape (n, n)
        Symmetric matrix of the quadratic part.
    c : ndarray of shape (n,)
        Linear part.
    A : ndarray of shape (m, n)
        Left side of the constraints.
    b : ndarray of shape (m,)
        Right side of the constraints.

    Returns
    -------
    tuple of (ndarray of shape (n,), ndarray of shape (m,))
        Solution and multipliers.

    Raises
    ------
    ValueError
        If there is no unique solution.

    Examples
    --------
    >>> x, nu = equality_qp(np.eye(1), np.zeros(1), np.eye(1), np.array([3.0]))
    >>> x, nu
    (array([3.]), array([-3.]))
    """
    raise NotImplementedError
