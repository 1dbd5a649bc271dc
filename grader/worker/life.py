"""One worker from birth to death: shed what it inherited, confine itself, serve."""

from __future__ import annotations

import contextlib
import os
import random
import sys
from typing import TYPE_CHECKING, Final

import msgspec

from grader.worker import namespaces, stand_ins
from grader.worker.confine import confine
from grader.worker.ground import mapped_bytes
from grader.worker.message import Kind
from grader.worker.serve import Server
from grader.worker.system import libc
from grader.worker.wire import Channel, Closed

if TYPE_CHECKING:
    import socket

    from grader.worker.ground import Ground
    from grader.worker.message import Settings

#: What a worker of each backend has imported before it meets a submission.
BACKENDS: Final = {"python": (), "numpy": ("numpy", "numpy.random"), "torch": ("numpy", "numpy.random", "torch")}
_LAST_DESCRIPTOR: Final = 2**16
_TRIM_THRESHOLD: Final = -1  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h
_MMAP_THRESHOLD: Final = -3
_LARGE_BYTES: Final = 2**25  # the greatest that glibc takes
_KEPT_BYTES: Final = 2**27


def live(sock: socket.socket, settings: Settings, ground: Ground, scratch: str) -> None:
    """Serve one host until it hangs up.

    Parameters
    ----------
    sock : socket.socket
        Connection to the host.
    settings : Settings
        What the host allows.
    ground : Ground
        What holds already.
    scratch : str
        The worker's scratch folder on the machine; empty if it has none there.
    """
    if settings.scratch and ground.entered:
        namespaces.give_scratch(libc(), settings.file_bytes)
        scratch = namespaces.SCRATCH
    mapped = mapped_bytes(ground)
    _shed(sock.fileno())
    os.chdir(scratch or "/")
    os.environ["HOME"] = scratch or "/"
    if scratch:
        os.environ["TMPDIR"] = scratch
    _keep_memory()
    _reseed()
    sys.argv = [""]
    stand_ins.install(scratch=bool(scratch))
    achieved = confine(settings, ground, scratch, mapped)
    channel = Channel(sock)
    channel.send([int(Kind.READY), *msgspec.structs.astuple(achieved)])
    try:
        Server(channel, settings).run()
    except Closed:
        return


def _shed(keep: int) -> None:
    """Close every inherited descriptor but one, and turn the standard three to nothing."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        if descriptor != keep:
            os.dup2(null, descriptor)
    os.closerange(3, keep)
    os.closerange(max(3, keep + 1), _LAST_DESCRIPTOR)


def _keep_memory() -> None:
    """Have the C library keep freed memory, so that a call costs the same whatever was allocated before it.

    Left alone, the library gives large pieces back to the kernel or keeps them depending on what it has seen; to fault
    them in again can take longer than a timed call.
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # musl has no such setting
            libc().mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
            libc().mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)


def _reseed() -> None:
    """Forget the random state of the zygote, which all its workers share."""
    random.seed()
    numpy, torch = sys.modules.get("numpy"), sys.modules.get("torch")
    if numpy is not None:
        numpy.random.seed()
    if torch is not None:
        torch.default_generator.seed()
