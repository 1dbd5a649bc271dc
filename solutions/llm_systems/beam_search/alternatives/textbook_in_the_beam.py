"""As tutorials write it: finished sequences stay in the beam and hold their places; a flat argsort per round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable


def beam_search(
    step: Callable[[list[tuple[int, ...]]], np.ndarray], bos: int, eos: int, beam: int, max_len: int, alpha: float = 0.0
) -> list[tuple[tuple[int, ...], float]]:
    """Search for the most probable sequences."""
    hypotheses = [([bos], 0.0, False)]
    for _ in range(max_len):
        grown = [h for h in hypotheses if h[2]]
        for sequence, total, done in hypotheses:
            if done:
                continue
            log_probs = step([tuple(sequence)])[0]
            for token in np.argsort(log_probs)[::-1][:beam]:
                grown.append(([*sequence, token], total + log_probs[token], token == eos))
        grown.sort(key=lambda h: h[1], reverse=True)
        hypotheses = grown[:beam]
        if all(done for _, _, done in hypotheses):
            break
    scored = [(tuple(sequence), total / (len(sequence) - 1) ** alpha) for sequence, total, _ in hypotheses]
    return sorted(scored, key=lambda pair: pair[1], reverse=True)
