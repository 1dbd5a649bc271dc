"""As blog posts write it: signatures as strings of bits, one defaultdict a table, cosine one by one."""

from collections import defaultdict

import numpy as np


def signatures(X, planes):
    """Dot products, table by table."""
    columns = []
    for table in planes:
        bits = (X @ table.T >= 0).astype(int)
        columns.append([int("".join(map(str, row[::-1])), 2) for row in bits])
    return np.array(columns).T


class LSHIndex:
    """Tables of buckets."""

    def __init__(self, planes):
        self.planes = planes
        self.tables = [defaultdict(list) for _ in planes]
        self.vectors = []

    def add(self, X):
        """Hash each vector into each table."""
        for row, keys in zip(X, signatures(X, self.planes)):
            for table, key in zip(self.tables, keys):
                table[key].append(len(self.vectors))
            self.vectors.append(row)

    def query(self, q, k):
        """Union of buckets, then exact cosine."""
        candidates = set()
        for table, key in zip(self.tables, signatures(q[None], self.planes)[0]):
            candidates.update(table[key])
        scores = {i: self.vectors[i] @ q / np.linalg.norm(self.vectors[i]) / np.linalg.norm(q) for i in candidates}
        return sorted(scores, key=scores.get, reverse=True)[:k], len(candidates)
