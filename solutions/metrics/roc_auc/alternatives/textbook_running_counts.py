"""As well-known libraries write it: sort down, running counts, collinear points dropped; the area by pairs of ranks."""

from __future__ import annotations

import numpy as np


def roc_curve(y: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Running counts at the last example of each score."""
    order = np.argsort(-score, kind="mergesort")
    y, score = y[order], score[order]
    idx = np.r_[np.where(np.diff(score))[0], len(y) - 1]
    tps = np.cumsum(y)[idx]
    fps = 1 + idx - tps
    if len(fps) > 2:
        keep = np.where(np.r_[True, np.logical_or(np.diff(fps, 2), np.diff(tps, 2)), True])[0]
        fps, tps, idx = fps[keep], tps[keep], idx[keep]
    tps, fps = np.r_[0, tps], np.r_[0, fps]
    return fps / fps[-1], tps / tps[-1], np.r_[score[0] + 1, score[idx]]


def roc_auc(y: np.ndarray, score: np.ndarray) -> float:
    """Mann and Whitney's statistic, pair by pair."""
    positives, negatives = score[y == 1], score[y == 0]
    wins = 0.0
    for p in positives:
        for n in negatives:
            wins += 1.0 if p > n else 0.5 if p == n else 0.0
    return wins / (len(positives) * len(negatives))
