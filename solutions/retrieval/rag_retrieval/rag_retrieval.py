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
    _check(size, overlap)
    spans = []
    start = end = 0
    # The end, not the start, decides: a window that began after the last end would lie inside the one before.
    while end < len(tokens):
        end = min(start + size, len(tokens))
        spans.append((start, end))
        start += size - overlap
    return spans


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
        self._embed = embed
        self._ids: set[str] = set()
        self._names: list[tuple[str, int]] = []  # document and number of each chunk
        self._vectors = np.empty((0, 0))  # its embedding, of length 1 or 0

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
        _check(size, overlap)
        ids, names, texts = set(self._ids), [], []
        for doc, text in docs:
            if doc in ids:
                raise ValueError(f"there are two documents {doc!r}")
            ids.add(doc)
            words = text.split()
            for number, (start, end) in enumerate(chunk(words, size, overlap)):
                names.append((doc, number))
                texts.append(" ".join(words[start:end]))
        if texts:
            vectors = _unit(self._embed(texts))
            self._vectors = np.concatenate([self._vectors, vectors]) if self._names else vectors
        self._ids = ids
        self._names += names

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
        if k < 1:
            raise ValueError(f"k must be positive, got {k}")
        if not self._names:
            return []
        (vector,) = _unit(self._embed([query]))
        cosines = self._vectors @ vector
        best = np.argsort(-cosines, kind="stable")[:k]
        return [(*self._names[i], float(cosines[i])) for i in best]


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
    if count(question) > budget:
        raise ValueError("the question exceeds the budget")
    lines: list[str] = []
    cited = []
    for doc, text in chunks:
        number = len(cited) + 1
        longer = [*lines, f"[{number}] {text}"]
        # The whole prompt is counted: tokens may merge at a seam, so lengths of parts need not add up.
        if count("\n".join([*longer, question])) <= budget:
            lines = longer
            cited.append(doc)
    return "\n".join([*lines, question]), cited


def _check(size: int, overlap: int) -> None:
    """Raise ValueError unless each window begins after the one before."""
    if not 0 <= overlap < size:
        raise ValueError(f"overlap must be at least 0 and less than size, got {overlap} and {size}")


def _unit(x: np.ndarray) -> np.ndarray:
    """Divide each row by its length; a row of zeros stays one, so that its cosine with anything is 0."""
    x = x.astype(np.float64)
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return np.divide(x, length, out=x, where=length > 0)
