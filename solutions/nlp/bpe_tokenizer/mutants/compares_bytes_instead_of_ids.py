"""Breaks ties by the bytes of the tokens instead of their ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise


def train_bpe(chunks: list[str], num_merges: int) -> list[tuple[int, int]]:
    """Learn which pairs of tokens to merge, the most frequent first.

    Parameters
    ----------
    chunks : list of str
        Pieces of text; no pair crosses from one to the next.
    num_merges : int
        Greatest number of merges, at least 0.

    Returns
    -------
    list of (int, int)
        Merged pairs in the order of training; pair i makes the id 256 + i.

    Raises
    ------
    ValueError
        If `num_merges` is negative.

    Examples
    --------
    >>> train_bpe(["abab", "ab"], 5)
    [(97, 98)]
    """
    if num_merges < 0:
        raise ValueError(f"num_merges must not be negative, got {num_merges}")
    # Text repeats itself: each different chunk is kept once, with the number of times that it occurs.
    words = [(list(chunk.encode()), times) for chunk, times in Counter(chunks).items()]
    counts: Counter[tuple[int, int]] = Counter()
    places = defaultdict(set)  # pair -> words that hold it, or held it once
    for place, (word, times) in enumerate(words):
        for pair in pairwise(word):
            counts[pair] += times
            places[pair].add(place)
    merges: list[tuple[int, int]] = []
    while counts and len(merges) < num_merges:
        table = [bytes([b]) for b in range(256)]
        for l, r in merges:
            table.append(table[l] + table[r])
        best = min(counts, key=lambda pair: (-counts[pair], table[pair[0]], table[pair[1]]))
        if counts[best] < 2:
            break
        # Only the words with this pair change: take out all their pairs, and put in the new ones.
        for place in places[best]:
            word, times = words[place]
            for pair in pairwise(word):
                counts[pair] -= times
            word = _merge(word, best, 256 + len(merges))
            words[place] = word, times
            for pair in pairwise(word):
                counts[pair] += times
                places[pair].add(place)
        merges.append(best)
    return merges


def encode(chunks: list[str], merges: list[tuple[int, int]]) -> list[int]:
    """Turn text into ids.

    Parameters
    ----------
    chunks : list of str
        Pieces of text; no token crosses from one to the next.
    merges : list of (int, int)
        Merged pairs, as `train_bpe` returns them.

    Returns
    -------
    list of int
        Ids of all chunks, one after the other.

    Examples
    --------
    >>> encode(["abc", "b"], [(98, 99), (97, 98)])
    [97, 256, 98]
    """
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    encoded = {chunk: _encode_chunk(chunk, ranks) for chunk in set(chunks)}
    return [token for chunk in chunks for token in encoded[chunk]]


def decode(ids: list[int], merges: list[tuple[int, int]]) -> str:
    """Turn ids into text.

    Parameters
    ----------
    ids : list of int
        Ids, each from 0 to 255 + the number of merges.
    merges : list of (int, int)
        Merged pairs, as `train_bpe` returns them.

    Returns
    -------
    str
        The text, with U+FFFD where the bytes are not UTF-8.

    Raises
    ------
    ValueError
        If an id is unknown.

    Examples
    --------
    >>> decode([97, 256, 195, 169], [(98, 99)])
    'abcé'
    """
    table = [bytes([byte]) for byte in range(256)]
    for left, right in merges:
        table.append(table[left] + table[right])
    if not all(0 <= token < len(table) for token in ids):
        raise ValueError(f"ids must be from 0 to {len(table) - 1}")
    # A character may be spread over several tokens, so the bytes are joined before they are read.
    return b"".join(table[token] for token in ids).decode(errors="replace")


def _encode_chunk(chunk: str, ranks: dict[tuple[int, int], int]) -> list[int]:
    """Apply the lowest-ranked merge that is present, until there is none."""
    word = list(chunk.encode())
    while present := ranks.keys() & pairwise(word):
        best = min(present, key=ranks.__getitem__)
        word = _merge(word, best, 256 + ranks[best])
    return word


def _merge(word: list[int], pair: tuple[int, int], token: int) -> list[int]:
    """Replace a pair from left to right."""
    merged: list[int] = []
    for right in word:
        # The new id is no part of the pair, so a token that was merged is not used again.
        if merged and (merged[-1], right) == pair:
            merged[-1] = token
        else:
            merged.append(right)
    return merged
