"""As recommender tutorials write it: a loop over the visits, the old user row kept aside, no checks, no new users."""

from __future__ import annotations

import numpy as np


class MatrixFactorization:
    """Mean, biases and factors."""

    def __init__(self, n_users: int, n_items: int, P: np.ndarray, Q: np.ndarray, lr: float, reg: float) -> None:
        self.n_users, self.n_items = n_users, n_items
        self.P, self.Q = P, Q
        self.lr, self.reg = lr, reg

    def fit(self, users: np.ndarray, items: np.ndarray, ratings: np.ndarray, order: np.ndarray) -> None:
        """Visit the ratings one after the other."""
        self.mu_ = np.mean(ratings)
        self.user_bias_ = np.zeros(self.n_users)
        self.item_bias_ = np.zeros(self.n_items)
        self.P_, self.Q_ = self.P.copy(), self.Q.copy()
        for epoch in order:
            for t in epoch:
                u, i, r = users[t], items[t], ratings[t]
                error = r - (self.mu_ + self.user_bias_[u] + self.item_bias_[i] + self.P_[u] @ self.Q_[i])
                self.user_bias_[u] += self.lr * (error - self.reg * self.user_bias_[u])
                self.item_bias_[i] += self.lr * (error - self.reg * self.item_bias_[i])
                old = self.P_[u].copy()
                self.P_[u] += self.lr * (error * self.Q_[i] - self.reg * self.P_[u])
                self.Q_[i] += self.lr * (error * old - self.reg * self.Q_[i])

    def predict(self, users: np.ndarray, items: np.ndarray) -> np.ndarray:
        """Apply the formula."""
        product = np.sum(self.P_[users] * self.Q_[items], axis=1)
        return self.mu_ + self.user_bias_[users] + self.item_bias_[items] + product
