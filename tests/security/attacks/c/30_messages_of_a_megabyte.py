# Sends errors whose name, text and line are a megabyte of control characters, written on the wire by itself.
# exercise: softmax
# verdict: invalid, raised, protocol
import gc

SERVER = next(o for o in gc.get_objects() if type(o).__name__ == "Server")
LONG = "\x1b[2J\u202e\n::error::x" * 4000


def softmax(x, axis=-1, keepdims=False):
    SERVER._channel.send([2, SERVER._request, 1, LONG, [LONG, "ValueError"], LONG, 2**40, LONG])
    return 0.0


logsumexp = log_softmax = softmax
