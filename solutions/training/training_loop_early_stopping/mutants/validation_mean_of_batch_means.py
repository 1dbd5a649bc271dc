"""Averages the losses of the batches in validation."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable
from typing import Any

import torch


class SGD:
    """Plain gradient descent.

    Parameters
    ----------
    params : iterable of Tensor
        Parameters, updated in place.
    lr : float
        Learning rate.

    Examples
    --------
    >>> w = torch.tensor([1.0, 2.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w.tolist()
    [0.0, 0.0]
    """

    def __init__(self, params: Iterable[torch.Tensor], lr: float) -> None:
        # parameters() of a module is an iterator, which would be empty the second time.
        self._params = list(params)
        self._lr = lr

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for param in self._params:
            param.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """Move each parameter that has a gradient against it."""
        for param in self._params:
            if param.grad is not None:
                param -= self._lr * param.grad


class EarlyStopping:
    """Says when a value that should fall has not fallen for too long.

    Parameters
    ----------
    patience : int
        Number of steps in a row without improvement after which to stop, at least 1.
    min_delta : float, default=0.0
        By more than how much a value must fall below the best one to count as an improvement; not negative.

    Attributes
    ----------
    best : float
        Value of the last improvement, infinity before the first.

    Raises
    ------
    ValueError
        If patience is less than 1, or min_delta is negative.

    Examples
    --------
    >>> stopping = EarlyStopping(patience=2)
    >>> [stopping.step(value) for value in (1.0, 0.5, 0.5, 0.75)]
    [False, False, False, True]
    >>> stopping.best
    0.5
    """

    def __init__(self, patience: int, min_delta: float = 0.0) -> None:
        if patience < 1 or min_delta < 0:
            raise ValueError("patience must be at least 1, and min_delta not negative")
        self.best = math.inf
        self._patience = patience
        self._min_delta = min_delta
        self._waited = 0

    def step(self, value: float) -> bool:
        """Look at the next value.

        Parameters
        ----------
        value : float
            What should fall, such as the validation loss.

        Returns
        -------
        bool
            True if it is time to stop.
        """
        # No comparison with NaN is true, so NaN is never an improvement.
        if value < self.best - self._min_delta:
            self.best = value
            self._waited = 0
        else:
            self._waited += 1
        return self._waited >= self._patience


def train_one_epoch(
    model: torch.nn.Module,
    loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    optimizer: Any,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
) -> float:
    """Make one step of the optimiser for each batch, in training mode.

    Parameters
    ----------
    model : Module
        Maps a batch of inputs to logits of shape (b, C).
    loader : iterable of pairs
        Batches: inputs, whose first axis has length b, and targets of shape (b,).
    optimizer : object
        Holds the parameters of the model; has the methods `zero_grad` and `step`.
    loss_fn : callable
        `loss_fn(logits, targets)` is the mean loss of a batch.

    Returns
    -------
    float
        Mean loss per sample, each batch measured before its step.

    Raises
    ------
    ValueError
        If there are no batches.

    Examples
    --------
    >>> model = torch.nn.Linear(1, 2)
    >>> optimizer = SGD(model.parameters(), lr=0.0)
    >>> with torch.no_grad():
    ...     for parameter in model.parameters():
    ...         _ = parameter.zero_()
    >>> loader = [(torch.ones(3, 1), torch.tensor([0, 1, 1])), (torch.ones(1, 1), torch.tensor([0]))]
    >>> round(train_one_epoch(model, loader, optimizer, torch.nn.functional.cross_entropy), 4)
    0.6931
    """
    model.train()
    total, n = 0.0, 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        # A number, not a tensor: a tensor would keep the graph of its batch alive.
        total += loss.item() * len(y)
        n += len(y)
    return total / _positive(n)


def evaluate(
    model: torch.nn.Module,
    loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
) -> tuple[float, float]:
    """Measure loss and accuracy in evaluation mode, without gradients.

    Parameters
    ----------
    model : Module
        Maps a batch of inputs to logits of shape (b, C).
    loader : iterable of pairs
        Batches: inputs, whose first axis has length b, and targets of shape (b,).
    loss_fn : callable
        `loss_fn(logits, targets)` is the mean loss of a batch.

    Returns
    -------
    loss : float
        Mean loss per sample.
    accuracy : float
        Share of the samples whose greatest logit is that of the target.

    Raises
    ------
    ValueError
        If there are no batches.

    Examples
    --------
    >>> model = torch.nn.Identity()
    >>> loader = [(torch.tensor([[2.0, 0.0], [0.0, 2.0]]), torch.tensor([0, 0]))]
    >>> loss, accuracy = evaluate(model, loader, torch.nn.functional.cross_entropy)
    >>> round(loss, 4), accuracy
    (1.1269, 0.5)
    """
    was_training = model.training
    model.eval()
    total, hits, n = 0.0, 0, 0
    try:
        with torch.no_grad():
            for x, y in loader:
                logits = model(x)
                total += loss_fn(logits, y).item()
                hits += float((logits.argmax(1) == y).double().mean())
                n += 1
    finally:
        model.train(was_training)
    return total / _positive(n), hits / n


def fit(
    model: torch.nn.Module,
    train_loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    val_loader: Iterable[tuple[torch.Tensor, torch.Tensor]],
    optimizer: Any,
    loss_fn: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    max_epochs: int,
    patience: int,
    scheduler: Any = None,
) -> dict[str, Any]:
    """Train until the validation loss has stopped falling, and go back to the best weights.

    Parameters
    ----------
    model : Module
        Maps a batch of inputs to logits of shape (b, C); holds the best weights afterwards.
    train_loader, val_loader : iterable of pairs
        Batches to learn from and to validate on.
    optimizer : object
        Holds the parameters of the model; has the methods `zero_grad` and `step`.
    loss_fn : callable
        `loss_fn(logits, targets)` is the mean loss of a batch.
    max_epochs : int
        Greatest number of epochs, at least 1.
    patience : int
        Number of epochs in a row without improvement after which to stop, at least 1.
    scheduler : object, optional
        Its method `step` takes the validation loss, once an epoch.

    Returns
    -------
    dict
        Lists "train_loss", "val_loss" and "val_accuracy" with a number for each epoch, and the number "best_epoch".

    Raises
    ------
    ValueError
        If a loader has no batches, or patience is less than 1.

    Examples
    --------
    >>> model = torch.nn.Linear(1, 2)
    >>> batch = torch.ones(4, 1), torch.tensor([0, 1, 1, 1])
    >>> optimizer = SGD(model.parameters(), lr=0.0)
    >>> history = fit(model, [batch], [batch], optimizer, torch.nn.functional.cross_entropy, max_epochs=9, patience=2)
    >>> len(history["val_loss"]), history["best_epoch"]
    (3, 0)
    """
    stopping = EarlyStopping(patience)
    history: dict[str, Any] = {"train_loss": [], "val_loss": [], "val_accuracy": [], "best_epoch": -1}
    # state_dict gives references to the living tensors, and the next step would change them.
    best = copy.deepcopy(model.state_dict())
    for epoch in range(max_epochs):
        history["train_loss"].append(train_one_epoch(model, train_loader, optimizer, loss_fn))
        loss, accuracy = evaluate(model, val_loader, loss_fn)
        history["val_loss"].append(loss)
        history["val_accuracy"].append(accuracy)
        if loss < stopping.best:
            history["best_epoch"] = epoch
            best = copy.deepcopy(model.state_dict())
        if scheduler is not None:
            scheduler.step(loss)
        if stopping.step(loss):
            break
    model.load_state_dict(best)
    return history


def _positive(n: int) -> int:
    if n == 0:
        raise ValueError("the loader has no batches")
    return n
