"""As detection repositories write it: p, p_t and the modulating factor, with the gradient of the product rule."""

import numpy as np


def sigmoid(x):
    """Plain; exp overflows to inf, which is harmless here."""
    return 1 / (1 + np.exp(-x))


def bce_with_logits(z, t, pos_weight=None):
    """As in PyTorch's documentation."""
    if pos_weight is None:
        pos_weight = np.ones(z.shape[1])
    loss = pos_weight * t * np.logaddexp(0, -z) + (1 - t) * np.logaddexp(0, z)
    grad = -pos_weight * t * (1 - sigmoid(z)) + (1 - t) * sigmoid(z)
    return loss.mean(), grad / z.size


def focal_loss(z, t, alpha=0.25, gamma=2.0):
    """As in torchvision."""
    p = sigmoid(z)
    ce_loss = t * np.logaddexp(0, -z) + (1 - t) * np.logaddexp(0, z)
    p_t = p * t + (1 - p) * (1 - t)
    loss = ce_loss * (1 - p_t) ** gamma
    dp_t = (2 * t - 1) * p * (1 - p)
    grad = (1 - p_t) ** gamma * (p - t)
    if gamma > 0:
        grad -= gamma * (1 - p_t) ** (gamma - 1) * dp_t * ce_loss
    if alpha >= 0:
        alpha_t = alpha * t + (1 - alpha) * (1 - t)
        loss, grad = alpha_t * loss, alpha_t * grad
    return loss.mean(), grad / z.size


def predict_labels(z, threshold=0.5):
    """Threshold."""
    return sigmoid(z) >= threshold
