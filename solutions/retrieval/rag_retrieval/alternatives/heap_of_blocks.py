"""Blocks of raw vectors with their lengths, one for each add, and a heap for the best; windows by range."""

import heapq
import itertools

import numpy as np


def chunk(tokens, size, overlap):
    """Count the windows first."""
    if overlap < 0 or overlap >= size:
        raise ValueError("overlap")
    n, step = len(tokens), size - overlap
    if n == 0:
        return []
    count = 1 + max(0, -(-(n - size) // step))
    return [(j * step, min(j * step + size, n)) for j in range(count)]


class Retriever:
    """Keeps a list of blocks."""

    def __init__(self, embed):
        self.embed = embed
        self.docs = {}
        self.names = []
        self.blocks = []

    def add(self, docs, size, overlap):
        """Check everything before anything changes."""
        chunk([], size, overlap)
        ids = [doc for doc, _ in docs]
        if len(set(ids)) < len(ids) or any(doc in self.docs for doc in ids):
            raise ValueError("document is there")
        pieces = {}
        for doc, text in docs:
            tokens = text.split()
            pieces[doc] = [" ".join(tokens[a:b]) for a, b in chunk(tokens, size, overlap)]
        texts = list(itertools.chain.from_iterable(pieces.values()))
        if texts:
            self.blocks.append(np.asarray(self.embed(texts), dtype=float))
        for doc, parts in pieces.items():
            self.docs[doc] = parts
            self.names.extend((doc, j) for j in range(len(parts)))

    def search(self, query, k):
        """Divide by both lengths after the product."""
        if k <= 0:
            raise ValueError("k")
        q = np.asarray(self.embed([query]), dtype=float)[0]
        scores = []
        for block in self.blocks:
            lengths = np.sqrt((block**2).sum(axis=1)) * np.sqrt((q**2).sum())
            lengths[lengths == 0] = np.inf
            scores += (np.einsum("nd,d->n", block, q) / lengths).tolist()
        best = heapq.nsmallest(k, range(len(scores)), key=lambda i: (-scores[i], i))
        return [(self.names[i][0], self.names[i][1], scores[i]) for i in best]


def build_prompt(question, chunks, budget, count):
    """Grow a string."""
    if budget < count(question):
        raise ValueError("question too long")
    head, cited = "", []
    for doc, text in chunks:
        trial = head + "[" + str(len(cited) + 1) + "] " + text + "\n"
        if count(trial + question) <= budget:
            head = trial
            cited += [doc]
    return head + question, cited
