# Sends an earlier answer a second time from a background thread.
# exercise: softmax
# verdict: protocol, crashed, wrong, raised
import gc

SERVER = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")
CHANNEL = SERVER._channel
SOCKET = CHANNEL._sock

import threading
import time


def replay(request):
    """Send old answers for as long as it lasts."""
    for _ in range(200):
        CHANNEL.send([1, request, 1.0, False, 1])
        CHANNEL.send([1, request + 1, 1.0, False, 1])
        time.sleep(0.0005)


def softmax(x, axis=-1, keepdims=False):
    threading.Thread(target=replay, args=(SERVER._request,), daemon=True).start()
    return 0.0


logsumexp = log_softmax = softmax
