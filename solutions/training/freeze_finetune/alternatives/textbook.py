"""As training scripts write it: freeze all and thaw the head, two groups a layer, eval for frozen norms."""

import torch
from torch import nn


def freeze_backbone(model, head_prefix):
    """Freeze all, thaw some."""
    for param in model.parameters():
        param.requires_grad = False
    for param in model.get_submodule(head_prefix).parameters():
        param.requires_grad = True
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def replace_head(model, attr, n_classes):
    """New layer."""
    in_features = getattr(model, attr).in_features
    setattr(model, attr, nn.Linear(in_features, n_classes))


def param_groups(model, layer_prefixes, base_lr, decay, weight_decay):
    """One group for each parameter."""
    groups = []
    depth = len(layer_prefixes)
    for name, param in model.named_parameters():
        if not param.requires_grad:
            continue
        lr = base_lr
        for i, prefix in enumerate(layer_prefixes):
            if name.startswith(prefix + "."):
                lr = base_lr * decay ** (depth - 1 - i)
        wd = 0.0 if param.ndim <= 1 else weight_decay
        groups.append({"params": [param], "lr": lr, "weight_decay": wd})
    return groups


def train_mode(model):
    """Frozen norms to eval."""
    model.train()
    for m in model.modules():
        if isinstance(m, torch.nn.modules.batchnorm._BatchNorm):
            if all(not p.requires_grad for p in m.parameters()):
                m.eval()
