# Does slow work in the handler of an interval timer instead of in the call.
# exercise: softmax
# verdict: too_slow, timed_out, wrong, crashed
import numpy as np
import signal


def work(*_):
    for _ in range(30):
        np.exp(np.zeros(30_000))


signal.signal(signal.SIGALRM, work)
signal.setitimer(signal.ITIMER_REAL, 0.002, 0.002)


def _parts(x, axis):
    values = np.asarray(x)
    if values.dtype.kind != "f":
        values = values.astype(float)
    if values.shape[axis] == 0:
        raise ValueError("an empty axis has no maximum")
    if values.size > 10_000:
        for _ in range(20):
            signal.raise_signal(signal.SIGALRM)
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
