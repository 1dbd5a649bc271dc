"""Divides the variance by one less."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    """Small convolutional network; nothing in it was wrong.

    Parameters
    ----------
    channels : int
        Number of input channels.
    classes : int
        Number of classes.

    Examples
    --------
    >>> Net(2, 3)(torch.zeros(5, 2, 6, 6)).shape
    torch.Size([5, 3])
    """

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.drop = nn.Dropout(0.2)
        self.head = nn.Linear(8, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the logits.

        Parameters
        ----------
        x : Tensor of shape (n, channels, h, w)
            Standardised images.

        Returns
        -------
        Tensor of shape (n, classes)
            Logits.
        """
        features = torch.relu(self.norm(self.conv(x))).mean(dim=(2, 3))
        return self.head(self.drop(features))


def channels_first(images: torch.Tensor) -> torch.Tensor:
    """Move the channels in front of height and width.

    Parameters
    ----------
    images : Tensor of shape (n, h, w, c)
        Images.

    Returns
    -------
    Tensor of shape (n, c, h, w)
        The same images.

    Examples
    --------
    >>> channels_first(torch.tensor([[[[1, 10], [2, 20]]]])).tolist()
    [[[[1, 2]], [[10, 20]]]]
    """
    return images.permute(0, 3, 1, 2)


def standardise(seen: torch.Tensor, unseen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Shift and scale each channel by the statistics of the training images.

    Parameters
    ----------
    seen, unseen : Tensor of shape (n, c, h, w)
        Images for training and for validation; their numbers may differ.

    Returns
    -------
    seen, unseen : Tensor of shape (n, c, h, w)
        Both, so that each channel of `seen` has mean 0 and variance 1.

    Examples
    --------
    >>> seen, unseen = standardise(torch.tensor([[[[1.0]]], [[[3.0]]]]), torch.tensor([[[[5.0]]]]))
    >>> seen.flatten().tolist(), unseen.flatten().tolist()
    ([-1.0, 1.0], [3.0])
    """
    # Validation stands for data that nobody has seen yet, so it must not take part.
    mean = seen.mean(dim=(0, 2, 3), keepdim=True)
    std = seen.std(dim=(0, 2, 3), keepdim=True)
    return (seen - mean) / std, (unseen - mean) / std


def batches(X: torch.Tensor, y: torch.Tensor, size: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield samples with their labels in a new random order.

    Parameters
    ----------
    X : Tensor of shape (n, ...)
        Samples.
    y : Tensor of shape (n,)
        Labels.
    size : int
        Samples in a batch; the last one may be smaller.

    Yields
    ------
    tuple of Tensor
        Samples and labels of a batch.

    Examples
    --------
    >>> [(len(X), bool((X == y).all())) for X, y in batches(torch.arange(5), torch.arange(5), 2)]
    [(2, True), (2, True), (1, True)]
    """
    order = torch.randperm(len(X))
    X, y = X[order], y[order]
    for start in range(0, len(X), size):
        yield X[start : start + size], y[start : start + size]


def train_epoch(model: nn.Module, X: torch.Tensor, y: torch.Tensor, lr: float, size: int) -> float:
    """Make one step of gradient descent for each batch.

    Parameters
    ----------
    model : Module
        Maps samples to logits.
    X : Tensor of shape (n, ...)
        Samples.
    y : Tensor of shape (n,)
        Labels.
    lr : float
        Learning rate.
    size : int
        Samples in a batch.

    Returns
    -------
    float
        Mean loss per sample, each batch measured before its step.

    Examples
    --------
    >>> model = nn.Linear(2, 2)
    >>> _ = model.load_state_dict({"weight": torch.zeros(2, 2), "bias": torch.zeros(2)})
    >>> round(train_epoch(model, torch.eye(2), torch.tensor([0, 1]), lr=2.0, size=2), 4)
    0.6931
    >>> model.weight.tolist()
    [[0.5, -0.5], [-0.5, 0.5]]
    """
    model.train()
    total = 0.0
    for xb, yb in batches(X, y, size):
        # cross_entropy takes logits: it applies log-softmax itself.
        loss = F.cross_entropy(model(xb), yb)
        # backward adds to what is there.
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for w in model.parameters():
                w -= lr * w.grad
        # A number: a tensor would keep its graph alive.
        total += loss.item() * len(yb)
    return total / len(y)


def accuracy(model: nn.Module, X: torch.Tensor, y: torch.Tensor) -> float:
    """Return the share of samples whose greatest logit is that of the label.

    Parameters
    ----------
    model : Module
        Maps samples to logits; its mode is restored.
    X : Tensor of shape (n, ...)
        Samples.
    y : Tensor of shape (n,)
        Labels.

    Returns
    -------
    float
        Accuracy in evaluation mode.

    Examples
    --------
    >>> accuracy(nn.Identity(), torch.tensor([[3.0, 2.0], [9.0, 1.0], [0.0, 1.0], [0.0, 1.0]]), torch.tensor([0, 0, 1, 0]))
    0.75
    """
    was_training = model.training
    model.eval()
    with torch.no_grad():
        hits = model(X).argmax(dim=1) == y
    model.train(was_training)
    return hits.double().mean().item()


def train(X: torch.Tensor, y: torch.Tensor, epochs: int, seed: int) -> dict[str, Any]:
    """Train a network on the first three quarters of the images and validate it on the rest.

    Parameters
    ----------
    X : Tensor of shape (n, h, w, c)
        Images.
    y : Tensor of shape (n,)
        Labels from 0.
    epochs : int
        Number of epochs.
    seed : int
        Seed of all randomness.

    Returns
    -------
    dict
        The network as "model", and the lists "train_loss" and "val_accuracy" with a number for each epoch.

    Examples
    --------
    >>> X, y = torch.randn(16, 6, 6, 2), torch.arange(16) % 2
    >>> result = train(X, y, epochs=2, seed=0)
    >>> len(result["train_loss"]), len(result["val_accuracy"])
    (2, 2)
    """
    torch.manual_seed(seed)
    n_val = len(X) // 4
    images = channels_first(X)
    X_train, X_val = standardise(images[:-n_val], images[-n_val:])
    y_train, y_val = y[:-n_val], y[-n_val:]
    model = Net(images.shape[1], int(y.max()) + 1)
    result: dict[str, Any] = {"model": model, "train_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        result["train_loss"].append(train_epoch(model, X_train, y_train, lr=0.4, size=16))
        result["val_accuracy"].append(accuracy(model, X_val, y_val))
    return result
