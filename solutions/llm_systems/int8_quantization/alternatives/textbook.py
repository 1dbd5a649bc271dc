"""As lectures write it: np.round and np.clip, an int32 product of shifted activations; no special cases."""

import numpy as np


def quantize_weight(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantise each row symmetrically."""
    scale = np.max(np.abs(w), axis=1) / 127
    wq = np.clip(np.round(w / scale[:, None]), -127, 127).astype(np.int8)
    return wq, scale


def affine_params(x_min: float, x_max: float) -> tuple[float, int]:
    """Choose scale and zero point."""
    x_min, x_max = min(x_min, 0), max(x_max, 0)
    scale = (x_max - x_min) / 255
    zp = int(np.round(-x_min / scale))
    return scale, zp


def quantize_activation(x: np.ndarray, scale: float, zp: int) -> np.ndarray:
    """Quantise activations."""
    return np.clip(np.round(x / scale + zp), 0, 255).astype(np.uint8)


def int8_linear(
    xq: np.ndarray, scale: float, zp: int, wq: np.ndarray, wscale: np.ndarray, bias: np.ndarray | None = None
) -> np.ndarray:
    """Apply a quantised linear layer."""
    acc = (xq.astype(np.int32) - zp) @ wq.astype(np.int32).T
    y = acc * scale * wscale
    if bias is not None:
        y = y + bias
    return y
