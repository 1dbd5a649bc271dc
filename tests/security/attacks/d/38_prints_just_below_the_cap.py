# Prints as much as one call may in each of its calls, as single characters and with line ends.
# exercise: softmax
# verdict: wrong, crashed, raised
import sys

COUNT = [0]


def softmax(x, axis=-1, keepdims=False):
    COUNT[0] += 1
    if COUNT[0] % 2:
        print("\U0001f600" * 65_000)
    else:
        for _ in range(32_000):
            sys.stdout.write("\n")
            sys.stdout.flush()
    return 0.0


logsumexp = log_softmax = softmax
