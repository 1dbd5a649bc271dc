"""All tokens in one flat array of cells, counted together."""

import numpy as np


class TfidfVectorizer:
    """Counts by np.bincount over row and column."""

    def _counts(self, docs):
        width = len(self.vocabulary_)
        cells = [i * width + self.vocabulary_[t] for i, doc in enumerate(docs) for t in doc if t in self.vocabulary_]
        counts = np.bincount(np.array(cells, dtype=np.int64), minlength=len(docs) * width)
        return counts.reshape(len(docs), width).astype(np.float64)

    def fit(self, docs):
        """Document frequencies are the column sums of a matrix of booleans."""
        if not docs:
            raise ValueError("empty corpus")
        self.vocabulary_ = {t: j for j, t in enumerate(sorted(set().union(*docs)))}
        df = (self._counts(docs) > 0).sum(axis=0)
        self.idf = 1.0 - np.log((1.0 + df) / (1.0 + len(docs)))
        return self

    def transform(self, docs):
        """Weigh, then divide by the length or by 1."""
        x = self._counts(docs) * self.idf
        length = np.sqrt((x**2).sum(axis=1))
        length[length == 0.0] = 1.0
        return x / length[:, None]


def rank(query, docs, k):
    """Lexicographic sort of rounded scores and indices."""
    if k < 0:
        raise ValueError("negative k")
    model = TfidfVectorizer()
    model.fit(docs)
    scores = np.round(model.transform([query]) @ model.transform(docs).T, 10)[0]
    order = np.lexsort((np.arange(len(docs)), -scores))
    return [int(i) for i in order[:k]]
