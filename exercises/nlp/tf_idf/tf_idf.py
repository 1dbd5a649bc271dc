"""TF-IDF vectors, and ranking documents with them."""

from __future__ import annotations

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
        raise NotImplementedError

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
        raise NotImplementedError


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
    raise NotImplementedError
