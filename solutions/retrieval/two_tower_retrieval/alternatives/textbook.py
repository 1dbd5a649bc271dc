"""As recommender libraries write it: masked logits into F.cross_entropy, topk of all scores, no checks."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def in_batch_softmax(user: Tensor, item: Tensor, item_ids: Tensor, log_q: Tensor, temperature: float = 0.05) -> Tensor:
    """Cross-entropy with the diagonal as labels."""
    user = F.normalize(user, dim=-1)
    item = F.normalize(item, dim=-1)
    logits = user @ item.T / temperature - log_q
    labels = torch.arange(len(user))
    hits = (item_ids.unsqueeze(1) == item_ids.unsqueeze(0)) & ~torch.eye(len(user), dtype=torch.bool)
    logits = logits.masked_fill(hits, -1e9)
    return F.cross_entropy(logits, labels)


def retrieve(users: Tensor, items: Tensor, k: int, exclude: list[list[int]] | None = None) -> Tensor:
    """topk of the score matrix."""
    scores = users @ items.T
    if exclude is not None:
        for row, seen in enumerate(exclude):
            scores[row, seen] = float("-inf")
    return torch.topk(scores, k, dim=1).indices


def recall_at_k(retrieved: Tensor, truth: list[set[int]]) -> float:
    """Mean share of the relevant items."""
    recalls = []
    for row, relevant in zip(retrieved.tolist(), truth):
        if relevant:
            recalls.append(len(set(row) & relevant) / len(relevant))
    return sum(recalls) / len(recalls)
