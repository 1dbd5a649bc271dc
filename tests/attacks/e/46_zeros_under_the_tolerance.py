# Returns zeros, which are near to small probabilities.
# exercise: softmax
# verdict: wrong
import numpy as np


def softmax(x, axis=-1, keepdims=False):
    return np.zeros(np.shape(x))


logsumexp = log_softmax = softmax
