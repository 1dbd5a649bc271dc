# Starts a shell, by every door.
# exercise: softmax
# verdict: raised, wrong
import multiprocessing
import os
import subprocess


def softmax(x, axis=-1, keepdims=False):
    for start in (lambda: subprocess.run(["/bin/sh", "-c", "touch @CHECKOUT@/owned"]), lambda: os.system("touch @CHECKOUT@/owned"),
                  lambda: os.posix_spawn("/bin/sh", ["sh", "-c", "touch @CHECKOUT@/owned"], {}),
                  lambda: os.execv("/bin/sh", ["sh", "-c", "touch @CHECKOUT@/owned"]),
                  lambda: multiprocessing.get_context("spawn").Process(target=print).start()):
        try:
            print(start())
        except OSError as error:
            print(error)
    return 0.0


logsumexp = log_softmax = softmax
