"""Adam, AdamW and an exponential moving average of weights, in place."""

from __future__ import annotations

import numpy as np


class Adam:
    """Adam with optional weight decay, decoupled or not, and AMSGrad.

    Parameters
    ----------
    params : list of ndarray
        Parameters, updated in place; floating, of any shape.
    lr : float, default=1e-3
        Step size.
    betas : tuple of float, default=(0.9, 0.999)
        Decay rates of the first and second moment, each in [0, 1).
    eps : float, default=1e-8
        Added to the root of the corrected second moment.
    weight_decay : float, default=0.0
        Strength of the decay.
    decoupled : bool, default=False
        Whether the decay acts on the weights themselves (AdamW) instead of on the gradient.
    amsgrad : bool, default=False
        Whether the step uses the greatest second moment so far.

    Raises
    ------
    ValueError
        If `lr`, `eps` or `weight_decay` is negative, or a beta lies outside [0, 1).

    Examples
    --------
    >>> w = np.array([1.0, -2.0])
    >>> optimizer = Adam([w], lr=0.1)
    >>> optimizer.step([np.array([0.5, -4.0])])
    >>> w.round(6).tolist()
    [0.9, -1.9]
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
        raise NotImplementedError

    def step(self, grads: list[np.ndarray | None]) -> None:
        """Update every parameter that has a gradient.

        Parameters
        ----------
        grads : list of ndarray or None
            One gradient for each parameter, of its shape; None leaves the parameter and its state alone.

        Raises
        ------
        ValueError
            If there are not as many gradients as parameters, or a shape differs; then nothing has changed.
        """
        raise NotImplementedError


def ema_update(avg: list[np.ndarray], params: list[np.ndarray], decay: float, step: int) -> None:
    """Move averaged weights towards the current ones, in place.

    Parameters
    ----------
    avg : list of ndarray
        Averages, updated in place.
    params : list of ndarray
        Current weights, of the same shapes.
    decay : float
        Greatest share of the old average that is kept, in [0, 1].
    step : int
        Updates made so far, not negative; early ones keep less of the old average.

    Raises
    ------
    ValueError
        If the lists differ in length or in shapes, `decay` lies outside [0, 1], or `step` is negative.

    Examples
    --------
    >>> avg = [np.array([0.0, 10.0])]
    >>> ema_update(avg, [np.array([1.0, 0.0])], decay=0.999, step=0)
    >>> avg[0].round(6).tolist()
    [0.9, 1.0]
    """
    raise NotImplementedError
