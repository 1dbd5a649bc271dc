# Returns an object that has another shape and value each time it is asked.
# exercise: softmax
# verdict: wrong
import itertools

import numpy as np

COUNT = itertools.count()


class Fickle:
    """Never says the same twice."""

    def __init__(self, x):
        self._x = np.asarray(x, dtype=float)

    @property
    def shape(self):
        """Another shape each time."""
        return self._x.shape if next(COUNT) % 2 else (1,)

    def __array__(self, *args, **kwargs):
        return np.full(self.shape, float(next(COUNT)))

    def __len__(self):
        return next(COUNT)

    def __float__(self):
        return float(next(COUNT))


def softmax(x, axis=-1, keepdims=False):
    return Fickle(x)


logsumexp = log_softmax = softmax
