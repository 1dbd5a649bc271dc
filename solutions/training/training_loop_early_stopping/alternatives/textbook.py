"""As tutorials write it: train and eval at the top, running sums, a deep copy of the best state."""

import copy

import torch


class SGD:
    """Plain gradient descent."""

    def __init__(self, params, lr):
        self.params = list(params)
        self.lr = lr

    def zero_grad(self):
        """Set gradients to zero."""
        for p in self.params:
            if p.grad is not None:
                p.grad.zero_()

    def step(self):
        """Move the parameters."""
        for p in self.params:
            p.data = p.data - self.lr * p.grad


class EarlyStopping:
    """Count the steps since the best value."""

    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best = float("inf")
        self.counter = 0

    def step(self, value):
        """Tell whether to stop."""
        if self.best - value > self.min_delta:
            self.best = value
            self.counter = 0
        else:
            self.counter += 1
        return self.counter >= self.patience


def train_one_epoch(model, loader, optimizer, loss_fn):
    """Train on every batch."""
    model.train()
    running_loss, seen = 0.0, 0
    for inputs, labels in loader:
        outputs = model(inputs)
        loss = loss_fn(outputs, labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        running_loss += loss.item() * inputs.size(0)
        seen += inputs.size(0)
    return running_loss / seen


@torch.no_grad()
def evaluate(model, loader, loss_fn):
    """Measure loss and accuracy."""
    model.eval()
    total_loss, correct, total = 0.0, 0, 0
    for inputs, labels in loader:
        outputs = model(inputs)
        total_loss += loss_fn(outputs, labels).item() * labels.size(0)
        _, predicted = torch.max(outputs, 1)
        correct += (predicted == labels).sum().item()
        total += labels.size(0)
    return total_loss / total, correct / total


def fit(model, train_loader, val_loader, optimizer, loss_fn, max_epochs, patience, scheduler=None):
    """Train, validate, keep the best."""
    history = {"train_loss": [], "val_loss": [], "val_accuracy": [], "best_epoch": 0}
    best_loss = float("inf")
    waited = 0
    for epoch in range(max_epochs):
        train_loss = train_one_epoch(model, train_loader, optimizer, loss_fn)
        val_loss, val_accuracy = evaluate(model, val_loader, loss_fn)
        if scheduler is not None:
            scheduler.step(val_loss)
        history["train_loss"].append(train_loss)
        history["val_loss"].append(val_loss)
        history["val_accuracy"].append(val_accuracy)
        if val_loss < best_loss:
            best_loss = val_loss
            best_model = copy.deepcopy(model.state_dict())
            history["best_epoch"] = epoch
            waited = 0
        else:
            waited += 1
            if waited >= patience:
                break
    model.load_state_dict(best_model)
    return history
