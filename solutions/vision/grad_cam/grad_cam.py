"""What a convolutional classifier looks at: Grad-CAM and saliency."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - as everybody calls it
from torch import nn


class TinyNet(nn.Module):
    """A small network to try explanations on.

    Parameters
    ----------
    c_in : int
        Channels of the images.
    width : int
        Channels inside.
    classes : int
        Number of classes.

    Examples
    --------
    >>> TinyNet(3, 4, 10)(torch.zeros(2, 3, 8, 8)).shape
    torch.Size([2, 10])
    """

    def __init__(self, c_in: int, width: int, classes: int) -> None:
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(c_in, width, 3, padding=1), nn.Tanh(), nn.MaxPool2d(2))
        self.head = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1), nn.Tanh(), nn.Flatten(), nn.LazyLinear(classes)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Compute the logits.

        Parameters
        ----------
        x : Tensor of shape (b, c_in, h, w)
            Images.

        Returns
        -------
        Tensor of shape (b, classes)
            Logits.
        """
        return self.head(self.features(x))


def grad_cam(
    model: nn.Module, layer: nn.Module, x: torch.Tensor, class_idx: torch.Tensor | None = None
) -> torch.Tensor:
    """Weigh the maps of a layer by their influence on a logit.

    Parameters
    ----------
    model : Module
        Classifier that returns logits.
    layer : Module
        Part of the model with an output of shape (b, k, h', w').
    x : Tensor of shape (b, c, h, w)
        Images.
    class_idx : Tensor of shape (b,) or None
        Classes to explain; by default the likeliest ones.

    Returns
    -------
    Tensor of shape (b, h, w)
        Maps, each from 0 to 1.

    Examples
    --------
    >>> layer = nn.Identity()
    >>> model = nn.Sequential(layer, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    >>> grad_cam(model, layer, torch.tensor([[[[4.0, 2.0, 0.0]]]])).tolist()
    [[[1.0, 0.5, 0.0]]]
    """
    outputs: list[torch.Tensor] = []
    handle = layer.register_forward_hook(lambda _module, _args, output: outputs.append(output))
    try:
        score = _score(model, x.detach().requires_grad_(), class_idx)
    finally:
        handle.remove()
    (maps,) = outputs
    (grad,) = torch.autograd.grad(score, maps)  # unlike backward, this leaves the parameters alone
    weights = grad.flatten(2).mean(dim=2)
    cam = torch.einsum("bk,bkhw->bhw", weights, maps.detach()).relu()
    cam = F.interpolate(cam.unsqueeze(1), size=x.shape[2:], mode="bilinear", align_corners=False).squeeze(1)
    flat = cam.flatten(1)
    flat = flat - flat.amin(dim=1, keepdim=True)
    top = flat.amax(dim=1, keepdim=True)
    return torch.where(top > 0, flat / top, 0.0).reshape(cam.shape)


def saliency(model: nn.Module, x: torch.Tensor, class_idx: torch.Tensor | None = None) -> torch.Tensor:
    """Tell how much a logit depends on each pixel.

    Parameters
    ----------
    model : Module
        Classifier that returns logits.
    x : Tensor of shape (b, c, h, w)
        Images.
    class_idx : Tensor of shape (b,) or None
        Classes to explain; by default the likeliest ones.

    Returns
    -------
    Tensor of shape (b, h, w)
        Greatest absolute derivative over the channels.

    Examples
    --------
    >>> model = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    >>> saliency(model, torch.zeros(1, 1, 1, 2)).tolist()
    [[[0.5, 0.5]]]
    """
    x = x.detach().requires_grad_()
    (grad,) = torch.autograd.grad(_score(model, x, class_idx), x)
    return grad.abs().amax(dim=1)


def _score(model: nn.Module, x: torch.Tensor, class_idx: torch.Tensor | None) -> torch.Tensor:
    """Return the sum of the logits that are to be explained, also where the caller has switched gradients off."""
    with torch.enable_grad():
        logits = model(x)
        if class_idx is None:
            class_idx = logits.argmax(dim=1)
        return logits.gather(1, class_idx[:, None]).sum()
