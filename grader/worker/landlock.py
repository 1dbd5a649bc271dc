"""Landlock: the kernel's list of what a process may still open, by ctypes.

Source: Linux kernel documentation, "Landlock: unprivileged access control".
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Above every version there is.
NEWEST: Final = 99

_CREATE_RULESET: Final = 444
_ADD_RULE: Final = 445
_RESTRICT_SELF: Final = 446
_VERSION_FLAG: Final = 1
_RULE_PATH_BENEATH: Final = 1

_WRITE_FILE: Final = 1 << 1
_READ_FILE: Final = 1 << 2
_READ_DIR: Final = 1 << 3
_TRUNCATE: Final = 1 << 14
_MAKE_AND_REMOVE: Final = 0b1_1111 << 4 | 1 << 10 | 1 << 12
# Rights by the version of Landlock that brought them: 13 at first, then REFER, TRUNCATE, IOCTL_DEV.
_RIGHTS_BY_ABI: Final = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_ABI: Final = 4
_NET_TCP: Final = 0b11
_SCOPE_ABI: Final = 6
_SCOPE_SOCKETS_AND_SIGNALS: Final = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def abi(libc: ctypes.CDLL) -> int:
    """Version of Landlock that the kernel offers; 0 without it."""
    version: int = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    return max(0, version)


def restrict(libc: ctypes.CDLL, readable: Iterable[str], writable: Iterable[str], most: int = NEWEST) -> int:
    """Confine this thread and its children to the named files and folders.

    Parameters
    ----------
    libc : CDLL
        The C library, loaded with `use_errno`.
    readable, writable : iterable of str
        Paths that stay readable, and folders that stay readable and writable; a missing path is passed over.
    most : int, default=NEWEST
        Version of Landlock to go no further than, so that an older kernel can be played.

    Returns
    -------
    int
        The version of Landlock in force.

    Raises
    ------
    OSError
        If the kernel has no Landlock or refuses the rules.
    """
    version = min(abi(libc), most)
    if not version:
        raise OSError(ctypes.get_errno(), "this kernel has no Landlock, or it is switched off")
    rights = (1 << _RIGHTS_BY_ABI.get(version, 16)) - 1
    ruleset = _Ruleset(
        rights,
        _NET_TCP if version >= _NET_ABI else 0,
        _SCOPE_SOCKETS_AND_SIGNALS if version >= _SCOPE_ABI else 0,
    )
    size = 8 if version < _NET_ABI else 16 if version < _SCOPE_ABI else 24
    handle = libc.syscall(_CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if handle < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused its rule set")
    try:
        for path in readable:
            _allow(libc, handle, path, _READ_FILE | _READ_DIR, rights)
        for path in writable:
            full = _READ_FILE | _READ_DIR | _WRITE_FILE | _TRUNCATE | _MAKE_AND_REMOVE
            _allow(libc, handle, path, full, rights)
        if libc.syscall(_RESTRICT_SELF, handle, ctypes.c_uint32(0)):
            raise OSError(ctypes.get_errno(), "Landlock refused to confine")
    finally:
        os.close(handle)
    return version


def _allow(libc: ctypes.CDLL, handle: int, path: str, access: int, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(path):
            access &= _READ_FILE | _WRITE_FILE | _TRUNCATE
        rule = _PathBeneath(access & rights, descriptor)
        if libc.syscall(_ADD_RULE, handle, _RULE_PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0)):
            raise OSError(ctypes.get_errno(), f"Landlock refused a rule for {path}")
    finally:
        os.close(descriptor)
