# Hangs in one operation of C that no signal handler interrupts.
# exercise: softmax
# verdict: timed_out, out_of_memory
def softmax(x, axis=-1, keepdims=False):
    return pow(7, 10**9, 10**9 + 7 ** 5000000)


logsumexp = log_softmax = softmax
