"""Losses by logsumexp, norms by hand, the positive as a shift of the logits."""

import torch


def clip_loss(img, txt, log_scale, max_scale=100.0):
    """Contrast."""
    a, b = normed(img), normed(txt)
    cap = torch.log(torch.tensor(max_scale, dtype=torch.float64)).to(log_scale.dtype)
    s = torch.exp(torch.where(log_scale < cap, log_scale, cap))
    logits = torch.einsum("id,jd->ij", a, b) * s
    right = (a * b).sum(1) * s
    rows, columns = torch.logsumexp(logits, 1), torch.logsumexp(logits, 0)
    return 0.5 * (rows - right).mean() + 0.5 * (columns - right).mean()


def info_nce(q, pos, neg, temperature=0.07):
    """Contrast with a queue."""
    if temperature <= 0 or temperature != temperature:
        raise ValueError("temperature")
    a = normed(q)
    own = torch.einsum("id,id->i", a, normed(pos))[:, None]
    others = torch.einsum("id,kd->ik", a, normed(neg))
    logits = torch.hstack((own, others)).div(temperature)
    return -logits.log_softmax(dim=1)[:, 0].mean()


def zero_shot(img, class_emb):
    """Classify."""
    centres = normed(normed(class_emb).sum(dim=1))
    scores = normed(img) @ centres.transpose(0, 1)
    best = scores.max(dim=1, keepdim=True).values
    return torch.where(scores == best, torch.arange(scores.shape[1]), scores.shape[1]).min(dim=1).values


def normed(x):
    """Divide by the norm where there is one."""
    if x.dtype in (torch.float16, torch.bfloat16):
        x = x.float()
    squares = (x * x).sum(-1, keepdim=True)
    empty = squares == 0
    return x / torch.where(empty, 1.0, squares).sqrt()
