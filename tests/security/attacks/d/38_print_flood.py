# Prints a gigabyte.
# exercise: softmax
# verdict: crashed, wrong, timed_out
def softmax(x, axis=-1, keepdims=False):
    for _ in range(1000):
        print("x" * 2**20)
    return 0.0


logsumexp = log_softmax = softmax
