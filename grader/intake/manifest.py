"""The manifest of a class release: which contents its files have, so that what was changed can be told."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Annotated, Final

import msgspec

from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
_MOST_BYTES: Final = 16 << 20


class Entry(msgspec.Struct, frozen=True):
    """One exercise of a release.

    Attributes
    ----------
    stub : str
        The pristine stub, so that it can be brought back without the reference.
    content_hash : str
        Digest of the tests, reference and metadata that the release was made from.
    """

    slug: str
    track: str
    stub: str
    content_hash: str


class Given(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one candidate was given. It stands in the copy that is kept, never in the one that is handed out.

    Attributes
    ----------
    candidate : str
        Whose release it is.
    seed : int
        Of the hidden inputs: whoever knows it knows them.
    variant : str
        Which set of exercises, `2 of 4`.
    released : str
        When, ISO 8601 with the offset from UTC.
    minutes : int or None
        Time for everything together.
    """

    candidate: str
    seed: Annotated[int, msgspec.Meta(ge=0)]
    variant: str
    released: str
    minutes: int | None = None


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole release.

    Attributes
    ----------
    files : dict of str to str
        Git object name of every file, by path.
    given : Given or None
        What one candidate was given; None in a release for many, and in what is handed out.
    """

    format: int
    exercises: tuple[Entry, ...]
    files: dict[str, str]
    given: Given | None = None


def write_manifest(path: Path, manifest: Manifest) -> None:
    """Write a manifest as JSON."""
    path.write_bytes(encoded(manifest))


def encoded(manifest: Manifest) -> bytes:
    """Return a manifest as its file holds it."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def handed_out(manifest: Manifest) -> Manifest:
    """Return a manifest without what only whoever keeps it may know."""
    return msgspec.structs.replace(manifest, given=None)


def read_regular(path: Path) -> bytes:
    """Return the bytes of a manifest, which may come from a stranger: a regular file of limited size, no link.

    Raises
    ------
    UsageError
        When it is no such file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UsageError(f"{path} is no file.", "Name the manifest.json of the release.")
            return file.read(_MOST_BYTES)
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).", "Name the manifest of the release.") from None


def decode(data: bytes, path: Path) -> Manifest:
    """Return the manifest that a file holds.

    Raises
    ------
    UsageError
        When it is none, or of another format; the message names the file.
    """
    try:
        found = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no manifest ({error}).", "Name the manifest.json of the release.") from None
    if found.format != FORMAT:
        raise UsageError(
            f"{path} has format {found.format}; this kata reads format {FORMAT}.", "Make the release anew."
        )
    return found


def stub_in_manifest(path: Path, slug: str) -> bytes | None:
    """Return the pristine stub of an exercise from a manifest, None where there is no such file or exercise."""
    if not path.is_file():
        return None
    return next(
        (entry.stub.encode() for entry in decode(read_regular(path), path).exercises if entry.slug == slug), None
    )
