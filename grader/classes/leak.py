"""Does a release show what is hidden? Everything in it is looked at, and what cannot be looked into is named."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from grader.classes.contents import Sealed, contents
from grader.classes.git_objects import UnreadableObjects, git_objects
from grader.classes.secret import secrets_of
from grader.intake.folder import Intake, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.classes.secret import Secrets
    from grader.content.catalog import Catalog

_HIDDEN_NAMES: Final = frozenset({"hidden_tests.py", "mutants", "mutants.toml", "alternatives", "proof.toml"})
_MOST_BYTES: Final = 64 << 20
_FILES: Final = "a file of tests or wrong solutions"
_NAMES_OF_TREE: Final = re.compile(rb"\d+ ([^\0]+)\0")


@dataclass(frozen=True, slots=True)
class Leak:
    """Something hidden that a release shows."""

    path: str
    line: int
    what: str


def leaks(catalog: Catalog, folder: Path, *, solutions: bool = False) -> Iterator[Leak | Sealed]:
    """Yield everything hidden that a folder shows, and everything that cannot be looked into.

    Nothing is left out: caches, installed packages, archives, other encodings, the history of git repositories.

    Parameters
    ----------
    catalog : Catalog
        Whose secrets are looked for.
    folder : Path
        A release.
    solutions : bool, default=False
        Whether references may be there.
    """
    secrets = secrets_of(catalog, solutions=solutions)
    with Intake(folder) as intake:
        entries = sorted(intake.everything())
        repositories = _repositories(folder, [path for path, _ in entries])
        for path, mode in entries:
            if not mode:
                yield Sealed(path, "cannot be looked through: too many files, too deep, or not readable")
            elif not stat.S_ISREG(mode):
                yield Sealed(path, "is a link, a pipe or a device, not a file")
            elif not path.startswith(tuple(repositories)):
                yield from _file(intake, path, secrets)
        for place in repositories:
            yield from _history(folder, place, secrets)


def _file(intake: Intake, path: str, secrets: Secrets) -> Iterator[Leak | Sealed]:
    if _HIDDEN_NAMES & set(path.split("/")):
        yield Leak(path, 1, _FILES)
    try:
        data = intake.read(path, _MOST_BYTES)
    except UnreadableFile as error:
        yield Sealed(path, str(error))
        return
    yield from _content(path, data, secrets)


def _content(path: str, data: bytes, secrets: Secrets) -> Iterator[Leak | Sealed]:
    for part in contents(path, data):
        if isinstance(part, Sealed):
            yield part
            continue
        inner = part.path.removeprefix(path)
        if _HIDDEN_NAMES & set(re.split("[/!]", inner)):
            yield Leak(part.path, 1, _FILES)
        for line, what in secrets.shown(part.text):
            yield Leak(part.path, line, what)


def _repositories(folder: Path, paths: list[str]) -> list[str]:
    """Return the folder of objects of every repository, with a slash at its end."""
    heads = [path.removesuffix("HEAD") for path in paths if path == "HEAD" or path.endswith("/HEAD")]
    return [f"{place}objects/" for place in heads if (folder / place / "objects").is_dir()]


def _history(folder: Path, place: str, secrets: Secrets) -> Iterator[Leak | Sealed]:
    try:
        for name, kind, data in git_objects(folder / place):
            path = f"{place}{name[:12]}"
            if data is None:
                yield Sealed(path, "is too large to be looked through")
            elif kind == "tree":
                names = {found.decode("utf-8", "replace") for found in _NAMES_OF_TREE.findall(data)}
                if _HIDDEN_NAMES & names:
                    yield Leak(path, 1, _FILES)
                yield from (Leak(path, 1, what) for _, what in secrets.shown("\n".join(sorted(names))))
            else:
                yield from _content(path, data, secrets)
    except UnreadableObjects as error:
        yield Sealed(place, f"is the history of a git repository that cannot be read ({error})")
