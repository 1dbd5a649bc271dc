"""What a learner can do where the kernel gives no namespaces, and what is lost without them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_APPARMOR: Final = "apparmor_restrict_unprivileged_userns"
_LOST: Final = (
    "without them a submission can learn the names and sizes of your files, not what is in them, and scratch folders are "
    "counted instead of limited; every other wall holds"
)
_SETTINGS: Final = (
    (
        f"kernel/{_APPARMOR}",
        "1",
        "AppArmor keeps them from ordinary users, as on Ubuntu 24.04",
        f"sudo sysctl -w kernel.{_APPARMOR}=0",
    ),
    (
        "kernel/unprivileged_userns_clone",
        "0",
        "the system keeps them from ordinary users",
        "sudo sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    (
        "user/max_user_namespaces",
        "0",
        "the system allows none",
        "sudo sysctl -w user.max_user_namespaces=10000",
    ),
)


def for_namespaces(settings: Path = Path("/proc/sys")) -> str:
    """Return why there are no namespaces here, the command that allows them, and what is lost without.

    Parameters
    ----------
    settings : Path, default=/proc/sys
        Where the kernel shows its settings.
    """
    for name, value, reason, command in _SETTINGS:
        try:
            found = (settings / name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if found == value:
            return (
                f"{reason}; {_LOST}. To allow them until the next start, for every program: `{command}`; "
                "for good, write the setting to a file in /etc/sysctl.d"
            )
    return f"the kernel, or the container around it, refuses; {_LOST}"
