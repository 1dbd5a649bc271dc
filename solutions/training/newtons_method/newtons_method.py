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
    if H.ndim != 2 or H.shape[0] != H.shape[1]:
        raise ValueError(f"H must be a square matrix, got shape {H.shape}")
    eigenvalues = np.linalg.eigvalsh((H + H.T) / 2)
    up, down = eigenvalues > tol, eigenvalues < -tol
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "min"
    return "max" if down.all() else "degenerate"


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
    x = np.array(x0, dtype=np.float64)
    for steps in range(max_iter):
        g = grad(x)
        if np.abs(g).max() <= tol:
            return x, steps
        e, v = np.linalg.eigh(hess(x))
        if e[0] <= 0:  # the smallest one: not positive definite, so the plain step may climb
            e = np.maximum(np.abs(e), 1e-6)
        direction = -v @ ((v.T @ g) / e)
        value, slope = f(x), g @ direction
        for halvings in range(31):
            s = 0.5**halvings
            moved = x + s * direction
            if f(moved) <= value + 1e-4 * s * slope:
                break
        else:
            return x, steps  # rounding leaves nothing to gain
        x = moved
    return x, max_iter


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
    n, m = len(c), len(b)
    kkt = np.block([[Q, A.T], [A, np.zeros((m, m))]])
    if np.linalg.matrix_rank(kkt) < n + m:
        raise ValueError("the equations have no unique solution")
    solution = np.linalg.solve(kkt, np.concatenate([-c, b]))
    return solution[:n], solution[n:]
