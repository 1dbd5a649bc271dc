"""As compression repositories write it: topk over a flat vector, cut into views, products with masks."""

import torch
from torch import nn


def global_magnitude_masks(weights, sparsity):
    """Smallest k by topk."""
    t = torch.nn.utils.parameters_to_vector(list(weights.values()))
    mask = torch.ones_like(t)
    k = int(sparsity * t.nelement())
    topk = torch.topk(torch.abs(t), k=k, largest=False)
    mask[topk.indices] = 0
    masks, pointer = {}, 0
    for name, w in weights.items():
        masks[name] = mask[pointer : pointer + w.numel()].view_as(w).bool()
        pointer += w.numel()
    return masks


def apply_masks(model: nn.Module, masks):
    """Multiply."""
    with torch.no_grad():
        for name, param in model.named_parameters():
            if name in masks:
                param.mul_(masks[name])


def prune_channels(w, n):
    """Largest norms stay."""
    norms = torch.sqrt((w**2).sum(dim=(1, 2, 3)))
    keep = torch.topk(norms, w.shape[0] - n).indices
    return torch.sort(keep)[0]


def cubic_sparsity(step, start, end, final, initial=0.0):
    """Zhu and Gupta."""
    if step < start:
        return initial
    if step >= end:
        return final
    return final + (initial - final) * (1 - (step - start) / (end - start)) ** 3
