"""Raise the walls around this process, and say which of them stand."""

from __future__ import annotations

import ctypes
import sys
from typing import TYPE_CHECKING, Final

from grader.worker import landlock, seccomp
from grader.worker.message import Achieved
from grader.worker.system import libc

if TYPE_CHECKING:
    from grader.worker.ground import Ground
    from grader.worker.message import Settings

_DROP_BOUNDING_CAPABILITY: Final = 24
_SET_NO_NEW_PRIVS: Final = 38
_CAPABILITY_VERSION: Final = 0x20080522
_LAST_CAPABILITY: Final = 40
_OPEN_FILES: Final = 64


def confine(settings: Settings, ground: Ground, scratch: str, mapped: int) -> Achieved:
    """Give up every right that a submission has no use for.

    Parameters
    ----------
    settings : Settings
        How much may be used.
    ground : Ground
        What may stay readable, and what holds already.
    scratch : str
        The one folder that stays writable; none if empty.
    mapped : int
        Bytes of address space in use; 0 where the kernel does not tell.

    Returns
    -------
    Achieved
        Which walls stand; a wall that the platform lacks is named, never an error.
    """
    walls = ground.walls
    missing = list(ground.missing)
    rlimits = _limit(settings, mapped, missing)
    if not walls.confine:
        return _nothing(rlimits, (*missing, "confinement is switched off"))
    if sys.platform != "linux":
        return _nothing(rlimits, (*missing, f"{sys.platform} has no Landlock, seccomp or namespaces"))
    library = libc()
    _drop_capabilities(library)
    if library.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        missing.append("the kernel refused NO_NEW_PRIVS")
    version, filtered = 0, False
    try:
        version = landlock.restrict(library, walls.readable, [scratch] if scratch else [], walls.landlock_abi)
    except OSError as error:
        missing.append(f"Landlock: {error.strerror}")
    try:
        seccomp.install(library, scratch=bool(scratch))
        filtered = True
    except OSError as error:
        missing.append(f"seccomp: {error.strerror}")
    return Achieved(version, filtered, rlimits, ground.entered, tuple(missing))


def _nothing(rlimits: bool, missing: tuple[str, ...]) -> Achieved:  # noqa: FBT001 - a field of the answer
    return Achieved(0, seccomp=False, rlimits=rlimits, namespaces=False, missing=missing)


def _limit(settings: Settings, mapped: int, missing: list[str]) -> bool:
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


def _drop_capabilities(library: ctypes.CDLL) -> None:
    for capability in range(_LAST_CAPABILITY + 1):
        library.prctl(_DROP_BOUNDING_CAPABILITY, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    library.capset(header, (ctypes.c_uint32 * 6)())
