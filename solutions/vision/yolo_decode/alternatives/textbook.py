"""As the repositories write it: a grid for all cells, decoding of everything, the threshold at the end."""

import numpy as np


def sigmoid(x):
    """Logistic function."""
    return 1 / (1 + np.exp(-x))


def decode_anchor(pred, anchors, stride, conf):
    """Version 5: y = sigmoid of everything, then grid and anchor grid."""
    _, _, ny, nx = pred.shape
    y = sigmoid(pred.transpose(0, 2, 3, 1))
    yv, xv = np.meshgrid(np.arange(ny), np.arange(nx), indexing="ij")
    grid = np.stack((xv, yv), axis=2)
    xy = (y[..., 0:2] * 2 - 0.5 + grid) * stride
    wh = (y[..., 2:4] * 2) ** 2 * anchors[:, None, None, :]
    out = np.concatenate([xy - wh / 2, xy + wh / 2], axis=-1).reshape(-1, 4)
    probs = (y[..., 5:] * y[..., 4:5]).reshape(-1, y.shape[-1] - 5)
    scores = probs.max(1)
    keep = scores > conf
    return out[keep], scores[keep], probs.argmax(1)[keep]


def decode_dfl(reg, cls, stride, conf):
    """Version 8: softmax over bins, distances to boxes."""
    _, r, h, w = reg.shape
    e = np.exp(reg)
    p = e / e.sum(axis=1, keepdims=True)
    dist = np.einsum("brhw,r->bhw", p, np.arange(r)).reshape(4, -1)
    sx, sy = np.meshgrid(np.arange(w) + 0.5, np.arange(h) + 0.5)
    points = np.stack([sx.ravel(), sy.ravel()])
    boxes = np.concatenate([points - dist[:2], points + dist[2:]]).T * stride
    probs = sigmoid(cls).reshape(len(cls), -1).T
    keep = probs.max(1) > conf
    return boxes[keep], probs.max(1)[keep], probs.argmax(1)[keep]
