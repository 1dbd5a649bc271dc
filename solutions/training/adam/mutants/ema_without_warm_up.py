"""Uses the full decay from the first step."""

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
        if lr < 0 or eps < 0 or weight_decay < 0:
            raise ValueError("lr, eps and weight_decay must not be negative")
        if not (0 <= betas[0] < 1 and 0 <= betas[1] < 1):
            raise ValueError(f"betas must lie in [0, 1), got {betas}")
        self._params = params
        self._lr = lr
        self._betas = betas
        self._eps = eps
        self._weight_decay = weight_decay
        self._decoupled = decoupled
        self._amsgrad = amsgrad
        self._first = [np.zeros_like(p) for p in params]
        self._second = [np.zeros_like(p) for p in params]
        self._greatest = [np.zeros_like(p) for p in params]
        # One counter a parameter: a parameter that is skipped must not lose its bias correction.
        self._steps = [0] * len(params)

    def step(self, grads: list[np.ndarray | None]) -> None:
        """Update every parameter that has a gradient.

        Parameters
        ----------
        grads : list of ndarray or None
            One gradient for each parameter, of its shape; None leaves the parameter and its state alone.

        Raises
        ------
        ValueError
            If there are not as many gradients as parameters, or a shape differs.
        """
        shapes = [p.shape for p in self._params]
        if len(grads) != len(shapes) or any(g is not None and g.shape != s for g, s in zip(grads, shapes)):
            raise ValueError("grads must match the parameters in number and shape")
        for i, grad in enumerate(grads):
            if grad is not None:
                self._update(i, grad)

    def _update(self, i: int, grad: np.ndarray) -> None:
        w, m, v = self._params[i], self._first[i], self._second[i]
        beta1, beta2 = self._betas
        self._steps[i] += 1
        t = self._steps[i]
        if self._decoupled:
            # AdamW: the weights shrink by themselves, whatever the moments say.
            w *= 1 - self._lr * self._weight_decay
        else:
            grad = grad + self._weight_decay * w
        # m and v are exponential means that start at 0.
        m *= beta1
        m += (1 - beta1) * grad
        v *= beta2
        v += (1 - beta2) * grad * grad
        if self._amsgrad:
            # The greatest v is kept before the correction, as in torch.
            v = np.maximum(self._greatest[i], v, out=self._greatest[i])
        # The weights of an exponential mean sum to 1 - beta^t, so dividing by it removes the bias towards 0.
        root = np.sqrt(v / (1 - beta2**t))
        w -= self._lr / (1 - beta1**t) * m / (root + self._eps)


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
    # Without this check, broadcasting would accept some other shapes in silence.
    if [a.shape for a in avg] != [p.shape for p in params]:
        raise ValueError("avg and params must match in number and shapes")
    if not 0 <= decay <= 1 or step < 0:
        raise ValueError("decay must lie in [0, 1] and step must not be negative")
    # The warm-up lets the first steps forget the random start.
    keep = decay
    for a, p in zip(avg, params):
        a *= keep
        a += (1 - keep) * p
