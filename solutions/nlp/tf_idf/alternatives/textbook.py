"""As a tutorial writes it: document frequencies in a dict, rows filled token by token, np.linalg.norm, no special cases."""

from __future__ import annotations

import math

import numpy as np


class TfidfVectorizer:
    """Counts times inverse document frequency."""

    def fit(self, docs: list[list[str]]) -> TfidfVectorizer:
        """Count the documents of each token."""
        df = {}
        for doc in docs:
            for token in set(doc):
                df[token] = df.get(token, 0) + 1
        self.vocabulary_ = {token: i for i, token in enumerate(sorted(df))}
        self.idf = {token: math.log((1 + len(docs)) / (1 + df[token])) + 1 for token in df}
        return self

    def transform(self, docs: list[list[str]]) -> np.ndarray:
        """Weighted counts, divided by their length."""
        matrix = np.zeros((len(docs), len(self.vocabulary_)))
        for i, doc in enumerate(docs):
            for token in doc:
                if token in self.vocabulary_:
                    matrix[i, self.vocabulary_[token]] += self.idf[token]
        return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def rank(query: list[str], docs: list[list[str]], k: int) -> list[int]:
    """Sort by cosine similarity."""
    model = TfidfVectorizer().fit(docs)
    scores = model.transform(docs) @ model.transform([query])[0]
    return np.argsort(scores)[::-1][:k]
