"""What a git repository keeps, its history too, read without asking the repository how."""

from __future__ import annotations

import os
import subprocess
import tempfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

MOST_BYTES: Final = 64 << 20  # of one object


class UnreadableObjects(Exception):
    """The objects cannot be read, or not all of them; the message says why."""


def git_objects(folder: Path) -> Iterator[tuple[str, str, bytes | None]]:
    """Yield name, kind and content of every object, loose or packed.

    Git reads them as those of an empty repository of ours, so that no setting of theirs, which can name programs, counts.

    Parameters
    ----------
    folder : Path
        The folder `objects` of a repository.

    Yields
    ------
    name : str
        Hexadecimal.
    kind : str
        `blob`, `tree`, `commit` or `tag`.
    content : bytes or None
        None where it is too large to be looked at.

    Raises
    ------
    UnreadableObjects
        When git is missing or stumbles.
    """
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",
    }
    with tempfile.TemporaryDirectory(prefix="kata-") as ours, tempfile.TemporaryFile() as told:
        begin = ["git", "init", "--quiet", "--bare", "--template=", ours]
        read = ["git", "--git-dir", ours, "cat-file", "--batch", "--batch-all-objects"]
        theirs = environment | {"GIT_OBJECT_DIRECTORY": str(folder.resolve())}
        try:
            subprocess.run(begin, env=environment, check=True, capture_output=True)
            process = subprocess.Popen(read, env=theirs, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=told)
        except (OSError, subprocess.CalledProcessError) as error:
            raise UnreadableObjects(f"git cannot be run: {error}") from None
        assert process.stdout is not None
        seen = 0
        try:
            with process.stdout as stream:
                for row in _rows(stream):
                    seen += 1
                    yield row
        finally:
            process.kill()  # has ended already, unless nobody wants the rest
            code = process.wait()
        told.seek(0)
        complaint = told.read(2000).decode("utf-8", "replace").strip()
        if complaint or code > 0:
            raise UnreadableObjects(complaint.splitlines()[0] if complaint else f"git ended with {code}")
        if not seen and any(files for _, _, files in os.walk(folder)):
            raise UnreadableObjects("git finds no object, though there are files")


def _rows(stream: IO[bytes]) -> Iterator[tuple[str, str, bytes | None]]:
    while header := stream.readline():
        words = header.split()
        if len(words) != 3:
            raise UnreadableObjects(f"git says {header[:80]!r}")
        size = int(words[2])
        content = stream.read(size) if size <= MOST_BYTES else None
        if content is None:
            left = size
            while left and (block := stream.read(min(left, 1 << 20))):
                left -= len(block)
        stream.readline()
        yield words[0].decode(), words[1].decode(), content
