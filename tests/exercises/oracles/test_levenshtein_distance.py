"""The reference of levenshtein_distance against a brute force over alignments and the properties of difflib's blocks."""

from __future__ import annotations

import difflib
import itertools
import random

import pytest

from tests.support.references import References


def cheapest_alignment(a: str, b: str, ins: int, dele: int, sub: int) -> int:
    """Try every way to pair k items of a with k items of b, in order; the rest is taken out and put in."""
    best = len(a) * dele + len(b) * ins
    for k in range(1, min(len(a), len(b)) + 1):
        rest = (len(a) - k) * dele + (len(b) - k) * ins
        for mine in itertools.combinations(a, k):
            for theirs in itertools.combinations(b, k):
                best = min(best, rest + sum(sub * (x != y) for x, y in zip(mine, theirs, strict=True)))
    return best


@pytest.mark.parametrize("seed", range(40))
def test_distance_agrees_with_all_alignments(reference: References, seed: int) -> None:
    """For short strings and random costs no alignment is cheaper, and one is as cheap."""
    rng = random.Random(seed)
    a, b = ("".join(rng.choices("abc", k=rng.randrange(6))) for _ in range(2))
    costs = rng.randrange(4), rng.randrange(4), rng.randrange(8)
    assert reference("levenshtein_distance").levenshtein(a, b, *costs) == cheapest_alignment(a, b, *costs)


@pytest.mark.parametrize("seed", range(20))
def test_distance_is_no_more_than_what_difflib_needs(reference: References, seed: int) -> None:
    """The opcodes of difflib are one way from a to b, so the distance is at most theirs."""
    solution = reference("levenshtein_distance")
    rng = random.Random(seed)
    a, b = ("".join(rng.choices("abcd", k=40)) for _ in range(2))
    cost = sum(
        max(i2 - i1, j2 - j1)
        for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b).get_opcodes()
        if tag != "equal"
    )
    assert solution.levenshtein(a, b) <= cost
    assert sum(what != "keep" for what, _, _ in solution.edit_script(a, b)) == solution.levenshtein(a, b)
