"""Sums kept in tensors until the end of the epoch, inference mode by a decorator, the count derived from epochs."""

import torch


class SGD:
    """Changes the data behind the parameters."""

    def __init__(self, params, lr):
        self.params, self.lr = [*params], lr

    def zero_grad(self):
        """Fill with zeros."""
        for p in self.params:
            if p.grad is not None:
                p.grad.zero_()

    def step(self):
        """Follow the gradient."""
        for p in self.params:
            if p.grad is not None:
                p.data.add_(p.grad, alpha=-self.lr)


class EarlyStopping:
    """Keeps the history and looks back."""

    def __init__(self, patience, min_delta=0.0):
        if patience < 1:
            raise ValueError("patience")
        if min_delta < 0:
            raise ValueError("min_delta")
        self.patience, self.min_delta = patience, min_delta
        self.best, self.seen, self.at = float("inf"), 0, 0

    def step(self, value):
        """Note when the best value came."""
        self.seen += 1
        if self.best - value > self.min_delta:
            self.best, self.at = value, self.seen
        return self.seen - self.at >= self.patience


def train_one_epoch(model, loader, optimizer, loss_fn):
    """Detached losses are weighted at the end."""
    model.train(True)
    losses, sizes = [], []
    for x, y in loader:
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        sizes.append(y.shape[0])
    if not sizes:
        raise ValueError("nothing to train on")
    weights = torch.tensor(sizes, dtype=torch.float64)
    return float(torch.stack(losses).double() @ weights / weights.sum())


@torch.inference_mode()
def evaluate(model, loader, loss_fn):
    """Modes are kept for each module."""
    modes = {module: module.training for module in model.modules()}
    model.eval()
    try:
        rows = []
        for x, y in loader:
            z = model(x)
            rows.append((float(loss_fn(z, y)), float((z.max(dim=1).indices == y).double().mean()), len(y)))
    finally:
        for module, mode in modes.items():
            module.training = mode
    if not rows:
        raise ValueError("nothing to evaluate")
    n = sum(row[2] for row in rows)
    return sum(row[0] * row[2] for row in rows) / n, sum(row[1] * row[2] for row in rows) / n


def fit(model, train_loader, val_loader, optimizer, loss_fn, max_epochs, patience, scheduler=None):
    """Copies the state into clones."""

    def snapshot():
        return {name: value.detach().clone() for name, value in model.state_dict().items()}

    stopping = EarlyStopping(patience)
    kept, best_epoch = snapshot(), -1
    train, val, accuracy = [], [], []
    for epoch in range(max_epochs):
        train += [train_one_epoch(model, train_loader, optimizer, loss_fn)]
        loss, right = evaluate(model, val_loader, loss_fn)
        val += [loss]
        accuracy += [right]
        before = stopping.best
        stop = stopping.step(loss)
        if stopping.best < before:
            kept, best_epoch = snapshot(), epoch
        if scheduler:
            scheduler.step(loss)
        if stop:
            break
    model.load_state_dict(kept)
    return {"train_loss": train, "val_loss": val, "val_accuracy": accuracy, "best_epoch": best_epoch}
