# Starts threads without end.
# exercise: softmax
# verdict: raised, wrong, crashed, timed_out, out_of_memory
# unsafe: it would fill the process table of the machine
import threading
import time


def softmax(x, axis=-1, keepdims=False):
    while True:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()


logsumexp = log_softmax = softmax
