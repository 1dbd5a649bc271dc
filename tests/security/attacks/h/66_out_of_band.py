# Sends bytes out of band, which wake whoever waits and are never there to be read.
# exercise: softmax
# verdict: wrong, protocol, crashed, timed_out, raised
import gc
import socket

SERVER = next(o for o in gc.get_objects() if type(o).__name__ == "Server")
SOCKET = SERVER._channel._sock


def softmax(x, axis=-1, keepdims=False):
    for _ in range(300):
        try:
            SOCKET.send(b"!", socket.MSG_OOB)
            print("gained an urgent byte")
        except OSError:
            break
    try:
        SOCKET.recv(1, socket.MSG_OOB)
    except OSError as error:
        print(error)
    return 0.0


logsumexp = log_softmax = softmax
