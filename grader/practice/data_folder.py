"""The folder that keeps what a learner did: where it lies, and safe writing into it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from grader.errors import DataFolderError

HOME_VARIABLE: Final = "KATA_HOME"
REMEDY: Final = f"Set {HOME_VARIABLE} to a folder that you may write to."


def data_folder() -> Path:
    """Return where history is kept: `KATA_HOME`, or the data folder of the platform; it need not exist."""
    named = os.environ.get(HOME_VARIABLE)
    if named:
        return Path(named).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("mlkata", appauthor=False)


def make_data_folder(folder: Path) -> None:
    """Create the folder, readable by its owner only.

    Raises
    ------
    DataFolderError
        When it cannot be created or written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(f"{folder} cannot be created ({error.strerror}).", REMEDY) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataFolderError(f"{folder} may not be written to.", REMEDY)


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never half of it.

    An existing file keeps its permissions, and a link keeps pointing where it did.

    Raises
    ------
    OSError
        When the folder does not take the file; the old content is then untouched.
    """
    target = path.resolve()
    partial = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            partial.chmod(target.stat().st_mode & 0o777)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
