# Keeps standard output open in a grandchild.
# exercise: softmax
# verdict: raised, wrong, crashed
import subprocess


def softmax(x, axis=-1, keepdims=False):
    try:
        subprocess.Popen(["/bin/sleep", "100"])
    except OSError as error:
        print(error)
    return 0.0


logsumexp = log_softmax = softmax
