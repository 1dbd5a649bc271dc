"""Several machines and one folder that all of them see: a shared drive, a synchronised folder or a git repository.

::

    DIR/kata-<machine>.json     everything that this machine knows; no other machine writes it

Each machine reads the files of all others and writes its own, so none ever overwrites another.
"""

from __future__ import annotations

import os
import secrets
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.errors import UsageError
from grader.practice.data_folder import write_atomically
from grader.practice.recorded import dump, load

if TYPE_CHECKING:
    from pathlib import Path

    from grader.practice.history import History

_MACHINE: Final = "machine"
_NAME: Final = "kata-{}.json"


@dataclass(frozen=True, slots=True)
class Synced:
    """What a synchronisation did.

    Attributes
    ----------
    attempts : int
        How many attempts were new here.
    machines : int
        How many other machines have a file there.
    troubles : tuple of str
        What did not work, a sentence each; everything else did.
    """

    attempts: int
    machines: int
    troubles: tuple[str, ...] = ()


def sync(folder: Path, history: History) -> Synced:
    """Bring this history and those in a folder together.

    Parameters
    ----------
    folder : Path
        Existing folder; where it is a git repository, it is pulled before and pushed after.
    history : History
        This machine's.

    Raises
    ------
    UsageError
        When the folder is missing, or this machine's file cannot be written.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder.", "Name one that all of your machines see.")
    own = folder / _NAME.format(_machine(history.folder))
    repository = (folder / ".git").exists()
    remote = repository and bool(_git(folder, "remote"))
    troubles = _told(folder, "pull", "--quiet", "--rebase") if remote else []
    added = others = 0
    for path in sorted(folder.glob(_NAME.format("*"))):
        others += path != own
        try:
            added += history.unite(load(path.read_text(encoding="utf-8"), str(path)))
        except UnicodeDecodeError:
            troubles.append(f"{path} is not UTF-8; it was passed over.")
        except OSError as error:
            troubles.append(f"{path} cannot be read ({error.strerror}); it was passed over.")
        except UsageError as error:
            troubles.append(f"{error.message} It was passed over.")
    text = dump(history.recorded())
    try:
        if not own.exists() or own.read_bytes() != text.encode():
            write_atomically(own, text.encode())
    except OSError as error:
        raise UsageError(
            f"{own} cannot be written ({error.strerror}).", "Check the folder's permissions and space."
        ) from None
    if repository:
        troubles += _told(folder, "add", "--", own.name)
        if _git(folder, "status", "--porcelain", "--", own.name):
            troubles += _told(folder, "commit", "--quiet", "-m", "History", "--", own.name)
        if remote:
            troubles += _told(folder, "push", "--quiet", "origin", "HEAD")
    return Synced(added, others, tuple(troubles))


def _machine(folder: Path) -> str:
    """Return the name of this machine, drawn when it is first asked for."""
    path = folder / _MACHINE
    try:
        found = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        found = ""
    if not found.isalnum():
        found = secrets.token_hex(6)
        write_atomically(path, f"{found}\n".encode())
    return found


def _git(folder: Path, *arguments: str) -> str:
    return _run(folder, arguments).stdout.strip()


def _told(folder: Path, *arguments: str) -> list[str]:
    """Run a git command, and return what went wrong."""
    done = _run(folder, arguments)
    told = done.stderr.strip().splitlines()
    return (
        [f"`git {arguments[0]}` failed in {folder}: {told[-1] if told else done.returncode}."]
        if done.returncode
        else []
    )


def _run(folder: Path, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": ":"}
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, env=environment)
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", f"git cannot be run ({error.strerror})")
