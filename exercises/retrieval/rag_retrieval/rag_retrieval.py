"""Chunks, dense retrieval and a prompt within a budget: the parts of retrieval-augmented generation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def chunk(tokens: list[str], size: int, overlap: int) -> list[tuple[int, int]]:
    """Cut a text into overlapping windows.

    Parameters
    ----------
    tokens : list of str
        Words of the text.
    size : int
        Words of a window; only the last one may be shorter.
    overlap : int
        Words that a window shares with the one before.

    Returns
    -------
    list of (int, int)
        Start and end of each window, the end not included.

    Raises
    ------
    ValueError
        If not 0 <= overlap < size.

    Examples
    --------
    >>> chunk("a b c d e f".split(), 4, 2)
    [(0, 4), (2, 6)]
    """
    raise NotImplementedError


class Retriever:
    """Index of chunks, searched by the cosine of their embeddings with that of a query.

    Parameters
    ----------
    embed : callable
        Takes a list of n texts and returns an array of shape (n, d).

    Examples
    --------
    >>> def embed(texts):
    ...     return np.array([[text.count("a"), text.count("b")] for text in texts], dtype=float)
    >>> retriever = Retriever(embed)
    >>> retriever.add([("x", "a a b b"), ("y", "b")], size=2, overlap=0)
    >>> retriever.search("b b b", 2)
    [('x', 1, 1.0), ('y', 0, 1.0)]
    """

    def __init__(self, embed: Callable[[list[str]], np.ndarray]) -> None:
        raise NotImplementedError

    def add(self, docs: list[tuple[str, str]], size: int, overlap: int) -> None:
        """Cut documents into chunks, embed them and add them to the index.

        Parameters
        ----------
        docs : list of (str, str)
            Id and text of each document.
        size, overlap : int
            Words of a chunk, and words shared with the one before.

        Raises
        ------
        ValueError
            If an id is known already or occurs twice, or not 0 <= overlap < size. The index stays as it was.
        """
        raise NotImplementedError

    def search(self, query: str, k: int) -> list[tuple[str, int, float]]:
        """Find the k chunks most similar to a query.

        Parameters
        ----------
        query : str
            Text to look for.
        k : int
            How many chunks to return.

        Returns
        -------
        list of (str, int, float)
            Document, number of the chunk in it, and cosine, the most similar first.

        Raises
        ------
        ValueError
            If k is less than 1.
        """
        raise NotImplementedError


def build_prompt(
    question: str, chunks: list[tuple[str, str]], budget: int, count: Callable[[str], int]
) -> tuple[str, list[str]]:
    """Fill a prompt with as many of the best chunks as the budget allows.

    Parameters
    ----------
    question : str
        Last line of the prompt.
    chunks : list of (str, str)
        Document and text of each chunk, the best first.
    budget : int
        Greatest length of the prompt, as `count` measures it.
    count : callable
        Length of a text.

    Returns
    -------
    prompt : str
        Numbered chunks, one a line, and the question.
    cited : list of str
        Document of each of them.

    Raises
    ------
    ValueError
        If the question alone exceeds the budget.

    Examples
    --------
    >>> build_prompt("Why?", [("x", "long " * 50), ("y", "short")], 20, len)
    ('[1] short\\nWhy?', ['y'])
    """
    raise NotImplementedError
