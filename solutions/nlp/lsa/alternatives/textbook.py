"""As a lecture writes it: U_k S_k for the documents, a fold-in by V_k, cosines in a list."""

import numpy as np


class LSA:
    """Three factors."""

    def __init__(self, k):
        self.k = k

    def fit(self, A):
        """Decompose."""
        U, S, Vt = np.linalg.svd(A, full_matrices=False)
        self.Uk = U[:, : self.k]
        self.Sk = np.diag(S[: self.k])
        self.Vk = Vt[: self.k].T
        self.docs = self.Uk @ self.Sk
        return self

    def doc_embeddings(self):
        """Scaled left singular vectors."""
        return self.docs

    def transform(self, Q):
        """Fold in."""
        return np.dot(Q, self.Vk)

    def search(self, q, top):
        """Rank by cosine."""
        v = self.transform(q.reshape(1, -1))[0]
        scores = [np.dot(d, v) / (np.linalg.norm(d) * np.linalg.norm(v)) for d in self.docs]
        return np.argsort(scores)[::-1][:top]
