"""The script with the eight usual repairs, each as short as possible, and no thought for who calls a function alone."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    """As in the script."""

    def __init__(self, channels, classes):
        super().__init__()
        self.conv = nn.Conv2d(channels, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.drop = nn.Dropout(0.2)
        self.head = nn.Linear(8, classes)

    def forward(self, x):
        """Logits."""
        features = torch.relu(self.norm(self.conv(x))).mean(dim=(2, 3))
        return self.head(self.drop(features))


def channels_first(images):
    """Permute, do not reshape."""
    return images.permute(0, 3, 1, 2)


def standardise(seen, unseen):
    """Statistics of the training part."""
    mean = seen.mean(dim=(0, 2, 3), keepdim=True)
    std = seen.std(dim=(0, 2, 3), keepdim=True, correction=0)
    return (seen - mean) / std, (unseen - mean) / std


def batches(X, y, size):
    """One permutation for both."""
    perm = torch.randperm(len(X))
    X, y = X[perm], y[perm]
    for start in range(0, len(X), size):
        yield X[start : start + size], y[start : start + size]


def train_epoch(model, X, y, lr, size):
    """Gradients are cleared after each step."""
    model.train()
    total = 0.0
    for xb, yb in batches(X, y, size):
        logits = model(xb)
        loss = F.cross_entropy(logits, yb)
        loss.backward()
        with torch.no_grad():
            for w in model.parameters():
                w -= lr * w.grad
                w.grad = None
        total += loss.item() * len(yb)
    return total / len(y)


def accuracy(model, X, y):
    """Leaves the model in evaluation mode; train_epoch switches back."""
    model.eval()
    with torch.no_grad():
        hits = model(X).argmax(dim=1) == y
    return hits.double().mean().item()


def train(X, y, epochs, seed):
    """As in the script."""
    torch.manual_seed(seed)
    n_val = len(X) // 4
    images = channels_first(X)
    X_train, X_val = standardise(images[:-n_val], images[-n_val:])
    y_train, y_val = y[:-n_val], y[-n_val:]
    model = Net(images.shape[1], int(y.max()) + 1)
    result = {"model": model, "train_loss": [], "val_accuracy": []}
    for _ in range(epochs):
        result["train_loss"].append(train_epoch(model, X_train, y_train, lr=0.4, size=16))
        result["val_accuracy"].append(accuracy(model, X_val, y_val))
    return result
