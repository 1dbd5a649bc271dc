"""As a lecture writes it: weighted sums by zip, the law of total variance, copies of the weights for each worker."""

import numpy as np


def average_gradients(grads, counts):
    """Weighted mean for each parameter."""
    total = sum(counts)
    return [sum(c * g for c, g in zip(counts, layer)) / total for layer in zip(*grads)]


def sync_batch_stats(means, variances, counts):
    """Within plus between."""
    n = sum(counts)
    mean = sum(c * m for c, m in zip(counts, means)) / n
    within = sum(c * v for c, v in zip(counts, variances)) / n
    between = sum(c * (m - mean) ** 2 for c, m in zip(counts, means)) / n
    return mean, within + between, n


def sync_sgd(grad, w0, lr, steps, workers):
    """Average, then step."""
    w = w0.astype(float)
    for _ in range(steps):
        g = np.mean([grad(w, k) for k in range(workers)], axis=0)
        w = w - lr * g
    return w


def async_sgd(grad, w0, lr, schedule):
    """A parameter server."""
    server = w0.astype(float).copy()
    local = {k: server.copy() for k in set(schedule)}
    for k in schedule:
        server -= lr * grad(local[k], k)
        local[k] = server.copy()
    return server
