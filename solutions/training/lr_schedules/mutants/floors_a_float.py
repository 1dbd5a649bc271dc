"""Divides as floats and cuts off the fraction, which rounds huge steps up."""

from __future__ import annotations

import math


def warmup_cosine(step: int, base: float, warmup: int, total: int, min_lr: float = 0.0) -> float:
    """Rise linearly to the base rate, then fall along half a cosine.

    Parameters
    ----------
    step : int
        Step, counted from 0.
    base : float
        Greatest rate.
    warmup : int
        Number of steps of the rise; 0 starts at the base rate.
    total : int
        First step of the flat end, at least `warmup`.
    min_lr : float, default=0.0
        Rate of the flat end, in [0, base].

    Returns
    -------
    float
        Learning rate of this step.

    Raises
    ------
    ValueError
        If `step` or `warmup` is negative, `warmup` exceeds `total`, or `min_lr` lies outside [0, base].

    Examples
    --------
    >>> [round(warmup_cosine(step, 1.0, warmup=2, total=6), 3) for step in range(8)]
    [0.5, 1.0, 1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    if step < 0 or not 0 <= warmup <= total or not 0.0 <= min_lr <= base:
        raise ValueError("needs step >= 0, 0 <= warmup <= total and 0 <= min_lr <= base")
    if step < warmup:
        # step + 1: a rate of 0 would waste the first step.
        return base * (step + 1) / warmup
    # This comes before the division: between warmup and total there is at least one step, or we never get there.
    if step >= total:
        return min_lr
    progress = (step - warmup) / (total - warmup)
    # (1 + cos(pi t)) / 2 falls from 1 to 0, flat at both ends.
    return min_lr + (base - min_lr) * 0.5 * (1.0 + math.cos(math.pi * progress))


def noam(step: int, d_model: int, warmup: int, factor: float = 1.0) -> float:
    """Rise linearly, then fall with the inverse square root of the step.

    Parameters
    ----------
    step : int
        Step, counted from 1.
    d_model : int
        Width of the model, at least 1.
    warmup : int
        Step with the greatest rate, at least 1.
    factor : float, default=1.0
        Scale of the whole schedule.

    Returns
    -------
    float
        Learning rate of this step.

    Raises
    ------
    ValueError
        If `step`, `d_model` or `warmup` is less than 1.

    Examples
    --------
    >>> [noam(step, d_model=4, warmup=4) for step in (1, 2, 4, 16)]
    [0.0625, 0.125, 0.25, 0.125]
    """
    if min(step, d_model, warmup) < 1:
        raise ValueError("step, d_model and warmup must be at least 1")
    # The two branches meet at step = warmup, where both are warmup^(-1/2).
    return factor * d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)


def step_decay(step: int, base: float, every: int, gamma: float) -> float:
    """Multiply the rate by gamma after every so many steps.

    Parameters
    ----------
    step : int
        Step, counted from 0.
    base : float
        Rate of the first steps.
    every : int
        Number of steps with one rate, at least 1.
    gamma : float
        Factor between one rate and the next, in (0, 1].

    Returns
    -------
    float
        Learning rate of this step.

    Raises
    ------
    ValueError
        If `step` is negative, `every` is less than 1, or `gamma` lies outside (0, 1].

    Examples
    --------
    >>> [step_decay(step, 8.0, every=2, gamma=0.5) for step in range(5)]
    [8.0, 8.0, 4.0, 4.0, 2.0]
    """
    if step < 0 or every < 1 or not 0.0 < gamma <= 1.0:
        raise ValueError("needs step >= 0, every >= 1 and gamma in (0, 1]")
    return base * gamma ** int(step / every)


class ReduceOnPlateau:
    """Lower the rate when a metric that should fall has stopped falling.

    Parameters
    ----------
    lr : float
        First rate.
    factor : float, default=0.1
        What the rate is multiplied by, in (0, 1).
    patience : int, default=10
        Number of bad steps in a row that change nothing; one more lowers the rate.
    threshold : float, default=1e-4
        Share of the best metric by which a new one must be lower to count as better, in [0, 1).
    min_lr : float, default=0.0
        The rate never falls below this, in [0, lr].

    Raises
    ------
    ValueError
        If `factor` lies outside (0, 1), `patience` is negative, `threshold` lies outside [0, 1), or `min_lr` lies
        outside [0, lr].

    Examples
    --------
    >>> schedule = ReduceOnPlateau(1.0, factor=0.5, patience=1)
    >>> [schedule.step(loss) for loss in (3.0, 2.0, 2.0, 2.5, 1.0)]
    [1.0, 1.0, 1.0, 0.5, 0.5]
    """

    def __init__(
        self, lr: float, factor: float = 0.1, patience: int = 10, threshold: float = 1e-4, min_lr: float = 0.0
    ) -> None:
        if not 0.0 < factor < 1.0 or patience < 0 or not 0.0 <= threshold < 1.0 or not 0.0 <= min_lr <= lr:
            raise ValueError("needs factor in (0, 1), patience >= 0, threshold in [0, 1) and min_lr in [0, lr]")
        self._lr = lr
        self._factor = factor
        self._patience = patience
        self._threshold = threshold
        self._min_lr = min_lr
        self._best = math.inf
        self._bad = 0

    def step(self, metric: float) -> float:
        """Take note of a metric.

        Parameters
        ----------
        metric : float
            Newest value, not negative; less is better. NaN and infinity count as bad.

        Returns
        -------
        float
            Learning rate from now on.
        """
        # A comparison with NaN is false, so NaN lands in the else branch and never becomes the best.
        if metric < self._best * (1.0 - self._threshold):
            self._best = metric
            self._bad = 0
        else:
            self._bad += 1
        if self._bad > self._patience:
            self._lr = max(self._lr * self._factor, self._min_lr)
            self._bad = 0
        return self._lr
