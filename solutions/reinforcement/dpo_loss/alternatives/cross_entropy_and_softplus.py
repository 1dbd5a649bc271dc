"""Token losses from cross_entropy, logistic losses from softplus."""

import torch
from torch.nn import functional


def sequence_logps(logits, labels, ignore_index=-100):
    """Row by row with the library's cross-entropy."""
    rows = []
    for z, y in zip(logits, labels):
        rows.append(-functional.cross_entropy(z[:-1], y[1:], ignore_index=ignore_index, reduction="sum"))
    return torch.stack(rows)


def dpo_loss(pi_w, pi_l, ref_w, ref_l, beta=0.1, label_smoothing=0.0, kind="sigmoid"):
    """Margins first, rewards afterwards."""
    if not (pi_w.shape == pi_l.shape == ref_w.shape == ref_l.shape):
        raise ValueError("shapes")
    if not beta > 0:
        raise ValueError("beta")
    if kind not in {"sigmoid", "ipo"}:
        raise ValueError("kind")
    with torch.no_grad():
        offset = ref_w - ref_l
        chosen, rejected = beta * (pi_w - ref_w), beta * (pi_l - ref_l)
    h = pi_w - pi_l - offset
    if kind == "ipo":
        loss = torch.square(h - 0.5 / beta)
    else:
        # -log sigmoid(x) = softplus(-x), and softplus(x) = softplus(-x) + x
        loss = functional.softplus(-beta * h) + label_smoothing * beta * h
    return torch.mean(loss), chosen, rejected


def bradley_terry_loss(r_w, r_l, margin=None):
    """Softplus of the gap the other way round."""
    if r_w.shape != r_l.shape or (margin is not None and margin.shape != r_w.shape):
        raise ValueError("shapes")
    gap = r_l - r_w
    if margin is not None:
        gap = gap + margin
    return torch.mean(torch.logaddexp(gap, torch.zeros_like(gap)))
