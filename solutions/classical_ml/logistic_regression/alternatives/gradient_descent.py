"""Gradient descent with a step that adapts, and logaddexp for the loss."""

import numpy as np


def prepare(X, y):
    """Valid data as floats."""
    X, y = np.array(X, dtype=float), np.array(y)
    if X.ndim != 2 or X.shape[0] == 0 or y.shape != X.shape[:1] or not np.isin(y, [0, 1]).all():
        raise ValueError("bad data")
    return X, y.astype(float)


def loss_and_grad(w, b, X, y, l2=0.0):
    """Loss from logaddexp, gradient from p - y."""
    X, y = prepare(X, y)
    w = np.array(w, dtype=float)
    if w.shape != (X.shape[1],) or l2 < 0:
        raise ValueError("bad w or l2")
    z = X.dot(w) + b
    loss = np.mean(np.logaddexp(0, np.where(y == 1, -z, z))) + l2 / 2 * np.sum(w**2)
    p = 0.5 * (1 + np.tanh(0.5 * z))
    return loss.item(), X.T.dot(p - y) / len(y) + l2 * w, (p - y).mean().item()


class LogisticRegression:
    """Descent along the gradient, Nesterov's momentum, restarts where the loss rises."""

    def __init__(self, l2=1e-3):
        if not l2 > 0:
            raise ValueError("l2 must be positive")
        self.l2 = l2

    def fit(self, X, y):
        """Accelerated descent."""
        X, y = prepare(X, y)
        if len(np.unique(y)) < 2:
            raise ValueError("one label only")
        d = X.shape[1]
        theta, ahead, step, t = np.zeros(d + 1), np.zeros(d + 1), 1.0, 1.0

        def objective(v):
            loss, gw, gb = loss_and_grad(v[:d], v[d], X, y, self.l2)
            return loss, np.append(gw, gb)

        last = objective(theta)[0]
        for _ in range(5000):
            value, gradient = objective(ahead)
            if np.max(np.abs(gradient)) <= 1e-8:
                theta = ahead
                break
            square = gradient @ gradient
            while True:
                new = ahead - step * gradient
                loss = objective(new)[0]
                if loss <= value - step / 2 * square + 1e-15:
                    break
                step /= 2
            if loss > last:
                ahead, t = theta, 1.0
                last = objective(theta)[0] + 1e-15
                continue
            after = (1 + np.sqrt(1 + 4 * t * t)) / 2
            ahead = new + (t - 1) / after * (new - theta)
            theta, t, last = new, after, loss
        self.coef_, self.intercept_ = theta[:d].copy(), theta[d].item()
        return self

    def predict_proba(self, X):
        """Sigmoid by tanh."""
        X = np.array(X, dtype=float)
        if X.ndim != 2 or X.shape[1] != self.coef_.size:
            raise ValueError("bad X")
        return 0.5 * (1 + np.tanh(0.5 * (X.dot(self.coef_) + self.intercept_)))

    def predict(self, X):
        """Threshold."""
        return np.where(self.predict_proba(X) >= 0.5, 1, 0)
