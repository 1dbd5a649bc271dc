"""As the papers print it: normalise, one product of matrices, labels on the diagonal, cross-entropy."""

import torch
import torch.nn.functional as F


def clip_loss(img, txt, log_scale, max_scale=100.0):
    """The pseudocode of CLIP."""
    img = img / img.norm(dim=1, keepdim=True)
    txt = txt / txt.norm(dim=1, keepdim=True)
    logit_scale = torch.clamp(log_scale.exp(), max=max_scale)
    logits_per_image = logit_scale * img @ txt.t()
    logits_per_text = logits_per_image.t()
    labels = torch.arange(img.shape[0])
    return (F.cross_entropy(logits_per_image, labels) + F.cross_entropy(logits_per_text, labels)) / 2


def info_nce(q, pos, neg, temperature=0.07):
    """The pseudocode of momentum contrast, with a queue of negatives."""
    q, pos, neg = (x / x.norm(dim=1, keepdim=True) for x in (q, pos, neg))
    l_pos = torch.einsum("nc,nc->n", q, pos).unsqueeze(-1)
    l_neg = torch.einsum("nc,kc->nk", q, neg)
    logits = torch.cat([l_pos, l_neg], dim=1) / temperature
    return F.cross_entropy(logits, torch.zeros(logits.shape[0], dtype=torch.long))


def zero_shot(img, class_emb):
    """One weight vector a class, from the mean of its prompts."""
    img = img / img.norm(dim=-1, keepdim=True)
    weights = []
    for prompts in class_emb:
        prompts = prompts / prompts.norm(dim=-1, keepdim=True)
        mean = prompts.mean(dim=0)
        weights.append(mean / mean.norm())
    return (img @ torch.stack(weights, dim=1)).argmax(dim=-1)
