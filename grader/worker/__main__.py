"""Start one worker without a zygote: `python -m grader.worker`, walls and settings on standard input."""

from __future__ import annotations

import gc
import importlib
import os
import socket
import sys

import msgspec

from grader.worker import system
from grader.worker.ground import prepare
from grader.worker.life import BACKENDS, live
from grader.worker.message import Settings, Walls

if __name__ == "__main__":
    if sys.platform == "win32":
        shared = sys.stdin.buffer.read(int(sys.argv[3]))
        connection = socket.fromshare(shared)
    else:
        connection = socket.socket(fileno=int(sys.argv[2]))
    walls, settings, scratch = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=tuple[Walls, Settings, str])
    gc.disable()  # as in the zygote
    for module in BACKENDS[sys.argv[1]]:
        importlib.import_module(module)
    gc.freeze()  # or the first search, in a call of the submission, goes through all of them
    gc.enable()
    if sys.platform == "linux":
        system.die_with_parent(system.libc())
    live(connection, settings, prepare(walls), scratch)
    os._exit(0)
