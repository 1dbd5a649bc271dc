"""Adam, AdamW and an exponential moving average of weights, all in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


class Adam:
    """Adam, with weight decay of either kind and the AMSGrad variant.

    Parameters
    ----------
    params : list of ndarray of any shape
        Parameters in a floating dtype, which every step changes in place.
    lr : float, default=1e-3
        Learning rate.
    betas : tuple of two floats, default=(0.9, 0.999)
        Decay rates of the averages of gradients and of squared gradients.
    eps : float, default=1e-8
        Added to the denominator of the update.
    weight_decay : float, default=0.0
        Strength of the weight decay.
    decoupled : bool, default=False
        Whether decay shrinks the weights directly (AdamW) or is part of the gradient.
    amsgrad : bool, default=False
        Whether to divide by the greatest average of squared gradients so far.

    Raises
    ------
    ValueError
        If lr, eps or weight_decay is negative, or a beta is outside [0, 1).

    Examples
    --------
    >>> w = np.array([1.0, -2.0])
    >>> optimizer = Adam([w], lr=0.5)
    >>> optimizer.step([np.array([10.0, -0.1])])
    >>> w.round(6)
    array([ 0.5, -1.5])
    """

    def __init__(
        self,
        params: list[np.ndarray],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled: bool = False,
        amsgrad: bool = False,
    ) -> None:
        if min(lr, eps, weight_decay) < 0:
            raise ValueError(f"lr, eps and weight_decay must not be negative, got {lr}, {eps} and {weight_decay}")
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"betas must be in [0, 1), got {betas}")
        self._lr = lr
        self._betas = betas
        self._eps = eps
        self._weight_decay = weight_decay
        self._decoupled = decoupled
        self._params = list(params)
        self._states = [
            _State(np.zeros_like(p), np.zeros_like(p), np.zeros_like(p) if amsgrad else None) for p in self._params
        ]

    def step(self, grads: Sequence[np.ndarray | None]) -> None:
        """Change every parameter that has a gradient, in place.

        Parameters
        ----------
        grads : list of ndarray or None
            A gradient for each parameter, of its shape and dtype; None skips the parameter.

        Raises
        ------
        ValueError
            If there is not one entry for each parameter, or a shape differs; then nothing has changed.
        """
        _check_shapes(self._params, grads)
        for param, state, grad in zip(self._params, self._states, grads, strict=True):
            if grad is not None:
                self._update(param, state, grad)

    def _update(self, param: np.ndarray, state: _State, grad: np.ndarray) -> None:
        """Take one step with one parameter."""
        if self._decoupled:
            # AdamW: the decay bypasses the moments, so that it is not divided by sqrt(v).
            param *= 1 - self._lr * self._weight_decay
        else:
            grad = grad + self._weight_decay * param  # a new array: the gradient is the caller's
        beta1, beta2 = self._betas
        state.count += 1
        # m <- beta1 m + (1 - beta1) g and v <- beta2 v + (1 - beta2) g^2
        state.mean *= beta1
        state.mean += (1 - beta1) * grad
        state.square *= beta2
        state.square += (1 - beta2) * grad * grad
        # AMSGrad takes the maximum before the correction, as in PyTorch.
        square = state.square if state.peak is None else np.maximum(state.peak, state.square, out=state.peak)
        # Both averages start at 0 and are too small by the factor 1 - beta^t: after t equal gradients g,
        # m = (1 - beta1^t) g. So m_hat = m / (1 - beta1^t), and v_hat likewise.
        denominator = np.sqrt(square / (1 - beta2**state.count))
        denominator += self._eps
        param -= self._lr / (1 - beta1**state.count) * state.mean / denominator


def ema_update(avg: list[np.ndarray], params: list[np.ndarray], decay: float, step: int) -> None:
    """Move averaged weights towards the current ones, in place.

    Parameters
    ----------
    avg : list of ndarray of any shape
        Averages in a floating dtype, which are changed in place.
    params : list of ndarray of the same shapes
        Current weights.
    decay : float
        Greatest share of the old average that is kept, in [0, 1].
    step : int
        Number of the update, from 0. Early updates keep less of the old average.

    Raises
    ------
    ValueError
        If the lists or their shapes do not match, decay is outside [0, 1] or step is negative; then nothing has
        changed.

    Examples
    --------
    >>> avg = [np.array([10.0, 0.0])]
    >>> ema_update(avg, [np.array([0.0, 10.0])], decay=0.75, step=0)
    >>> avg[0]
    array([1., 9.])
    >>> ema_update(avg, [np.array([9.0, 1.0])], decay=0.75, step=1000)
    >>> avg[0]
    array([3., 7.])
    """
    if not 0 <= decay <= 1:
        raise ValueError(f"decay must be in [0, 1], got {decay}")
    if step < 0:
        raise ValueError(f"step must not be negative, got {step}")
    _check_shapes(avg, params)
    # The warm-up 1/10, 2/11, 3/12, ... lets the average forget random initial weights soon.
    keep = min(decay, (1 + step) / (10 + step))
    for average, param in zip(avg, params, strict=True):
        average *= keep
        average += (1 - keep) * param


@dataclass(slots=True)
class _State:
    """What Adam remembers of one parameter.

    Attributes
    ----------
    mean, square : ndarray of the parameter's shape
        Averages of the gradients and of their squares, not corrected.
    peak : ndarray of the parameter's shape, or None
        Greatest `square` so far, for AMSGrad.
    count : int
        Number of gradients so far.
    """

    mean: np.ndarray
    square: np.ndarray
    peak: np.ndarray | None
    count: int = 0


def _check_shapes(targets: Sequence[np.ndarray], sources: Sequence[np.ndarray | None]) -> None:
    """Refuse lists of different lengths and shapes that differ; None fits everywhere."""
    if len(targets) != len(sources):
        raise ValueError(f"expected {len(targets)} arrays, got {len(sources)}")
    for i, (target, source) in enumerate(zip(targets, sources, strict=True)):
        # Broadcasting would accept a smaller shape in silence.
        if source is not None and source.shape != target.shape:
            raise ValueError(f"array {i} has shape {source.shape}, expected {target.shape}")
