"""Plain lists for the factors in training; masks for what is new in predictions."""

import numpy as np


class MatrixFactorization:
    """Keeps lists while it learns."""

    def __init__(self, n_users, n_items, P, Q, lr, reg):
        P, Q = np.asarray(P), np.asarray(Q)
        if P.ndim != 2 or Q.ndim != 2:
            raise ValueError("factors are matrices")
        if P.shape[0] != n_users or Q.shape[0] != n_items or P.shape[1] != Q.shape[1]:
            raise ValueError("factors do not fit")
        self.first_P, self.first_Q = P.astype(float).tolist(), Q.astype(float).tolist()
        self.lr, self.reg = lr, reg

    def fit(self, users, items, ratings, order):
        """Loop over numbers."""
        n = len(ratings)
        if not users.shape == items.shape == ratings.shape == (n,) or n == 0 or order.ndim != 2:
            raise ValueError("shapes")
        for index, size in ((users, len(self.first_P)), (items, len(self.first_Q)), (order, n)):
            if index.size and (index.min() < 0 or index.max() >= size):
                raise ValueError("index out of range")
        P, Q = [list(row) for row in self.first_P], [list(row) for row in self.first_Q]
        b, c = [0.0] * len(P), [0.0] * len(Q)
        values = ratings.astype(float).tolist()
        mu = sum(values) / n
        users, items = users.tolist(), items.tolist()
        keep = 1.0 - self.lr * self.reg
        for row in order.tolist():
            for t in row:
                u, i = users[t], items[t]
                p, q = P[u], Q[i]
                move = self.lr * (values[t] - mu - b[u] - c[i] - sum(x * y for x, y in zip(p, q, strict=True)))
                b[u] = keep * b[u] + move
                c[i] = keep * c[i] + move
                P[u] = [keep * x + move * y for x, y in zip(p, q, strict=True)]
                Q[i] = [keep * y + move * x for x, y in zip(p, q, strict=True)]
        self.mu_ = mu
        self.user_bias_, self.item_bias_ = np.array(b), np.array(c)
        self.P_, self.Q_ = np.array(P), np.array(Q)
        return self

    def predict(self, users, items):
        """Add what is known, mask by mask."""
        if users.ndim != 1 or users.shape != items.shape:
            raise ValueError("shapes")
        for index, size in ((users, len(self.P_)), (items, len(self.Q_))):
            if ((index < -1) | (index >= size)).any():
                raise ValueError("index out of range")
        result = np.full(len(users), self.mu_)
        old_user, old_item = users != -1, items != -1
        result[old_user] += self.user_bias_[users[old_user]]
        result[old_item] += self.item_bias_[items[old_item]]
        both = old_user & old_item
        result[both] += (self.P_[users[both]] * self.Q_[items[both]]).sum(axis=1)
        return result
