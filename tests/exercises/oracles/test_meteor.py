"""The reference of meteor against scipy.optimize: alignment as a path, and as an assignment where words differ."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, linear_sum_assignment, milp

from tests.support.references import References


def fewest_chunks(ref: list[str], hyp: list[str]) -> tuple[int, int]:
    """Solve the alignment as an integer program: a variable for each pair, and one for each pair of adjacent pairs."""
    pairs = [(h, r) for h in range(len(hyp)) for r in range(len(ref)) if hyp[h] == ref[r]]
    if not pairs:
        return 0, 0
    links = [(a, pairs.index((h + 1, r + 1))) for a, (h, r) in enumerate(pairs) if (h + 1, r + 1) in pairs]
    n = len(pairs) + len(links)
    rows, upper = [], []
    for side, size in ((0, len(hyp)), (1, len(ref))):
        for place in range(size):
            rows.append([float(pair[side] == place) for pair in pairs] + [0.0] * len(links))
            upper.append(1.0)
    for k, link in enumerate(links):
        for end in link:
            row = np.zeros(n)
            row[len(pairs) + k], row[end] = 1.0, -1.0
            rows.append(row.tolist())
            upper.append(0.0)
    # A match is worth more than all links together; a link saves one chunk.
    cost = np.array([-100.0] * len(pairs) + [-1.0] * len(links))
    found = milp(cost, constraints=LinearConstraint(np.array(rows), ub=upper), integrality=np.ones(n), bounds=(0, 1))
    chosen = found.x.round()
    matches = int(chosen[: len(pairs)].sum())
    return matches, matches - int(chosen[len(pairs) :].sum())


@pytest.mark.parametrize("seed", range(20))
def test_alignment_agrees_with_an_integer_program(reference: References, seed: int) -> None:
    """Matches and chunks are the optimum that scipy's solver finds on sentences with repeated words."""
    rng = np.random.default_rng(seed)
    ref, hyp = ([f"w{i}" for i in rng.integers(0, 5, size=rng.integers(1, 12))] for _ in range(2))
    assert reference("meteor").align(ref, hyp) == fewest_chunks(ref, hyp)


@pytest.mark.parametrize("seed", range(5))
def test_matches_agree_with_an_assignment(reference: References, seed: int) -> None:
    """The number of matches is that of the best assignment of equal words."""
    rng = np.random.default_rng(seed)
    ref, hyp = rng.integers(0, 6, size=15), rng.integers(0, 6, size=12)
    equal = (hyp[:, None] == ref).astype(int)
    rows, columns = linear_sum_assignment(equal, maximize=True)
    got = reference("meteor").align([str(i) for i in ref], [str(i) for i in hyp])
    assert got[0] == equal[rows, columns].sum()
