"""Rows as dicts with plain Python numbers; an array only at the end."""

import math

import numpy as np


class TfidfVectorizer:
    """Counts in dicts."""

    def fit(self, docs):
        """Count the documents of each token."""
        if len(docs) == 0:
            raise ValueError("no documents")
        df = {}
        for doc in docs:
            for token in set(doc):
                df[token] = df.get(token, 0) + 1
        self.weight = {token: 1.0 + math.log1p(len(docs)) - math.log1p(count) for token, count in df.items()}
        self.vocabulary_ = dict(zip(sorted(df), range(len(df)), strict=True))
        return self

    def sparse(self, doc):
        """Unit vector as a dict; empty for a document without known tokens."""
        row = {}
        for token in doc:
            if token in self.weight:
                row[token] = row.get(token, 0.0) + self.weight[token]
        length = math.sqrt(sum(value**2 for value in row.values()))
        return {token: value / length for token, value in row.items()}

    def transform(self, docs):
        """Write the dicts into an array."""
        dense = np.zeros((len(docs), len(self.vocabulary_)))
        for i, doc in enumerate(docs):
            for token, value in self.sparse(doc).items():
                dense[i, self.vocabulary_[token]] = value
        return dense


def rank(query, docs, k):
    """Sort by pairs of score and index."""
    if k < 0:
        raise ValueError("k is negative")
    model = TfidfVectorizer().fit(docs)
    target = model.sparse(query)
    pairs = []
    for i, doc in enumerate(docs):
        row = model.sparse(doc)
        pairs.append((-round(sum(value * row.get(token, 0.0) for token, value in target.items()), 10), i))
    return [i for _, i in sorted(pairs)[:k]]
