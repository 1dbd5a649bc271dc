# Makes classes and functions with decorators, descriptors, metaclasses and closures.
# exercise: softmax
# verdict: passed
import numpy as np
import abc
import contextlib
import functools


class Registry(type):
    known = {}

    def __new__(mcls, name, bases, space, **options):
        made = super().__new__(mcls, name, bases, space)
        mcls.known[name] = made
        return made

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)


class Once:
    def __set_name__(self, owner, name):
        self.name = f"_{name}"

    def __get__(self, instance, owner=None):
        return self if instance is None else vars(instance).setdefault(self.name, 7)


class Base(metaclass=Registry):
    __slots__ = ("__dict__",)
    value = Once()


class Face(abc.ABC):
    @abc.abstractmethod
    def turn(self): ...


def traced(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        with contextlib.suppress(KeyError), contextlib.ExitStack() as stack:
            stack.callback(lambda: None)
            return function(*args, **kwargs)

    return inner


@traced
def check():
    return Base().value + functools.reduce(lambda a, b: a + b, (1, 2)) + functools.partial(int, "1", base=2)()


def _parts(x, axis):
    values = np.asarray(x)
    if values.dtype.kind != "f":
        values = values.astype(float)
    if values.shape[axis] == 0:
        raise ValueError("an empty axis has no maximum")
    assert check() == 11 and "Base" in Registry.known
    peak = values.max(axis=axis, keepdims=True)
    safe = np.where(np.isneginf(peak), values.dtype.type(0), peak)
    exps = np.exp(values - safe)
    return values, safe, exps, exps.sum(axis=axis, keepdims=True)


def logsumexp(x, axis=-1, keepdims=False):
    """Log of the sum of exponentials."""
    _, safe, _, total = _parts(x, axis)
    with np.errstate(divide="ignore"):
        result = np.log(total) + safe
    return result if keepdims else np.squeeze(result, axis=axis)


def softmax(x, axis=-1):
    """Exponentials divided by their sum."""
    _, _, exps, total = _parts(x, axis)
    return exps / np.where(total == 0, exps.dtype.type(1), total)


def log_softmax(x, axis=-1):
    """Logits minus their log-sum-exp."""
    values, safe, _, total = _parts(x, axis)
    shifted = values - safe
    with np.errstate(divide="ignore"):
        logs = np.log(total)
    return np.where(np.isneginf(shifted), shifted, shifted - np.where(np.isneginf(logs), values.dtype.type(0), logs))
