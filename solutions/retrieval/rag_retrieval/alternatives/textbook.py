"""As a first RAG tutorial writes it: a while loop of windows, stacked embeddings, cosines and argsort, no checks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def chunk(tokens: list[str], size: int, overlap: int) -> list[tuple[int, int]]:
    """Sliding windows."""
    spans = []
    start = 0
    while True:
        end = min(start + size, len(tokens))
        spans.append((start, end))
        if end == len(tokens):
            return spans
        start += size - overlap


class Retriever:
    """A matrix of embeddings and a list of what its rows are."""

    def __init__(self, embed: Callable[[list[str]], np.ndarray]) -> None:
        self.embed = embed
        self.chunks = []
        self.matrix = None

    def add(self, docs: list[tuple[str, str]], size: int, overlap: int) -> None:
        """Cut, embed, stack."""
        texts = []
        for doc_id, text in docs:
            words = text.split()
            for number, (start, end) in enumerate(chunk(words, size, overlap)):
                self.chunks.append((doc_id, number))
                texts.append(" ".join(words[start:end]))
        vectors = self.embed(texts)
        self.matrix = vectors if self.matrix is None else np.vstack([self.matrix, vectors])

    def search(self, query: str, k: int) -> list[tuple[str, int, float]]:
        """Rank by cosine similarity."""
        q = self.embed([query])[0]
        scores = self.matrix @ q / (np.linalg.norm(self.matrix, axis=1) * np.linalg.norm(q))
        top = np.argsort(scores)[::-1][:k]
        return [(*self.chunks[i], scores[i]) for i in top]


def build_prompt(
    question: str, chunks: list[tuple[str, str]], budget: int, count: Callable[[str], int]
) -> tuple[str, list[str]]:
    """Add what fits."""
    lines, cited = [], []
    for doc_id, text in chunks:
        line = f"[{len(cited) + 1}] {text}"
        if count("\n".join([*lines, line, question])) <= budget:
            lines.append(line)
            cited.append(doc_id)
    return "\n".join([*lines, question]), cited
