"""As tutorials write it: forward and backward hooks, zero_grad and backward, image by image."""

import torch
import torch.nn.functional as F
from torch import nn


class TinyNet(nn.Module):
    """As given."""

    def __init__(self, c_in, width, classes):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(c_in, width, 3, padding=1), nn.Tanh(), nn.MaxPool2d(2))
        self.head = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1), nn.Tanh(), nn.Flatten(), nn.LazyLinear(classes)
        )

    def forward(self, x):
        """Logits."""
        return self.head(self.features(x))


def grad_cam(model, layer, x, class_idx=None):
    """Activations and gradients from hooks."""
    store = {}
    h1 = layer.register_forward_hook(lambda m, i, o: store.update(a=o.detach()))
    h2 = layer.register_full_backward_hook(lambda m, gi, go: store.update(g=go[0].detach()))
    maps = []
    for b in range(len(x)):
        logits = model(x[b : b + 1])
        c = logits.argmax() if class_idx is None else class_idx[b]
        model.zero_grad()
        logits[0, c].backward()
        alpha = store["g"].mean(dim=(2, 3), keepdim=True)
        cam = F.relu((alpha * store["a"]).sum(dim=1, keepdim=True))
        cam = F.interpolate(cam, size=x.shape[2:], mode="bilinear", align_corners=False).squeeze()
        maps.append((cam - cam.min()) / (cam.max() - cam.min() + 1e-8))
    h1.remove()
    h2.remove()
    return torch.stack(maps)


def saliency(model, x, class_idx=None):
    """Gradient of the input."""
    x = x.clone().requires_grad_(True)
    logits = model(x)
    if class_idx is None:
        class_idx = logits.argmax(1)
    logits[torch.arange(len(x)), class_idx].sum().backward()
    return x.grad.abs().max(dim=1)[0]
