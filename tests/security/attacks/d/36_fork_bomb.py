# Starts as many processes as it can.
# exercise: softmax
# verdict: raised, wrong, crashed
# unsafe: it would fill the process table of the machine
import os


def softmax(x, axis=-1, keepdims=False):
    while True:
        os.fork()


logsumexp = log_softmax = softmax
