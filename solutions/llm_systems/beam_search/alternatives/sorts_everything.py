"""Sorts all candidates with np.lexsort and keeps both lists in a small class."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Hypothesis:
    """A sequence and the sum of its log-probabilities."""

    tokens: tuple
    total: float

    def score(self, alpha):
        """Sum divided by a power of the number of generated tokens."""
        return self.total / (len(self.tokens) - 1) ** alpha


def beam_search(step, bos, eos, beam, max_len, alpha=0.0):
    """Rounds until nothing is live."""
    if beam <= 0 or max_len <= 0:
        raise ValueError("beam and max_len start at 1")
    if alpha < 0:
        raise ValueError("alpha starts at 0")
    live, done = [Hypothesis((bos,), 0.0)], []
    length = 0
    while live:
        if length == max_len:
            done.extend(live)
            break
        logp = np.asarray(step([h.tokens for h in live])).astype(np.float64)
        total = logp + np.array([h.total for h in live]).reshape(-1, 1)
        parent, token = np.indices(total.shape).reshape(2, -1)
        order = np.lexsort((token, parent, -total.ravel()))[: 2 * beam]
        new = []
        for place in order:
            p, t = int(parent[place]), int(token[place])
            if total[p, t] == -np.inf:
                continue
            child = Hypothesis((*live[p].tokens, t), float(total[p, t]))
            (done if t == eos else new).append(child)
        live = new[:beam]
        length += 1
        if alpha == 0 and len(done) >= beam and live:
            last = sorted((h.total for h in done), reverse=True)[beam - 1]
            if live[0].total <= last:
                live = []
    scored = [(h.tokens, h.score(alpha)) for h in done]
    order = sorted(range(len(scored)), key=lambda i: (-scored[i][1], i))
    return [scored[i] for i in order[:beam]]
