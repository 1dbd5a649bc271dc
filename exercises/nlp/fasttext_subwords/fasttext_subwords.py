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
    raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
