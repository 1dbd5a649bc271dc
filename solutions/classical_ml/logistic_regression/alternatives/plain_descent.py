"""Plain gradient descent with the safe step 1 / L, and masks for the two signs of the logit."""

import numpy as np


def sigmoid(z):
    """Two formulas, one for each sign."""
    p = np.empty_like(z)
    high = z >= 0
    p[high] = 1 / (1 + np.exp(-z[high]))
    p[~high] = np.exp(z[~high]) / (1 + np.exp(z[~high]))
    return p


def checked(X, y):
    """Arrays of floats, or ValueError."""
    X, y = np.asarray(X, np.float64), np.asarray(y, np.float64)
    if X.ndim != 2 or len(X) < 1 or y.ndim != 1 or len(y) != len(X) or set(y.tolist()) - {0.0, 1.0}:
        raise ValueError("X and y do not fit")
    return X, y


def loss_and_grad(w, b, X, y, l2=0.0):
    """Losses of the ones and of the zeros apart."""
    X, y = checked(X, y)
    w = np.asarray(w, np.float64)
    if w.ndim != 1 or len(w) != X.shape[1] or l2 < 0:
        raise ValueError("w and l2 do not fit")
    z = X @ w + b
    toward = np.where(y == 1, -z, z)
    total = np.sum(np.maximum(toward, 0)) + np.sum(np.log1p(np.exp(-np.abs(toward))))
    residual = sigmoid(z) - y
    return float(total / len(y) + 0.5 * l2 * w.dot(w)), residual @ X / len(y) + l2 * w, float(np.mean(residual))


class LogisticRegression:
    """Descent with a constant step below the inverse of the largest curvature, then a few Newton steps."""

    def __init__(self, l2=1e-3):
        self.l2 = l2

    def fit(self, X, y):
        """Two hundred plain steps, then Newton steps."""
        l2 = self.l2
        if l2 <= 0:
            raise ValueError("bad l2")
        X, y = checked(X, y)
        if y.min() == y.max():
            raise ValueError("both labels are needed")
        A = np.c_[X, np.ones(len(X))]
        ridge = np.append(np.full(X.shape[1], l2), 0)
        step = 1 / (np.linalg.norm(A, 2) ** 2 / (4 * len(A)) + l2)
        theta = np.zeros(A.shape[1])
        for i in range(300):
            p = sigmoid(A @ theta)
            g = A.T @ (p - y) / len(y) + ridge * theta
            if np.abs(g).max() <= 1e-10:
                break
            if i < 200:
                theta = theta - step * g
            else:
                H = A.T @ (A * (p * (1 - p))[:, None]) / len(y) + np.diag(ridge)
                theta = theta - np.linalg.lstsq(H, g, rcond=None)[0]
        self.coef_ = theta[:-1]
        self.intercept_ = float(theta[-1])
        return self

    def predict_proba(self, X):
        """Probability of label 1."""
        X = np.asarray(X, np.float64)
        if X.ndim != 2 or X.shape[1] != len(self.coef_):
            raise ValueError("wrong number of columns")
        return sigmoid(X @ self.coef_ + self.intercept_)

    def predict(self, X):
        """Labels."""
        return np.array(self.predict_proba(X) >= 0.5, dtype=np.int64)
