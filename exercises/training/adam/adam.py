"""Adam, AdamW and an exponential moving average of weights, all in place."""

from __future__ import annotations

from collections.abc import Sequence

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
        raise NotImplementedError

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
        raise NotImplementedError


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
    raise NotImplementedError
