"""Latent semantic analysis: a truncated singular value decomposition to search in."""

from __future__ import annotations

import numpy as np


class LSA:
    """Embed documents and queries in the space of the leading singular vectors.

    Parameters
    ----------
    k : int
        Number of dimensions, at least 1.

    Raises
    ------
    ValueError
        If `k` is less than 1.

    Examples
    --------
    >>> LSA(1).fit(np.array([[2.0, 0.0], [0.0, 1.0]])).search(np.array([1.0, 0.0]), 1)
    [0]
    """

    def __init__(self, k: int) -> None:
        raise NotImplementedError

    def fit(self, A: np.ndarray) -> LSA:
        """Decompose a document-term matrix.

        Parameters
        ----------
        A : ndarray of shape (documents, terms)
            Counts or weights.

        Returns
        -------
        LSA
            The model itself.

        Raises
        ------
        ValueError
            If `k` exceeds the smaller side of the matrix.
        """
        raise NotImplementedError

    def doc_embeddings(self) -> np.ndarray:
        """Return the vectors of the fitted documents.

        Returns
        -------
        ndarray of shape (documents, k)
            Documents in the latent space.
        """
        raise NotImplementedError

    def transform(self, Q: np.ndarray) -> np.ndarray:
        """Map rows of terms to the latent space.

        Parameters
        ----------
        Q : ndarray of shape (m, terms)
            Queries or new documents.

        Returns
        -------
        ndarray of shape (m, k)
            Their vectors.
        """
        raise NotImplementedError

    def search(self, q: np.ndarray, top: int) -> list[int]:
        """Find the documents with the greatest cosine to a query.

        Parameters
        ----------
        q : ndarray of shape (terms,)
            The query.
        top : int
            How many documents to return, not negative.

        Returns
        -------
        list of int
            Indices of documents, best first.

        Raises
        ------
        ValueError
            If `top` is negative.
        """
        raise NotImplementedError
