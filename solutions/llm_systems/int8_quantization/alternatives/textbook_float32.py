"""As inference engines do it: float32 throughout, a reciprocal scale, half away from zero, a correction by row sums."""

import numpy as np


def round_away(x: np.ndarray) -> np.ndarray:
    """Round halves away from zero."""
    return np.trunc(x + np.copysign(0.5, x))


def quantize_weight(w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Quantise each row symmetrically."""
    w = w.astype(np.float32)
    amax = np.abs(w).max(axis=-1)
    inverse = 127.0 / amax
    return round_away(w * inverse[:, np.newaxis]).astype(np.int8), (amax / 127.0).astype(np.float32)


def affine_params(x_min: float, x_max: float) -> tuple[float, int]:
    """Choose scale and zero point."""
    low, high = np.float32(min(x_min, 0.0)), np.float32(max(x_max, 0.0))
    scale = (high - low) / np.float32(255)
    return scale, int(np.clip(round_away(-low / scale), 0, 255))


def quantize_activation(x: np.ndarray, scale: float, zp: int) -> np.ndarray:
    """Quantise activations."""
    q = round_away(x.astype(np.float32) * (1.0 / scale)) + zp
    return np.clip(q, 0, 255).astype(np.uint8)


def int8_linear(
    xq: np.ndarray, scale: float, zp: int, wq: np.ndarray, wscale: np.ndarray, bias: np.ndarray | None = None
) -> np.ndarray:
    """Apply a quantised linear layer."""
    acc = np.matmul(xq.astype(np.int32), wq.astype(np.int32).T)
    acc -= zp * wq.astype(np.int32).sum(axis=1)
    out = acc.astype(np.float32) * np.float32(scale) * wscale.astype(np.float32)
    return out if bias is None else out + bias.astype(np.float32)
