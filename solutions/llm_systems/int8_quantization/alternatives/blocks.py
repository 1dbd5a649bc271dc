"""float32 products over blocks so short that they are exact, summed in int64."""

import numpy as np


def quantize_weight(w):
    """Quantise with a guarded division."""
    wide = np.array(w, dtype=np.float64)
    scale = np.linalg.norm(wide, ord=np.inf, axis=1) / 127
    scale[scale == 0] = 1
    return np.around(wide / scale.reshape(-1, 1)).astype("int8"), scale


def affine_params(x_min, x_max):
    """Scale and zero point."""
    if not abs(x_min) < np.inf or not abs(x_max) < np.inf or x_max < x_min:
        raise ValueError("no range")
    low, high = (float(f(x, 0)) for f, x in ((min, x_min), (max, x_max)))
    if low == high:
        return 1.0, 0
    scale = (high - low) / 255
    return scale, int(np.around(-low / scale))


def quantize_activation(x, scale, zp):
    """Round, shift, clip."""
    q = np.around(np.true_divide(x, scale, dtype=np.float64))
    if not (q == q).all():
        raise ValueError("not a number")
    return np.asarray(np.clip(q + zp, 0, 255)).astype(np.uint8)


def int8_linear(xq, scale, zp, wq, wscale, bias=None):
    """256 products of at most 255 * 128 stay below 2^24."""
    total = np.zeros((xq.shape[0], wq.shape[0]), dtype=np.int64)
    for start in range(0, xq.shape[1], 256):
        part = slice(start, start + 256)
        centred = xq[:, part].astype(np.float32) - zp
        total += (centred @ wq[:, part].astype(np.float32).T).astype(np.int64)
    y = np.multiply(total, scale * np.asarray(wscale, dtype=np.float64), dtype=np.float64)
    return np.float32(y if bias is None else y + bias)
