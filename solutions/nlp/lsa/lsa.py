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
        if k < 1:
            raise ValueError(f"k must be at least 1, got {k}")
        self.k = k

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
        if self.k > min(A.shape):
            raise ValueError(f"k must be at most {min(A.shape)}, got {self.k}")
        _, _, vt = np.linalg.svd(A, full_matrices=False)
        self._map = vt[: self.k].T
        self._documents = self.transform(A)
        return self

    def doc_embeddings(self) -> np.ndarray:
        """Return the vectors of the fitted documents.

        Returns
        -------
        ndarray of shape (documents, k)
            Documents in the latent space.
        """
        return self._documents

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
        return Q @ self._map

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
        if top < 0:
            raise ValueError(f"top must not be negative, got {top}")
        norms = np.linalg.norm(self._documents, axis=1)
        # The norm of the query scales all cosines alike, so it does not change the order.
        cosines = self._documents @ (q @ self._map) / np.where(norms == 0, 1, norms)
        return np.argsort(-cosines, kind="stable")[:top].tolist()
