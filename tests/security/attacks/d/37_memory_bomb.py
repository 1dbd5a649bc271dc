# Allocates and touches memory without end.
# exercise: softmax
# verdict: out_of_memory, crashed, timed_out
def softmax(x, axis=-1, keepdims=False):
    kept = []
    while True:
        kept.append(bytearray(64 * 2**20))


logsumexp = log_softmax = softmax
