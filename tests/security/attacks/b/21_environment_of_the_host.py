# Reads the environment, the command line and the open files of the grader, and its own.
# exercise: softmax
# verdict: wrong
import glob
import os
import sys

print(dict(os.environ), sys.argv, sys.orig_argv)
for pid in ("@HOST_PID@", "@PARENT_PID@", "self", "1"):
    for name in ("environ", "cmdline"):
        try:
            with open(f"/proc/{pid}/{name}", "rb") as file:
                print(file.read())
        except OSError as error:
            print(error)
    for path in glob.glob(f"/proc/{pid}/fd/*"):
        try:
            print(path, os.readlink(path), open(path, "rb").read(1000))
        except OSError as error:
            print(error)


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
