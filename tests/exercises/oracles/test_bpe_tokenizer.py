"""The reference of bpe_tokenizer against replacements in strings, one character a token."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.support.references import References


def words(seed: int) -> list[str]:
    """Return chunks with spaces, accents and emoji, many of them repeated."""
    rng = np.random.default_rng(seed)
    different = ["".join(rng.choice(list(" aaebcdé😀ñ"), size=rng.integers(1, 9))) for _ in range(30)]
    return [different[i] for i in rng.integers(0, 30, size=120)]


def train(chunks: list[str], num_merges: int) -> list[tuple[int, int]]:
    """Train on one string, in which a line feed separates the chunks and token i is the character i + 256."""
    text = "\n".join("".join(chr(256 + byte) for byte in chunk.encode()) for chunk in chunks)
    merges: list[tuple[int, int]] = []
    while len(merges) < num_merges:
        # A look-ahead consumes nothing, so overlapping pairs are found.
        pairs = ["".join(match.groups()) for match in re.finditer("(?=(.)(.))", text)]
        values, counts = np.unique(pairs, return_counts=True)
        if not len(values) or counts.max() < 2:
            break
        best = values[counts.argmax()]  # values are sorted
        merges.append((ord(best[0]) - 256, ord(best[1]) - 256))
        text = text.replace(best, chr(512 + len(merges) - 1))
    return merges


@pytest.mark.parametrize("seed", range(10))
def test_merges_agree_with_replacements(reference: References, seed: int) -> None:
    """Training agrees with replacements in one string."""
    chunks = words(seed)
    assert reference("bpe_tokenizer").train_bpe(chunks, 40) == train(chunks, 40)


@pytest.mark.parametrize("seed", range(10))
def test_ids_agree_with_replacements(reference: References, seed: int) -> None:
    """Encoding agrees with replacing pair after pair, and decoding undoes it."""
    solution = reference("bpe_tokenizer")
    merges = solution.train_bpe(words(seed), 30)
    chunks = words(seed + 100)
    text = "\n".join("".join(chr(256 + byte) for byte in chunk.encode()) for chunk in chunks)
    for rank, (left, right) in enumerate(merges):
        text = text.replace(chr(256 + left) + chr(256 + right), chr(512 + rank))
    ids = solution.encode(chunks, merges)
    assert ids == [ord(char) - 256 for char in text if char != "\n"]
    assert solution.decode(ids, merges) == "".join(chunks)
