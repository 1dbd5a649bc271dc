"""cross_entropy for the loss, and a stable sort of all scores in small chunks."""

import torch
import torch.nn.functional as F


def in_batch_softmax(user, item, item_ids, log_q, temperature=0.05):
    """Subtract a huge number where there is an accidental hit, and let cross_entropy do the rest."""
    if not temperature > 0:
        raise ValueError("temperature")
    u = user / user.norm(dim=1, keepdim=True)
    v = item / item.norm(dim=1, keepdim=True)
    logits = torch.einsum("id,jd->ij", u, v).div(temperature) - log_q.unsqueeze(0)
    rows = torch.arange(len(user))
    hit = item_ids.unsqueeze(0).eq(item_ids.unsqueeze(1)) & ~torch.eye(len(user), dtype=torch.bool)
    logits = torch.where(hit, torch.finfo(logits.dtype).min, logits)
    return F.cross_entropy(logits, rows)


def retrieve(users, items, k, exclude=None):
    """Sort everything of 64 users at a time."""
    if k <= 0:
        raise ValueError("k")
    if exclude is not None and len(exclude) != users.shape[0]:
        raise ValueError("exclude")
    result = torch.full((users.shape[0], k), -1, dtype=torch.int64)
    n = min(k, items.shape[0])
    for first in range(0, users.shape[0], 64):
        scores = torch.matmul(users[first : first + 64], items.transpose(0, 1))
        gone = torch.zeros(scores.shape, dtype=torch.bool)
        if exclude is not None:
            for i, rows in enumerate(exclude[first : first + 64]):
                for row in rows:
                    gone[i, row] = True
        scores[gone] = float("-inf")
        order = torch.argsort(-scores, dim=1, stable=True)[:, :n]
        order[gone.gather(1, order)] = -1
        result[first : first + 64, :n] = order
    return result


def recall_at_k(retrieved, truth):
    """Add the shares up user by user."""
    if len(retrieved) != len(truth):
        raise ValueError("lengths")
    total, count = 0.0, 0
    for i in range(len(truth)):
        if len(truth[i]) == 0:
            continue
        total += sum(int(row) in truth[i] for row in retrieved[i]) / len(truth[i])
        count += 1
    if count == 0:
        raise ValueError("nobody has a relevant item")
    return total / count
