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
        raise NotImplementedError

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
        raise NotImplementedError


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
    raise NotImplementedError


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
    raise NotImplementedError
