# Starts a child in a session of its own that would write a report later.
# exercise: softmax
# verdict: wrong, raised, crashed
import os
import time


def softmax(x, axis=-1, keepdims=False):
    try:
        pid = os.fork()
    except OSError:
        return 0.0
    if not pid:
        os.setsid()
        time.sleep(3)
        with open("@CHECKOUT@/results.json", "w") as file:
            file.write('{"verdict": "passed"}')
        os._exit(0)
    return 0.0


logsumexp = log_softmax = softmax
