"""A file system, a network and messages of one's own: entered once, by the process that forks workers.

What is seen by name is a read-only view of the interpreter and the libraries, and an empty mount point for scratch folders.
Where the user is not root, a user namespace comes first, which some kernels and distributions refuse.
Source: Linux manual pages namespaces(7), user_namespaces(7), mount_setattr(2) and pivot_root(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Where a worker of this view finds its scratch folder, if its exercise gives one.
SCRATCH: Final = "/scratch"

_NEW_MOUNTS: Final = 0x00020000
_NEW_MESSAGES: Final = 0x08000000
_NEW_USER: Final = 0x10000000
_NEW_NETWORK: Final = 0x40000000
_OWN: Final = _NEW_MOUNTS | _NEW_MESSAGES | _NEW_NETWORK

_NO_SET_IDENTITY: Final = 2  # MS_NOSUID
_NO_DEVICES: Final = 4  # MS_NODEV
_BIND: Final = 4096
_RECURSIVE: Final = 16384
_PRIVATE: Final = 1 << 18
_DETACH: Final = 2
_MOUNT_SETATTR: Final = 442  # the same number on every architecture
_PIVOT_ROOT: Final = {"x86_64": 155, "aarch64": 41}
_AT_RECURSIVE: Final = 0x8000
_AT_CWD: Final = -100
_READ_ONLY: Final = 1
_STAGE: Final = "/tmp"  # any folder that every machine has; it is covered only in the namespace  # noqa: S108
_OLD: Final = "/.before"
_MOST_SCRATCH_FILES: Final = 10_000


class _Attributes(ctypes.Structure):
    _fields_ = (
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("users", ctypes.c_uint64),
    )


def enter(libc: ctypes.CDLL, readable: Sequence[str], links: Sequence[tuple[str, str]]) -> None:
    """Leave the machine's file system, network and messages for a view of one's own.

    Parameters
    ----------
    libc : CDLL
        The C library, loaded with `use_errno`.
    readable : sequence of str
        Real paths of the files and folders to be seen; a missing one is passed over.
    links : sequence of (str, str)
        Symbolic links to be seen, with where they lead; parents come before what lies below them.

    Raises
    ------
    OSError
        If the kernel refuses. This process then sees what it saw before.
    """
    machine = os.open("/", os.O_PATH | os.O_CLOEXEC)
    try:
        _leave(libc)
        _build(libc, readable, links)
    except OSError:
        os.fchdir(machine)
        with contextlib.suppress(OSError):  # needed only if the view was half built
            os.chroot(".")
        raise
    finally:
        os.close(machine)


def give_scratch(libc: ctypes.CDLL, size: int) -> None:
    """Mount an empty scratch folder that only this process sees, and that goes when it ends.

    Parameters
    ----------
    libc : CDLL
        The C library, loaded with `use_errno`.
    size : int
        Most bytes that its files may take; the kernel refuses more.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    _try(libc.unshare(_NEW_MOUNTS))
    told = f"size={size},nr_inodes={_MOST_SCRATCH_FILES},mode=700".encode()
    _try(libc.mount(b"scratch", SCRATCH.encode(), b"tmpfs", _NO_SET_IDENTITY | _NO_DEVICES, told))


def _leave(libc: ctypes.CDLL) -> None:
    """Enter new namespaces: as root if that suffices, else below a user namespace."""
    if os.geteuid() == 0 and libc.unshare(_OWN) == 0:
        return
    # A user namespace without rights, as some distributions give it, cannot be left again; so a child goes first.
    if number := _refusal(libc):
        raise OSError(number, os.strerror(number))
    _leave_as_user(libc, _OWN)


def _refusal(libc: ctypes.CDLL) -> int:
    """Have a child try whether a user namespace gives the right to mount; return the number of the error, or 0."""
    child = os.fork()
    if not child:
        number = 1
        try:
            _leave_as_user(libc, _NEW_MOUNTS)
            _cover(libc)
            number = 0
        except OSError as error:
            number = error.errno or 1
        finally:
            os._exit(number)
    _, status = os.waitpid(child, 0)
    return abs(os.waitstatus_to_exitcode(status))


def _leave_as_user(libc: ctypes.CDLL, kinds: int) -> None:
    user, group = os.geteuid(), os.getegid()
    _try(libc.unshare(kinds | _NEW_USER))
    # The same numbers as outside, so that files keep their owner and the host keeps its rights over this process.
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")


def _cover(libc: ctypes.CDLL) -> None:
    """Mount the empty view, seen by this process only."""
    _try(libc.mount(None, b"/", None, _RECURSIVE | _PRIVATE, None))
    _try(libc.mount(b"view", _STAGE.encode(), b"tmpfs", _NO_SET_IDENTITY | _NO_DEVICES, b"size=1m,mode=755"))


def _build(libc: ctypes.CDLL, readable: Sequence[str], links: Sequence[tuple[str, str]]) -> None:
    """Make the view and move into it."""
    _cover(libc)
    os.mkdir(_STAGE + _OLD)
    _try(libc.syscall(_PIVOT_ROOT[os.uname().machine], _STAGE.encode(), (_STAGE + _OLD).encode()))
    os.chdir("/")
    os.mkdir(SCRATCH, 0o700)
    seen = [path for path in readable if _bind(libc, path)]
    for path, target in links:
        with contextlib.suppress(OSError):  # below a folder that is seen as it is, the link is there already
            os.makedirs(os.path.dirname(path), exist_ok=True)
            os.symlink(target, path)
    _try(libc.umount2(_OLD.encode(), _DETACH))
    os.rmdir(_OLD)
    for path in seen:
        _restrict(libc, path, devices=path.startswith("/dev/"), recursive=True)
    _restrict(libc, "/", devices=False, recursive=False)


def _bind(libc: ctypes.CDLL, path: str) -> bool:
    """Have a path of the machine seen under its own name; False where the machine has none."""
    source = _OLD + path
    if not os.path.exists(source):
        return False
    if os.path.isdir(source):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    _try(libc.mount(source.encode(), path.encode(), None, _BIND | _RECURSIVE, None))
    return True


def _restrict(libc: ctypes.CDLL, path: str, *, devices: bool, recursive: bool) -> None:
    wanted = _Attributes(_READ_ONLY | _NO_SET_IDENTITY | (0 if devices else _NO_DEVICES), 0, 0, 0)
    flags = _AT_RECURSIVE if recursive else 0
    size = ctypes.c_size_t(ctypes.sizeof(wanted))
    _try(libc.syscall(_MOUNT_SETATTR, _AT_CWD, path.encode(), flags, ctypes.byref(wanted), size))


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _try(result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
