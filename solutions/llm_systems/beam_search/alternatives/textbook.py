"""As courses teach it: candidates in a list, a sort, finished sequences set aside; no ties, no early stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np


def beam_search(
    step: Callable[[list[tuple[int, ...]]], np.ndarray], bos: int, eos: int, beam: int, max_len: int, alpha: float = 0.0
) -> list[tuple[tuple[int, ...], float]]:
    """Search for the most probable sequences."""

    def score(sequence: tuple[int, ...], logp: float) -> float:
        return logp / (len(sequence) - 1) ** alpha

    beams = [((bos,), 0.0)]
    completed = []
    for _ in range(max_len):
        log_probs = step([sequence for sequence, _ in beams])
        candidates = []
        for (sequence, logp), row in zip(beams, log_probs, strict=True):
            for token, value in enumerate(row):
                candidates.append(((*sequence, token), logp + value))
        candidates.sort(key=lambda c: c[1], reverse=True)
        beams = []
        for sequence, logp in candidates:
            if sequence[-1] == eos:
                completed.append((sequence, score(sequence, logp)))
            elif len(beams) < beam:
                beams.append((sequence, logp))
    completed += [(sequence, score(sequence, logp)) for sequence, logp in beams]
    return sorted(completed, key=lambda c: c[1], reverse=True)[:beam]
