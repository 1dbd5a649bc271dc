"""Raise the walls around this process, and say which of them stand."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import TYPE_CHECKING, Final

from grader.worker import landlock, seccomp
from grader.worker.message import Achieved

if TYPE_CHECKING:
    from grader.worker.message import Settings

_SET_DEATH_SIGNAL: Final = 1
_DROP_BOUNDING_CAPABILITY: Final = 24
_SET_NO_NEW_PRIVS: Final = 38
_CAPABILITY_VERSION: Final = 0x20080522
_LAST_CAPABILITY: Final = 40
_SIGKILL: Final = 9
_OPEN_FILES: Final = 64


def libc() -> ctypes.CDLL:
    """The C library, with errno kept."""
    return ctypes.CDLL(None, use_errno=True)


def die_with_parent(library: ctypes.CDLL) -> None:
    """Ask the kernel to kill this process when its parent ends."""
    library.prctl(_SET_DEATH_SIGNAL, _SIGKILL, 0, 0, 0)


def confine(settings: Settings) -> Achieved:
    """Give up every right that a submission has no use for.

    Parameters
    ----------
    settings : Settings
        What may stay readable and writable, and how much may be used.

    Returns
    -------
    Achieved
        Which walls stand; a wall that the platform lacks is named, never an error.
    """
    missing: list[str] = []
    rlimits = _limit(settings, missing)
    if not settings.confine:
        return Achieved(
            landlock_abi=0, seccomp=False, rlimits=rlimits, missing=(*missing, "confinement is switched off")
        )
    if sys.platform != "linux":
        return Achieved(
            0, seccomp=False, rlimits=rlimits, missing=(*missing, f"{sys.platform} has no Landlock or seccomp")
        )
    library = libc()
    _drop_capabilities(library)
    if library.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        missing.append("the kernel refused NO_NEW_PRIVS")
    version, filtered = 0, False
    try:
        version = landlock.restrict(library, settings.readable, [settings.scratch])
    except OSError as error:
        missing.append(f"Landlock: {error.strerror}")
    try:
        seccomp.install(library)
        filtered = True
    except OSError as error:
        missing.append(f"seccomp: {error.strerror}")
    return Achieved(landlock_abi=version, seccomp=filtered, rlimits=rlimits, missing=tuple(missing))


def _limit(settings: Settings, missing: list[str]) -> bool:
    try:
        import resource
    except ImportError:  # Windows
        missing.append("this platform has no resource limits")
        return False
    wanted = {
        "RLIMIT_CPU": settings.cpu_s,
        "RLIMIT_FSIZE": settings.file_bytes,
        "RLIMIT_NOFILE": _OPEN_FILES,
        "RLIMIT_CORE": 0,
    }
    mapped = _mapped_bytes()
    if mapped:
        wanted["RLIMIT_AS"] = mapped + settings.memory_bytes
    else:
        missing.append("address space cannot be limited here")
    for name, value in wanted.items():
        limit = getattr(resource, name)
        _, hard = resource.getrlimit(limit)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(limit, (most, most))
        except (OSError, ValueError) as error:
            missing.append(f"{name}: {error}")
            return False
    return bool(mapped)


def _mapped_bytes() -> int:
    """Bytes of address space mapped now; 0 where the kernel does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _drop_capabilities(library: ctypes.CDLL) -> None:
    for capability in range(_LAST_CAPABILITY + 1):
        library.prctl(_DROP_BOUNDING_CAPABILITY, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    library.capset(header, (ctypes.c_uint32 * 6)())
