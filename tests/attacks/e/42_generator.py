# Returns a generator that does the work when it is read.
# exercise: softmax
# verdict: wrong
import numpy as np


def softmax(x, axis=-1, keepdims=False):
    return (np.exp(v) for v in np.asarray(x))


logsumexp = log_softmax = softmax
