"""As course assignments write it: scores, probabilities of the right classes, gradients layer by layer."""

import numpy as np


class MLP:
    """Two layers with a ReLU between."""

    def __init__(self, W1, b1, W2, b2):
        self.W1, self.b1, self.W2, self.b2 = W1, b1, W2, b2

    def forward(self, X):
        """Compute the scores."""
        self.hidden = np.maximum(0, X.dot(self.W1) + self.b1)
        return self.hidden.dot(self.W2) + self.b2

    def loss_and_grads(self, X, y, l2=0.0):
        """Compute loss and gradients."""
        n = X.shape[0]
        scores = self.forward(X)
        exp_scores = np.exp(scores)
        probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
        loss = np.sum(-np.log(probs[range(n), y])) / n
        loss += 0.5 * l2 * np.sum(self.W1 * self.W1) + 0.5 * l2 * np.sum(self.W2 * self.W2)

        dscores = probs
        dscores[range(n), y] -= 1
        dscores /= n
        grads = {"W2": np.dot(self.hidden.T, dscores), "b2": np.sum(dscores, axis=0)}
        dhidden = np.dot(dscores, self.W2.T)
        dhidden[self.hidden <= 0] = 0
        grads["W1"] = np.dot(X.T, dhidden)
        grads["b1"] = np.sum(dhidden, axis=0)
        grads["W2"] += l2 * self.W2
        grads["W1"] += l2 * self.W1
        return loss, grads

    def sgd_step(self, grads, lr):
        """Move the parameters."""
        self.W1 = self.W1 - lr * grads["W1"]
        self.b1 = self.b1 - lr * grads["b1"]
        self.W2 = self.W2 - lr * grads["W2"]
        self.b2 = self.b2 - lr * grads["b2"]


def gradient_check(f, param, grad, eps=1e-6):
    """Compare entry by entry with central differences."""
    errors = []
    it = np.nditer(param, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        old = param[ix]
        param[ix] = old + eps
        fxph = f()
        param[ix] = old - eps
        fxmh = f()
        param[ix] = old
        numeric = (fxph - fxmh) / (2 * eps)
        errors.append(abs(numeric - grad[ix]) / max(1e-8, abs(numeric) + abs(grad[ix])))
        it.iternext()
    return max(errors)
