"""What honest code asks of a machine, answered without one.

A submission runs in one process, without files, network or terminal.  Where something harmless does the same, it stands in:
locks of threads for locks of processes, pipes for a pair of sockets, the submission's text for its file.  Where nothing
can, the learner reads one sentence that says what to do instead.  None of this is a wall: whoever gets around it meets
the kernel.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import importlib
import io
import mmap
import os
import socket
import sys
import tempfile
import threading
import types
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

if TYPE_CHECKING:
    from collections.abc import Callable

# What processes are made of, where there are processes; looked up once, before the first fork.
_PARTS: Final[dict[str, Any]] = {}
with contextlib.suppress(ImportError):
    for _part in ("_posixsubprocess", "_multiprocessing"):
        _PARTS[_part] = importlib.import_module(_part)

_ONE_PROCESS: Final = (
    "a submission runs in one process: use threads (concurrent.futures.ThreadPoolExecutor, "
    "multiprocessing.pool.ThreadPool), and num_workers=0 in a DataLoader"
)
_NO_TERMINAL: Final = (
    "nobody sits at the terminal of a submission: to try things out, run your file outside the grader, "
    "for example with `python -i {file}`, or step through a failing case with `kata debug`"
)
_NO_FILES: Final = "this exercise writes no files: keep the data in memory, for example in io.BytesIO or io.StringIO"
_NO_NETWORK: Final = "a submission has no network: work with the arguments it is given"
_NOT_PERMITTED: Final = {errno.EACCES, errno.EPERM, errno.EROFS}


def install(*, scratch: bool) -> None:
    """Put the stand-ins in the place of what they stand for.

    Parameters
    ----------
    scratch : bool
        Whether files can be written.
    """
    for name in ("fork", "forkpty", "posix_spawn", "posix_spawnp", "system"):
        if hasattr(os, name):
            setattr(os, name, _refuse(_ONE_PROCESS))
    for part, name, stand_in in (
        (_PARTS.get("_posixsubprocess"), "fork_exec", _refuse(_ONE_PROCESS)),
        (sys.modules.get("subprocess"), "_fork_exec", _refuse(_ONE_PROCESS)),
        (_PARTS.get("_multiprocessing"), "SemLock", Semaphore),
    ):
        if part is not None:
            setattr(part, name, stand_in)
    socket.socketpair = _pipe_pair  # type: ignore[assignment]
    socket.create_connection = socket.getaddrinfo = _refuse(_NO_NETWORK)
    if sys.platform == "linux":
        mmap.mmap = _OwnMemory  # type: ignore[misc]
    builtins.input = _ask_nobody
    sys.breakpointhook = _ask_nobody
    _open_files(scratch=scratch)
    if "torch" in sys.modules:
        _install_torch(scratch=scratch)


def know(file: str, source: str) -> None:
    """Let the submission read its own file, which lies nowhere.

    Parameters
    ----------
    file : str
        Its name.
    source : str
        Its text.
    """
    _SUBMISSION[:] = [file, source]


_SUBMISSION: list[str] = ["submission.py", ""]


def _refuse(sentence: str) -> Callable[..., NoReturn]:
    def refuse(*_: Any, **__: Any) -> NoReturn:
        raise PermissionError(errno.EPERM, sentence)

    return refuse


def _ask_nobody(*_: Any, **__: Any) -> NoReturn:
    raise PermissionError(errno.EPERM, _NO_TERMINAL.format(file=_SUBMISSION[0]))


def _open_files(*, scratch: bool) -> None:
    real = io.open

    def open_(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if not isinstance(file, int):
            name = os.fspath(file)
            if name == _SUBMISSION[0] and not set(mode) & set("wax+"):
                text = _SUBMISSION[1]
                return io.BytesIO(text.encode()) if "b" in mode else io.StringIO(text)
            if name == os.devnull:  # the standard descriptors lead there, and no device can be opened
                return real(os.dup(1), mode, *arguments, **options)
        try:
            return real(file, mode, *arguments, **options)
        except OSError as error:
            if scratch or error.errno not in _NOT_PERMITTED or not set(mode) & set("wax+"):
                raise
            raise type(error)(error.errno, f"{error.strerror}; {_NO_FILES}", file) from None

    builtins.open = io.open = open_
    if not scratch:
        for name in ("mkdir", "rename", "replace", "remove", "unlink", "rmdir"):
            setattr(os, name, _refuse(_NO_FILES))
        tempfile._get_default_tempdir = _refuse(_NO_FILES)  # type: ignore[attr-defined]


def _install_torch(*, scratch: bool) -> None:
    torch = sys.modules["torch"]

    def compile_(model: Any = None, **_: Any) -> Any:
        import warnings

        warnings.warn("torch.compile gives back what it is given: a submission has no compiler", stacklevel=2)
        return model if model is not None else (lambda function: function)

    torch.compile = compile_  # type: ignore[attr-defined]
    if "torch._dynamo" not in sys.modules:
        torch._dynamo = _Dynamo()  # type: ignore[attr-defined]
    checkpoint = getattr(sys.modules.get("torch.utils.checkpoint"), "checkpoint", None)
    for function in filter(None, [getattr(checkpoint, "__wrapped__", None)]):
        vars(function)["__dynamo_disable"] = function  # as the compiler would mark it, without its 800 modules
    torch.Tensor.share_memory_ = lambda self: self
    if not scratch:
        save = torch.save

        def save_(obj: Any, f: Any, *arguments: Any, **options: Any) -> Any:
            if isinstance(f, (str, os.PathLike)):
                raise PermissionError(errno.EACCES, f"Permission denied; {_NO_FILES}", os.fspath(f))
            return save(obj, f, *arguments, **options)

        torch.save = save_  # type: ignore[attr-defined]


class _OwnMemory(mmap.mmap):
    """Mapped memory; what would be shared with children that a submission cannot have is its own."""

    def __new__(cls, fileno: int, length: int, *arguments: Any, **options: Any) -> Self:
        if fileno == -1 and sys.platform == "linux" and not {"flags", "access"} & options.keys() and not arguments:
            options["flags"] = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        return super().__new__(cls, fileno, length, *arguments, **options)


class _Dynamo:
    """The compiler of torch, as long as nobody compiles.

    The first `torch.func.grad` asks it to switch off what was never on, and would import 800 modules for that, which
    takes longer than a call may.  Whoever asks for anything else gets the real one.
    """

    compiled_autograd = types.SimpleNamespace(_disable=contextlib.nullcontext)

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module("torch._dynamo"), name)


class Semaphore:
    """A semaphore or recursive lock of one process, with the face of the one that processes share."""

    SEM_VALUE_MAX = 2**31 - 1

    def __init__(self, kind: int, value: int, maxvalue: int, *_: object) -> None:
        self.kind, self.maxvalue, self.handle = kind, maxvalue, 0
        self.name = None  # as of a semaphore whose name is gone, so that nobody starts a process to watch over it
        self._recursive = kind == 0
        self._changed = threading.Condition()
        self._value = value
        self._owner: int | None = None
        self._depth = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:  # noqa: FBT001, FBT002 - as it is called
        """Take one; a recursive lock may be taken again by the thread that has it."""
        me = threading.get_ident()
        with self._changed:
            if not (self._recursive and self._owner == me):
                patience = (timeout if timeout is None else max(0.0, timeout)) if block else 0.0
                if not self._changed.wait_for(lambda: self._value > 0, patience):
                    return False
                self._value -= 1
            self._owner, self._depth = me, self._depth + 1
            return True

    def release(self) -> None:
        """Give one back."""
        with self._changed:
            if self._recursive:
                if self._owner != threading.get_ident():
                    raise AssertionError("attempt to release recursive lock not owned by thread")
                self._depth -= 1
                if self._depth:
                    return
                self._owner = None
            elif self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            else:
                self._depth = max(0, self._depth - 1)
            self._value += 1
            self._changed.notify()

    def _count(self) -> int:
        return self._depth

    def _is_mine(self) -> bool:
        return self._depth > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0

    def _after_fork(self) -> None:
        """Nothing: there is no fork."""

    def __enter__(self) -> bool:
        """Take one."""
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        """Give it back."""
        self.release()


class _End:
    """One end of a pair of pipes, with as much of a socket's face as an event loop needs."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing

    def fileno(self) -> int:
        return self._reading

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - as it is called
        if self._reading >= 0:
            os.set_blocking(self._reading, flag)
            os.set_blocking(self._writing, flag)

    def recv(self, size: int) -> bytes:
        return os.read(self._reading, size)

    def send(self, data: bytes) -> int:
        return os.write(self._writing, data)

    def sendall(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._writing, left) :]

    def close(self) -> None:
        if self._reading >= 0:
            os.close(self._reading)
            os.close(self._writing)
            self._reading = self._writing = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _pipe_pair(*_: object) -> tuple[_End, _End]:
    one, other = os.pipe(), os.pipe()
    return _End(one[0], other[1]), _End(other[0], one[1])
