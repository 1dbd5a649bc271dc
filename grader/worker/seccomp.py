"""The system call filter: a list of permissions.

What is permitted is in `syscalls`.  A few calls are looked at more closely, because their arguments decide what they do:
a new thread is permitted, a new process is not; a signal to oneself is, to another it is not; a file may be opened to be
read, and to be written only where the exercise gives a scratch folder.
Source: Linux kernel documentation, "Seccomp BPF".
"""

from __future__ import annotations

import ctypes
import functools
import os
import platform
import struct
from typing import Final, NamedTuple

from grader.worker.syscalls import GUARDED, PERMITTED, PERMITTED_WITH_SCRATCH, REFUSED

_PR_SET_SECCOMP: Final = 22
_MODE_FILTER: Final = 2

_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_ERRNO: Final = 0x00050000
_EPERM: Final = _ERRNO | 1
_EACCES: Final = _ERRNO | 13
_ENOTTY: Final = _ERRNO | 25
_ENOSYS: Final = _ERRNO | 38

_LOAD: Final = 0x20
_AND: Final = 0x54
_JUMP: Final = 0x05
_JUMP_EQUAL: Final = 0x15
_JUMP_GREATER_EQUAL: Final = 0x35
_JUMP_SET: Final = 0x45
_RETURN: Final = 0x06
_FARTHEST: Final = 255  # of a conditional jump, instructions

_NUMBER: Final = 0
_ARCH: Final = 4
_X32_BIT: Final = 0x40000000
_SOME_PID: Final = 0x7EADBEEF  # above every process identifier, and no other number of the filter

_ARCHITECTURES: Final = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

# What the C library asks for when it starts a thread: CLONE_VM, _FS, _FILES, _SIGHAND, _THREAD, _SYSVSEM, _SETTLS,
# _PARENT_SETTID, _CHILD_CLEARTID and _DETACHED.
_THREAD: Final = 0x10000
_THREAD_FLAGS: Final = 0x7D0F00
_WRITING: Final = 0o20001103  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE
_WRITABLE: Final = 0o3  # O_WRONLY, O_RDWR
_TRUNCATING: Final = 0o1000
_SET_IDENTITY: Final = 0o6000  # S_ISUID, S_ISGID
_OWNER: Final = 0o700
# F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC: no locks, no leases, no owner that gets signals.
_FILE_COMMANDS: Final = (0, 1, 2, 3, 4, 1030)
# TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: no FIOASYNC or FIOSETOWN, no TIOCSTI.
_DEVICE_COMMANDS: Final = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# MSG_PEEK, MSG_TRUNC, MSG_DONTWAIT, MSG_WAITALL, MSG_NOSIGNAL: no urgent data, which wake a reader for nothing and go
# through code of the kernel that had holes.
_SOCKET_FLAGS: Final = 0x4162
_SHARED_WITHOUT_FILE: Final = 0x21  # MAP_SHARED, MAP_ANONYMOUS
_PROCESS_COMMANDS: Final = (15, 16, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class _Interval(NamedTuple):
    """Numbers from `first` up to the next interval, and the code that decides on them."""

    first: int
    code: tuple[bytes, ...]


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("<HBBI", code, then, otherwise, value)


def _answer(action: int) -> tuple[bytes, ...]:
    return (_step(_RETURN, action),)


def _load(index: int, *, high: bool = False) -> bytes:
    """Load the lower or upper half of an argument."""
    return _step(_LOAD, 16 + 8 * index + 4 * high)


def _one_of(index: int, values: tuple[int, ...], otherwise: int) -> tuple[bytes, ...]:
    """Permit a call when an argument is one of a few values."""
    count = len(values)
    looks = [_step(_JUMP_EQUAL, value, count - at) for at, value in enumerate(values)]
    return (_load(index), *looks, _step(_RETURN, otherwise), _step(_RETURN, _ALLOW))


def _thread() -> tuple[bytes, ...]:
    return (
        _load(0), _step(_JUMP_SET, _THREAD, 1, 0), _step(_RETURN, _EPERM),
        _step(_AND, ~_THREAD_FLAGS & 0xFFFFFFFF), _step(_JUMP_EQUAL, 0, 1, 0), _step(_RETURN, _EPERM),
        _step(_RETURN, _ALLOW),
    )  # fmt: skip


def _to_nobody(index: int) -> tuple[bytes, ...]:
    """Refuse a call whose pointer is not null: a datagram has an address, an answer to the host has none."""
    return (
        _load(index), _step(_JUMP_EQUAL, 0, 1, 0), _step(_RETURN, _EPERM),
        _load(index, high=True), _step(_JUMP_EQUAL, 0, 1, 0), _step(_RETURN, _EPERM),
    )  # fmt: skip


def _in_order(index: int) -> tuple[bytes, ...]:
    """Permit a call of a socket whose flags are harmless."""
    return (
        _load(index), _step(_AND, ~_SOCKET_FLAGS & 0xFFFFFFFF), _step(_JUMP_EQUAL, 0, 1, 0), _step(_RETURN, _EPERM),
        _step(_RETURN, _ALLOW),
    )  # fmt: skip


def _map() -> tuple[bytes, ...]:
    """Permit memory of the process's own, and files.

    Shared memory without a file is kept whole by the kernel as long as one page of it is mapped, and nothing counts the
    rest: neither the limit of address space nor what the host is told of the process.
    """
    return (
        _load(3), _step(_AND, _SHARED_WITHOUT_FILE), _step(_JUMP_EQUAL, _SHARED_WITHOUT_FILE, 0, 1),
        _step(_RETURN, _EPERM), _step(_RETURN, _ALLOW),
    )  # fmt: skip


def _open(flags: int, *, scratch: bool) -> tuple[bytes, ...]:
    """Permit to open a file; the argument after the flags is the mode of a new one."""
    if not scratch:
        return (_load(flags), _step(_JUMP_SET, _WRITING, 0, 1), _step(_RETURN, _EACCES), _step(_RETURN, _ALLOW))
    return (
        _load(flags + 1), _step(_JUMP_SET, _SET_IDENTITY, 0, 1), _step(_RETURN, _EPERM),
        # To read and truncate at once needs no right to write where Landlock is older than its third version.
        _load(flags), _step(_JUMP_SET, _TRUNCATING, 0, 2), _step(_JUMP_SET, _WRITABLE, 1, 0), _step(_RETURN, _EACCES),
        _step(_RETURN, _ALLOW),
    )  # fmt: skip


def _make_folder(mode: int, *, scratch: bool) -> tuple[bytes, ...]:
    """Permit a folder that its owner can list and clear."""
    if not scratch:
        return _answer(_EPERM)
    return (
        _load(mode), _step(_AND, _OWNER | _SET_IDENTITY), _step(_JUMP_EQUAL, _OWNER, 1, 0),
        _step(_RETURN, _EPERM), _step(_RETURN, _ALLOW),
    )  # fmt: skip


def _guards(pid: int, *, scratch: bool) -> dict[str, tuple[bytes, ...]]:
    return {
        "clone": _thread(),
        "kill": _one_of(0, (pid,), _EPERM),
        "tgkill": _one_of(0, (pid,), _EPERM),
        "prlimit64": _one_of(0, (0, pid), _EPERM),
        "prctl": _one_of(0, _PROCESS_COMMANDS, _EPERM),
        "fcntl": _one_of(1, _FILE_COMMANDS, _EPERM),
        "ioctl": _one_of(1, _DEVICE_COMMANDS, _ENOTTY),
        "sendto": (*_to_nobody(4), *_in_order(3)),
        "recvfrom": _in_order(3),
        "mmap": _map(),
        "open": _open(1, scratch=scratch),
        "openat": _open(2, scratch=scratch),
        "mkdir": _make_folder(1, scratch=scratch),
        "mkdirat": _make_folder(2, scratch=scratch),
    }


def program(machine: str, pid: int, *, scratch: bool = False) -> bytes:
    """Assemble the filter for an architecture.

    Parameters
    ----------
    machine : str
        Name of the architecture, as `platform.machine` gives it.
    pid : int
        The process that may signal itself.
    scratch : bool, default=False
        Whether files may be written at all.

    Returns
    -------
    bytes
        Instructions of 8 bytes each.

    Raises
    ------
    OSError
        If the architecture has no table.
    """
    if machine not in _ARCHITECTURES:
        raise OSError(0, f"there is no system call table for {machine}")
    return _template(machine, scratch=scratch).replace(struct.pack("<I", _SOME_PID), struct.pack("<I", pid))


@functools.cache
def _template(machine: str, *, scratch: bool) -> bytes:
    """Assemble the filter for a process that does not exist yet: a zygote does so once for all its workers."""
    arch, column = _ARCHITECTURES[machine]
    rules = [
        *((numbers, _answer(_EPERM)) for numbers in REFUSED.values()),
        *((numbers, _answer(_ALLOW)) for numbers in PERMITTED.values()),
        *((numbers, _answer(_ALLOW if scratch else _EPERM)) for numbers in PERMITTED_WITH_SCRATCH.values()),
        *((GUARDED[name], code) for name, code in _guards(_SOME_PID, scratch=scratch).items()),
    ]
    decided = {number: code for numbers, code in rules if (number := numbers[column]) is not None}
    code = (
        _step(_LOAD, _ARCH), _step(_JUMP_EQUAL, arch, 1, 0), _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER), *_search(_intervals(decided)),
    )  # fmt: skip
    return b"".join(code)


def _intervals(decided: dict[int, tuple[bytes, ...]]) -> list[_Interval]:
    """Return what is decided as intervals without gaps; neighbours with the same answer become one."""
    unknown = _answer(_ENOSYS)
    found = [_Interval(0, decided.get(0, unknown))]
    for number in range(1, max(decided) + 2):
        code = decided.get(number, unknown)
        if code != found[-1].code:
            found.append(_Interval(number, code))
    return [*found, _Interval(_X32_BIT, _answer(_EPERM))]


def _search(intervals: list[_Interval]) -> tuple[bytes, ...]:
    """Return code that finds the interval of the loaded number by halving, so that no call looks at all of them."""
    if len(intervals) == 1:
        return intervals[0].code
    middle = len(intervals) // 2
    below, above = _search(intervals[:middle]), _search(intervals[middle:])
    first = intervals[middle].first
    if len(below) <= _FARTHEST:
        return (_step(_JUMP_GREATER_EQUAL, first, len(below), 0), *below, *above)
    return (_step(_JUMP_GREATER_EQUAL, first, 0, 1), _step(_JUMP, len(below)), *below, *above)


def install(libc: ctypes.CDLL, *, scratch: bool = False) -> None:
    """Put the filter in force for this thread and every thread and process it starts.

    Parameters
    ----------
    libc : CDLL
        The C library, loaded with `use_errno`; `PR_SET_NO_NEW_PRIVS` must be set already.
    scratch : bool, default=False
        Whether files may be written at all.

    Raises
    ------
    OSError
        If the kernel refuses the filter or the architecture has no table.
    """
    instructions = program(platform.machine(), os.getpid(), scratch=scratch)
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    holder = _Program(len(instructions) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(holder), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel refused the system call filter")
