"""What the command and a worker of the cluster say to each other: plain data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from grader.classes.cluster.parcel import Parcel
    from grader.model import Submission

_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Order:
    """One row to be graded.

    Attributes
    ----------
    station : str
        Name under which a worker keeps what belongs to this run.
    content : str
        Hash of the exercise's content.
    parcel : Parcel or None
        The content itself, where the worker is not known to have it.
    submission : Submission
        What was handed in: text, which no process of Dask runs.
    refused : str
        Why it is not to be run; empty where it is.
    """

    station: str
    content: str
    parcel: Parcel | None
    submission: Submission
    refused: str = ""


class Missing(StrEnum):
    """What a worker lacks to grade a row."""

    STATION = "station"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a worker says of itself before it is given rows.

    Attributes
    ----------
    grader : str
        Version of mlkata, and digest of its source.
    contents : frozenset of str
        Hashes of the content that it has from earlier runs.
    """

    grader: str
    contents: frozenset[str]


@cache
def this_grader() -> str:
    """Return the version of this mlkata and a digest of its source: machines that differ in it may judge differently."""
    import grader

    root = Path(grader.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(data)}\n".encode())
        digest.update(data)
    try:
        number = version("mlkata")
    except PackageNotFoundError:  # a checkout that is run without being installed
        number = "checkout"
    return f"{number}-{digest.hexdigest()[:_DIGITS]}"
