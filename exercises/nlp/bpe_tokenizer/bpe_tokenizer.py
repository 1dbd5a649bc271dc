"""Byte-level byte-pair encoding: training, encoding and decoding."""

from __future__ import annotations


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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
