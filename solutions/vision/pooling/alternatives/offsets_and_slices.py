"""One strided slice for each place of a window, and plain loops over the bins."""

import numpy as np


def max_pool2d(x, k, stride, padding=0):
    """Running maximum over the places of a window."""
    best = where = None
    for offset, part in _parts(x, k, stride, padding, -np.inf):
        if best is None:
            best, where = part.copy(), np.zeros(part.shape, dtype=int)
        else:
            wins = (part > best) | (np.isnan(part) & ~np.isnan(best))
            best[wins] = part[wins]
            where[wins] = offset
    return best, (where, np.array(x.shape), k, stride, padding)


def max_pool2d_backward(dy, cache):
    """One strided slice for each place of a window."""
    where, shape, k, stride, padding = cache
    n, c, h, w = (int(size) for size in shape)
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding), dtype=dy.dtype)
    for offset in range(k * k):
        a, b = divmod(offset, k)
        target = padded[
            :, :, a : a + stride * (dy.shape[2] - 1) + 1 : stride, b : b + stride * (dy.shape[3] - 1) + 1 : stride
        ]
        target += np.where(where == offset, dy, 0)
    return padded[:, :, padding : padding + h, padding : padding + w]


def avg_pool2d(x, k, stride, padding=0, count_include_pad=True):
    """Sum over the places of a window, and the number of those inside."""
    total = sum(part for _, part in _parts(x, k, stride, padding, 0.0))
    if count_include_pad:
        return total / np.asarray(k * k, dtype=x.dtype)
    counts = []
    for size, n in zip(x.shape[2:], total.shape[2:]):
        start = np.arange(n) * stride - padding
        counts.append(np.minimum(start + k, size) - np.maximum(start, 0))
    return (total / np.outer(*counts)).astype(x.dtype)


def adaptive_avg_pool2d(x, out):
    """Slice by slice."""
    _floating(x)
    if out[0] <= 0 or out[1] <= 0:
        raise ValueError("out")
    h, w = x.shape[2:]
    y = np.empty((*x.shape[:2], *out), dtype=x.dtype)
    for i in range(out[0]):
        rows = x[:, :, i * h // out[0] : -(-(i + 1) * h // out[0])]
        for j in range(out[1]):
            y[:, :, i, j] = rows[:, :, :, j * w // out[1] : -(-(j + 1) * w // out[1])].mean(axis=(2, 3))
    return y


def _floating(x):
    if x.dtype.kind != "f":
        raise ValueError("dtype")


def _parts(x, k, stride, padding, fill):
    _floating(x)
    if k < 1 or stride < 1 or padding < 0 or padding > k / 2:
        raise ValueError("window")
    n, c, h, w = x.shape
    padded = np.full((n, c, h + 2 * padding, w + 2 * padding), fill, dtype=x.dtype)
    padded[:, :, padding : padding + h, padding : padding + w] = x
    oh, ow = ((size + 2 * padding - k) // stride + 1 for size in (h, w))
    if oh < 1 or ow < 1:
        raise ValueError("no window")
    return [
        (a * k + b, padded[:, :, a : a + stride * (oh - 1) + 1 : stride, b : b + stride * (ow - 1) + 1 : stride])
        for a in range(k)
        for b in range(k)
    ]
