"""Subword n-grams of fastText, their hash, and the vector of any word."""

from __future__ import annotations

import numpy as np


def char_ngrams(word: str, minn: int = 3, maxn: int = 6) -> list[str]:
    """List the character n-grams of a word between its boundaries.

    Parameters
    ----------
    word : str
        The word, without boundaries.
    minn, maxn : int
        Least and greatest length of an n-gram.

    Returns
    -------
    list of str
        n-grams by start, then by length.

    Raises
    ------
    ValueError
        Unless 1 <= `minn` <= `maxn`.

    Examples
    --------
    >>> char_ngrams("ab", 2, 3)
    ['<a', '<ab', 'ab', 'ab>', 'b>']
    """
    if not 1 <= minn <= maxn:
        raise ValueError(f"lengths must satisfy 1 <= minn <= maxn, got {minn} and {maxn}")
    wrapped = f"<{word}>"
    ends = len(wrapped) + 1
    grams = [wrapped[i:j] for i in range(len(wrapped)) for j in range(i + minn, min(i + maxn + 1, ends))]
    if minn == 1:
        grams.remove("<")  # the first one is the boundary
        grams.pop()  # and the very last n-gram is the other
    return grams


def fnv1a_hash(s: str) -> int:
    """Hash a string as fastText does, by FNV-1a over sign-extended bytes.

    Parameters
    ----------
    s : str
        Any string.

    Returns
    -------
    int
        From 0 to 2**32 - 1.

    Examples
    --------
    >>> fnv1a_hash("")
    2166136261
    """
    h = 2166136261
    for byte in s.encode():
        signed = byte - 256 if byte > 127 else byte
        h = ((h ^ signed) * 16777619) % 2**32
    return h


def word_vector(
    word: str,
    vocab: dict[str, int],
    word_vecs: np.ndarray,
    bucket_vecs: np.ndarray,
    minn: int = 3,
    maxn: int = 6,
) -> np.ndarray:
    """Average the row of a word and the rows of its n-grams.

    Parameters
    ----------
    word : str
        The word, known or not.
    vocab : dict of str to int
        Rows of the known words.
    word_vecs : ndarray of shape (words, d)
        Vectors of the known words.
    bucket_vecs : ndarray of shape (buckets, d)
        Vectors of the hashed n-grams.
    minn, maxn : int
        Least and greatest length of an n-gram.

    Returns
    -------
    ndarray of shape (d,)
        The mean, or zeros if there is nothing to average.

    Examples
    --------
    >>> word_vector("a", {}, np.zeros((0, 1)), np.array([[4.0]]), 2, 2)
    array([4.])
    """
    buckets = [fnv1a_hash(gram) % len(bucket_vecs) for gram in char_ngrams(word, minn, maxn)]
    rows = bucket_vecs[np.array(buckets, dtype=int)]
    if word in vocab:
        rows = np.vstack([word_vecs[vocab[word]], rows])
    return (rows.sum(axis=0) / max(len(rows), 1)).astype(bucket_vecs.dtype)
