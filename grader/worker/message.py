"""Words of the conversation between host and worker, and the settings a worker starts with."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import msgspec


class Verb(IntEnum):
    """What the host asks of a worker.

    A request is a list: identifier, verb, remote objects no longer needed, arguments.
    """

    LOAD = 1  # source, file name → names defined
    CALL = 2  # target, args, kwargs → value
    GET = 3  # remote, attribute name → value
    SET = 4  # remote, attribute name, value → None
    METHOD = 5  # remote, method name, args, kwargs → value
    ITER = 6  # remote → remote iterator
    NEXT = 7  # remote iterator → (True, value) or (False, None)
    LEN = 8  # remote → int
    ITEM = 9  # remote, index → value
    SET_ITEM = 10  # remote, index, value → None
    CONTAINS = 11  # remote, value → bool
    PUT = 12  # value → remote
    FETCH = 13  # remote → value
    GRADIENTS = 14  # target, args, kwargs, positions, output, cotangent, parameters → gradients
    EXAMPLES = 15  # nothing → list of (name, line, source, want, got)
    OPERATE = 16  # name of an operator, one or two operands → value
    STRICT = 18  # whether a RuntimeWarning stops a call → None
    TRIM = 17  # addresses and sizes of mapped files → None; memory is made comparable before a call is weighed


class Kind(IntEnum):
    """First item of what a worker sends."""

    READY = 0  # what confinement was achieved
    VALUE = 1  # request, value, arguments that were modified, nanoseconds in the submission
    ERROR = 2  # request, reason, exception name, its built-in bases, text, line number, line
    OUTPUT = 3  # text
    CALLBACK = 4  # request, callback, method, args, kwargs
    WHERE = 5  # line of the submission, 0 for none; only ever after the host gave up and asked


class Reason(IntEnum):
    """Why a request failed."""

    RAISED = 0
    SYNTAX = 1
    MISSING = 2
    NOT_PLAIN = 3
    BAD_REQUEST = 4


class Order(IntEnum):
    """What the host asks of the zygote, each with a number that the answer has as well."""

    FORK = 1  # settings, with the worker's end of the connection attached → pid, scratch folder of the machine or ""
    REAP = 2  # pid → wait status, processor seconds, peak kibibytes; the worker is killed first


#: Greatest size of an order or its answer.
ORDER_BYTES: Final = 2**16


class Walls(msgspec.Struct, frozen=True):
    """What holds in every worker of a sandbox; the first message to a zygote.

    Attributes
    ----------
    confine : bool
        Whether to raise the walls at all.
    readable : tuple of str
        Files and folders that workers may read.
    links : tuple of (str, str)
        Symbolic links on the way to them.
    namespaces : bool
        Whether to try for a file system, network and messages of one's own.
    landlock_abi : int
        Version of Landlock to go no further than.
    """

    confine: bool
    readable: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    namespaces: bool
    landlock_abi: int


class Settings(msgspec.Struct, frozen=True):
    """What one worker is told before it confines itself.

    Attributes
    ----------
    scratch : str
        Where the machine keeps scratch folders; empty if the worker may write nothing.
    memory_bytes : int
        Address space allowed above what is mapped at the start.
    cpu_s : int
        Processor seconds of the worker's whole life.
    file_bytes : int
        Greatest size of a file, and of the scratch folder where the kernel can limit it.
    output_bytes : int
        Bytes of prints sent on for one request.
    """

    scratch: str
    memory_bytes: int
    cpu_s: int
    file_bytes: int
    output_bytes: int


class Achieved(msgspec.Struct, frozen=True):
    """Which walls stand around a worker."""

    landlock_abi: int
    seccomp: bool
    rlimits: bool
    namespaces: bool
    missing: tuple[str, ...]
