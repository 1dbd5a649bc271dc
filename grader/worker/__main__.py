"""Start one worker without a zygote: `python -m grader.worker`, settings on standard input."""

from __future__ import annotations

import importlib
import os
import socket
import sys

import msgspec

from grader.worker.life import BACKENDS, live
from grader.worker.message import Settings

if __name__ == "__main__":
    if sys.platform == "win32":
        shared = sys.stdin.buffer.read(int(sys.argv[3]))
        connection = socket.fromshare(shared)
    else:
        connection = socket.socket(fileno=int(sys.argv[2]))
    started_with = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Settings)
    for module in BACKENDS[sys.argv[1]]:
        importlib.import_module(module)
    if sys.platform == "linux":
        from grader.worker import confine

        confine.die_with_parent(confine.libc())
    live(connection, started_with)
    os._exit(0)
