"""As an optimisation lecture writes it: add to the diagonal until Cholesky works, then backtrack; KKT by blocks."""

import numpy as np


def classify_critical_point(H, tol=1e-8):
    """Signs of the eigenvalues."""
    w = np.linalg.eigvalsh(0.5 * (H + H.T))
    if np.any(w > tol) and np.any(w < -tol):
        return "saddle"
    if np.any(np.abs(w) <= tol):
        return "degenerate"
    return "min" if w[0] > 0 else "max"


def newton_minimize(f, grad, hess, x0, tol=1e-8, max_iter=50):
    """Modified Newton with Armijo."""
    x = x0.astype(float).copy()
    for k in range(max_iter):
        g = grad(x)
        if np.linalg.norm(g, np.inf) <= tol:
            return x, k
        H = hess(x)
        tau = 0.0
        while True:
            try:
                np.linalg.cholesky(H + tau * np.eye(len(x)))
                break
            except np.linalg.LinAlgError:
                tau = max(2 * tau, 1e-3)
        d = np.linalg.solve(H + tau * np.eye(len(x)), -g)
        t = 1.0
        while f(x + t * d) > f(x) + 1e-4 * t * g.dot(d) and t > 1e-16:
            t *= 0.5
        x = x + t * d
    return x, max_iter


def equality_qp(Q, c, A, b):
    """KKT system."""
    n, m = Q.shape[0], A.shape[0]
    K = np.zeros((n + m, n + m))
    K[:n, :n] = Q
    K[:n, n:] = A.T
    K[n:, :n] = A
    z = np.linalg.solve(K, np.hstack([-c, b]))
    return z[:n], z[n:]
