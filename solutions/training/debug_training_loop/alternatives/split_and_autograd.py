"""Gradients by autograd.grad, log-likelihoods by hand, batches by split."""

import torch
from torch import nn


class Net(nn.Module):
    """The network of the script."""

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
    """Stack the channels."""
    return torch.stack(images.unbind(dim=-1), dim=1).contiguous()


def standardise(train, val):
    """Channel by channel."""
    parts = [torch.empty_like(train), torch.empty_like(val)]
    for k in range(train.shape[1]):
        values = train[:, k]
        mean = values.mean()
        std = torch.sqrt(torch.square(values - mean).mean())
        for part, source in zip(parts, (train, val)):
            part[:, k] = (source[:, k] - mean) / std
    return tuple(parts)


def batches(X, y, size):
    """Split the permutation."""
    return [(X[chosen], y[chosen]) for chosen in torch.randperm(len(y)).split(size)]


def train_epoch(model, X, y, lr, size):
    """Gradients that no parameter keeps."""
    model.train(True)
    weights = list(model.parameters())
    losses = []
    for xb, yb in batches(X, y, size):
        logp = torch.log_softmax(model(xb), dim=1)[torch.arange(len(yb)), yb]
        grads = torch.autograd.grad(-logp.mean(), weights)
        for w, g in zip(weights, grads):
            w.data.sub_(g, alpha=lr)
        losses.extend((-logp).tolist())
    return sum(losses) / len(losses)


@torch.inference_mode()
def accuracy(model, X, y):
    """Count the hits."""
    mode = model.training
    try:
        logits = model.eval()(X)
    finally:
        model.train(mode)
    return int((logits.max(dim=1).indices == y).sum()) / len(y)


def train(X, y, epochs, seed):
    """The loop of the script."""
    torch.manual_seed(seed)
    cut = len(X) - len(X) // 4
    images = channels_first(X)
    X_train, X_val = standardise(images[:cut], images[cut:])
    model = Net(images.shape[1], int(y.max()) + 1)
    losses, scores = [], []
    for _ in range(epochs):
        losses.append(train_epoch(model, X_train, y[:cut], 0.4, 16))
        scores.append(accuracy(model, X_val, y[cut:]))
    return {"model": model, "train_loss": losses, "val_accuracy": scores}
