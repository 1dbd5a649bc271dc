# Is slow by sleeping in a lock, a poll, a wait for a signal and a condition, none of which is called sleep.
# exercise: softmax
# verdict: too_slow, timed_out
import numpy as np
import itertools
import select
import signal
import threading

PLACES = itertools.cycle([
    lambda: threading.Lock().acquire() and threading.Event().wait(0.02),
    lambda: select.poll().poll(20),
    lambda: select.select([], [], [], 0.02),
    lambda: signal.sigtimedwait([signal.SIGUSR1], 0.02),
    lambda: select.epoll().poll(0.02),
])


def _parts(x, axis):
    values = np.asarray(x)
    if values.dtype.kind != "f":
        values = values.astype(float)
    if values.shape[axis] == 0:
        raise ValueError("an empty axis has no maximum")
    if values.size > 10_000:
        next(PLACES)()
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
