"""Which exercises a branch touches, as git tells."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Final

from grader.content.catalog import EXERCISES
from grader.content.metadata import SOLUTIONS
from grader.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grader.content.catalog import Catalog

_CONTENT: Final = re.compile(rf"(?:{EXERCISES}|{SOLUTIONS})/[^/]+/(?P<slug>[^/]+)/")
_ORACLE: Final = re.compile(r"tests/(?:.+/)?test_(?P<slug>[^/]+)\.py")


def changed_exercises(catalog: Catalog, revision: str) -> tuple[str, ...]:
    """Name the exercises that differ from where this branch left a revision.

    What is committed since, what is changed in the working tree and what git does not know yet all count. An exercise
    that is gone has nothing left to check.

    Parameters
    ----------
    catalog : Catalog
        The checkout.
    revision : str
        Branch, tag or commit that the change is meant for, such as `origin/main`.

    Returns
    -------
    tuple of str
        Slugs in the order of the catalogue.

    Raises
    ------
    UsageError
        When git cannot be run or does not know the revision.
    """
    root = catalog.root
    changed = _git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", "--merge-base", revision, "--")
    unknown = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", EXERCISES, SOLUTIONS, "tests")
    touched = exercises_of([*changed, *unknown])
    known = (*catalog.slugs, *(slug for slug in catalog.folders if slug not in catalog.slugs))
    return tuple(slug for slug in known if slug in touched)


def exercises_of(paths: Iterable[str]) -> frozenset[str]:
    """Return the slugs that paths below the root speak of: content, solutions, mutants, and the oracle test."""
    found = (_CONTENT.match(path) or _ORACLE.fullmatch(path) for path in paths)
    return frozenset(match["slug"] for match in found if match)


def _git(root: Path, *arguments: str) -> list[str]:
    command = ["git", "-C", str(root), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise UsageError(f"git cannot be run ({error}).", "Install git, or name the exercises.") from None
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(
            f"git cannot compare {root} with that revision ({told[0] if told else 'it failed'}).",
            "Fetch the revision with its history, or name the exercises.",
        )
    return [path.decode("utf-8", "surrogateescape") for path in done.stdout.split(b"\0") if path]
