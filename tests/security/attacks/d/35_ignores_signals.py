# Ignores every signal and catches every exception in an endless loop.
# exercise: softmax
# verdict: timed_out
import signal


def softmax(x, axis=-1, keepdims=False):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


logsumexp = log_softmax = softmax
