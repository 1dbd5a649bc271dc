"""What a worker may read: the interpreter, its packages and what the C library needs, never the checkout."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/dev/null",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
)


def readable() -> tuple[str, ...]:
    """Paths of the interpreter's libraries, of its packages and of the system's libraries."""
    found = {os.path.realpath(path): None for path in _named() if os.path.exists(path)}
    # A path below another one that is listed needs no rule of its own.
    return tuple(p for p in found if not any(p.startswith(other + os.sep) for other in found))


def links() -> tuple[tuple[str, str], ...]:
    """Symbolic links on the way to what `readable` gives, and where they lead; parents first."""
    found = {}
    for path in _named():
        for prefix in (*reversed(Path(path).parents), Path(path)):
            if prefix.is_symlink():
                found[str(prefix)] = os.path.realpath(prefix)
    return tuple(sorted(found.items()))


def _named() -> list[str]:
    """Every path that a worker may read, under the name by which it is known."""
    schemes = sysconfig.get_paths()
    own = [schemes[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    own += [os.path.join(prefix, "lib") for prefix in {sys.base_prefix, sys.base_exec_prefix}]
    own += [entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))]
    return [*own, *_SYSTEM]


def exposed(folder: Path) -> str:
    """Return the readable path that holds a folder of ours, or an empty string.

    Parameters
    ----------
    folder : Path
        A folder that no submission may read.
    """
    real = os.path.realpath(folder)
    return next((p for p in readable() if real == p or real.startswith(p + os.sep)), "")


def environment() -> dict[str, str]:
    """Environment of every worker: nothing of the learner's, one thread a library, the package importable."""
    kept = ("LD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    package_parent = str(Path(__file__).resolve().parents[2])
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "USER": "kata",
        "PYTHONPATH": package_parent,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "VECLIB_MAXIMUM_THREADS": "1",
        "NUMEXPR_NUM_THREADS": "1",
        "TORCHINDUCTOR_CACHE_DIR": "/",  # else torch looks for a place to write when parts of it are imported
    }
