# Gives numbers that are slow to compute with: subnormal ones, long doubles, complex ones, wide text, all as many as fit.
# exercise: softmax
# verdict: wrong
import numpy as np

COUNT = [0]


def softmax(x, axis=-1, keepdims=False):
    COUNT[0] += 1
    forms = [
        np.full((2**20,), 5e-324),
        np.full((2**20,), 5e-324, np.longdouble),
        np.full((2**20,), 5e-324 + 5e-324j),
        np.full((2**12,), "x" * 4096),
        np.full((2**22,), np.nan, np.float16),
        [[5e-324] * 300] * 300,
        np.full(np.shape(x), 5e-324),
        np.full(np.shape(x), 1e308),
    ]
    return forms[COUNT[0] % len(forms)] if COUNT[0] < 24 else 0.0


logsumexp = log_softmax = softmax
