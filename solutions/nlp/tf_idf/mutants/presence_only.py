"""Writes 1 for a token that occurs, however often."""

from __future__ import annotations

from collections import Counter

import numpy as np


class TfidfVectorizer:
    """Documents as vectors of term counts, weighted by how rare each term is.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        Column of each token of the fitted documents, in lexicographic order.

    Examples
    --------
    >>> model = TfidfVectorizer().fit([["a", "b"], ["a"]])
    >>> model.vocabulary_
    {'a': 0, 'b': 1}
    >>> model.transform([["a"], ["a", "b", "c"]]).round(3).tolist()
    [[1.0, 0.0], [0.58, 0.815]]
    """

    def fit(self, docs: list[list[str]]) -> TfidfVectorizer:
        """Learn the vocabulary and the weight of each token.

        Parameters
        ----------
        docs : list of list of str
            Documents, each a list of tokens.

        Returns
        -------
        TfidfVectorizer
            The object itself.

        Raises
        ------
        ValueError
            If there are no documents.
        """
        if not docs:
            raise ValueError("there are no documents to learn from")
        # A set for each document, so that a token counts once however often it occurs there.
        frequency = Counter(token for doc in docs for token in set(doc))
        terms = sorted(frequency)
        self.vocabulary_ = {term: column for column, term in enumerate(terms)}
        df = np.array([frequency[term] for term in terms])
        # As if one more document held every term once: no division by zero. The 1 outside keeps terms that are everywhere.
        self._idf = np.log((1 + len(docs)) / (1 + df)) + 1
        return self

    def transform(self, docs: list[list[str]]) -> np.ndarray:
        """Turn documents into unit vectors.

        Parameters
        ----------
        docs : list of list of str
            Documents, each a list of tokens; tokens outside the vocabulary are ignored.

        Returns
        -------
        ndarray of shape (n, V)
            One row a document, of length 1; zero where a document has no known token.
        """
        rows = np.zeros((len(docs), len(self.vocabulary_)))
        for i, doc in enumerate(docs):
            for token, count in Counter(doc).items():
                if token in self.vocabulary_:
                    rows[i, self.vocabulary_[token]] = 1
        rows *= self._idf
        norm = np.linalg.norm(rows, axis=1, keepdims=True)
        # Counts and weights are at least 1, so only a row of zeros is shorter than 1.
        return rows / np.maximum(norm, 1)


def rank(query: list[str], docs: list[list[str]], k: int) -> list[int]:
    """Find the documents most similar to a query.

    Parameters
    ----------
    query : list of str
        Tokens of the query.
    docs : list of list of str
        Documents to rank, which also give the weights.
    k : int
        Number of results, at least 0.

    Returns
    -------
    list of int
        Indices of the `k` best documents, or of all if there are fewer, best first.

    Raises
    ------
    ValueError
        If there are no documents, or `k` is negative.

    Examples
    --------
    >>> rank(["b"], [["a"], ["a", "b"], ["b"]], 2)
    [2, 1]
    """
    if k < 0:
        raise ValueError(f"k must not be negative, got {k}")
    model = TfidfVectorizer().fit(docs)
    # The rows have length 1, so the dot product is the cosine.
    (target,) = model.transform([query])
    scores = model.transform(docs) @ target
    # A stable sort keeps equal scores in the order of the documents.
    return np.argsort(-scores.round(10), kind="stable")[:k].tolist()
