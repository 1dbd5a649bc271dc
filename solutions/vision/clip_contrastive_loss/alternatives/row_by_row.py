"""A loop over the rows of the batch."""

import math

import torch
from torch.nn import functional as F


def clip_loss(img, txt, log_scale, max_scale=100.0):
    """One image and one text at a time."""
    img, txt = unit(img), unit(txt)
    if float(log_scale) < math.log(max_scale):
        scale = log_scale.exp()
    else:
        scale = 0.0 * log_scale + max_scale
    total = 0.0
    for i in range(img.size(0)):
        answer = torch.tensor(i)
        total = (
            total + F.cross_entropy(scale * (txt @ img[i]), answer) + F.cross_entropy(scale * (img @ txt[i]), answer)
        )
    return total / (2 * img.size(0))


def info_nce(q, pos, neg, temperature=0.07):
    """One query at a time."""
    if math.isnan(temperature) or temperature <= 0.0:
        raise ValueError("must be positive")
    q, pos, neg = unit(q), unit(pos), unit(neg)
    losses = []
    for a, p in zip(q, pos, strict=True):
        logits = torch.cat([(a @ p).reshape(1), neg @ a]) / temperature
        losses.append(logits.logsumexp(0) - logits[0])
    return torch.stack(losses).mean()


def zero_shot(img, class_emb):
    """One image at a time."""
    centres = unit(torch.stack([unit(prompts).mean(0) for prompts in class_emb]))
    ids = []
    for x in unit(img):
        scores = (centres * x).sum(-1).tolist()
        ids.append(scores.index(max(scores)))
    return torch.tensor(ids)


def unit(x):
    """Length one, or zero."""
    x = x if x.dtype == torch.float64 else x.to(torch.float32)
    return x / x.norm(dim=-1, keepdim=True).clamp(min=1e-12)
