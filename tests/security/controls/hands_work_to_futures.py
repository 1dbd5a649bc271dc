# Hands work to futures, a queue and a timer, and waits for them.
# exercise: softmax
# verdict: passed
import numpy as np
import queue
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed


def _parts(x, axis):
    values = np.asarray(x)
    if values.dtype.kind != "f":
        values = values.astype(float)
    if values.shape[axis] == 0:
        raise ValueError("an empty axis has no maximum")
    if values.size < 50:
        box = queue.Queue()
        clock = threading.Timer(0.001, box.put, [1])
        clock.start()
        with ThreadPoolExecutor(4, thread_name_prefix="w") as pool:
            futures = [pool.submit(np.add, values, n) for n in range(4)]
            assert sum(1 for _ in as_completed(futures)) == 4
        assert box.get(timeout=5) == 1
        clock.join()
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
