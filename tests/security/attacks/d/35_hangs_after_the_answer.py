# Answers, and hangs before it takes the next question, with signals that come all the time.
# exercise: softmax
# verdict: timed_out, crashed
import gc
import signal

SERVER = next(o for o in gc.get_objects() if type(o).__name__ == "Server")
SEND = type(SERVER._channel).send


def send(channel, message, *rest):
    SEND(channel, message, *rest)
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-5)
    while message[0] == 1:
        signal.pause()


type(SERVER._channel).send = send


def softmax(x, axis=-1, keepdims=False):
    return 0.0


logsumexp = log_softmax = softmax
