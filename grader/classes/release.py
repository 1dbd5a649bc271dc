"""A class or hiring repository: prompts and stubs, nothing that gives answers away, and a manifest of what was handed out."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import msgspec

from grader.classes.platform import Platform, workflow
from grader.content.catalog import EXERCISES, content_hash, read_content
from grader.errors import UsageError
from grader.intake.folder import blob_name
from grader.intake.manifest import FORMAT, MANIFEST, Entry, Manifest, write_manifest
from grader.model import Level, Limits
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.classes.upstream import Upstream
    from grader.content.catalog import Catalog
    from grader.intake.manifest import Given
    from grader.model import Exercise, Track

_ATTRIBUTES: Final = """\
# Stubs keep the line ends that they were handed out with, also where git turns them into those of Windows.
* text=auto eol=lf
"""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a release is made for.

    Attributes
    ----------
    solutions : bool
        Whether our solutions come along, as after a deadline. Tests and mutants never do.
    hints : bool
        Whether hints come along.
    minutes : int or None
        Time for everything together; None leaves each exercise its own and no limit.
    platform : Platform
        Who grades what is pushed.
    upstream : Upstream or None
        Where the workflow takes tests and grader from; None where nothing has pushes graded.
    level : Level
        How far each exercise must come for the workflow to be green.
    given : Given or None
        For one candidate: what stands in the manifest that is kept, and nowhere in the folder.
    """

    solutions: bool = False
    hints: bool = True
    minutes: int | None = None
    platform: Platform = Platform.GITHUB
    upstream: Upstream | None = None
    level: Level = Level.FULL
    given: Given | None = None


def make_release(catalog: Catalog, folder: Path, exercises: Sequence[Exercise], terms: Terms) -> Manifest:
    """Write a class repository.

    Parameters
    ----------
    catalog : Catalog
        Where the exercises come from.
    folder : Path
        Empty, or missing.
    exercises : sequence of Exercise
        What is handed out.
    terms : Terms
        What it is made for.

    Returns
    -------
    Manifest
        What was written, for `kata ci --manifest`; for one candidate it lies beside the folder too, with what was given.

    Raises
    ------
    UsageError
        When the folder is not empty or cannot be written, or a manifest of another candidate lies beside it.
    """
    expect_empty(folder)
    if terms.given is not None and kept_path(folder).exists():
        raise UsageError(f"{kept_path(folder)} is there already.", "Move it away, or name another folder.")
    content = dict(_content(catalog, exercises, terms))
    manifest = _manifest(content, exercises)
    try:
        for path, text in content.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        write_manifest(folder / MANIFEST, manifest)
        if terms.given is not None:
            write_manifest(kept_path(folder), msgspec.structs.replace(manifest, given=terms.given))
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}).", "Name another folder.") from None
    return manifest


def kept_path(folder: Path) -> Path:
    """Return where the manifest of a candidate's release is kept: beside it, since whoever knows the seed knows the inputs."""
    place = folder.absolute()
    return place.with_name(f"{place.name}-{MANIFEST}")


def manifest_of(catalog: Catalog, exercises: Sequence[Exercise], terms: Terms) -> Manifest:
    """Return the manifest of a release that is not written.

    Parameters
    ----------
    catalog : Catalog
        Where the exercises come from.
    exercises : sequence of Exercise
        What would be handed out.
    terms : Terms
        What it would be made for.
    """
    return _manifest(dict(_content(catalog, exercises, terms)), exercises)


def _manifest(content: Mapping[str, str], exercises: Sequence[Exercise]) -> Manifest:
    return Manifest(
        format=FORMAT,
        exercises=tuple(
            Entry(one.slug, one.track, pristine_stub(one).decode(), content_hash(one)) for one in exercises
        ),
        files={path: blob_name(text.encode()) for path, text in sorted(content.items())},
    )


def expect_empty(folder: Path) -> None:
    """Refuse a folder that holds something.

    Raises
    ------
    UsageError
        When it does, or is no folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty.", "Name a folder that does not exist yet.")


def _content(catalog: Catalog, exercises: Sequence[Exercise], terms: Terms) -> Iterator[tuple[str, str]]:
    tracks = [track for track in catalog.tracks if any(one.track == track.name for one in exercises)]
    for track in tracks:
        members = [one for one in exercises if one.track == track.name]
        yield f"{EXERCISES}/{track.name}/track.toml", track_of(track, members)
        for one in members:
            place = f"{EXERCISES}/{one.track}/{one.slug}"
            yield f"{place}/exercise.toml", _metadata(one, hints=terms.hints)
            yield f"{place}/prompt.md", read_content(one.prompt_path)
            yield f"{place}/{one.slug}.py", pristine_stub(one).decode()
            if terms.solutions:
                yield f"solutions/{one.track}/{one.slug}/{one.slug}.py", read_content(one.reference_path)
    yield "README.md", _readme(exercises, terms)
    yield ".gitignore", "__pycache__/\n.venv/\n"
    yield ".gitattributes", _ATTRIBUTES
    if terms.upstream is not None:
        yield workflow(terms.platform, terms.upstream, terms.level)


def _readme(exercises: Sequence[Exercise], terms: Terms) -> str:
    rows = "\n".join(
        f"| [{one.title}]({EXERCISES}/{one.track}/{one.slug}/prompt.md) | "
        f"[{one.slug}.py]({EXERCISES}/{one.track}/{one.slug}/{one.slug}.py) | {one.difficulty} | {one.minutes} |"
        for one in exercises
    )
    clock = (
        ""
        if terms.minutes is None
        else f"You have {terms.minutes} minutes for everything together. Commit when you begin and after each step.\n\n"
    )
    return (
        "# Exercises\n\nRead the prompt, complete the stub, commit and push. Change nothing but the stubs: other changes are "
        "refused and graded with the originals.\n\n"
        f"{clock}"
        f"| prompt | stub | difficulty | minutes |\n|---|---|---|---:|\n{rows}\n\n"
        "The examples in a stub's docstring run with `python -m doctest FILE` or, with kata installed, `kata run SLUG`.\n"
    )


def track_of(track: Track, members: Sequence[Exercise]) -> str:
    """Return a `track.toml` that lists these exercises of a track."""
    return (
        f"format = 1\ntitle = {_value(track.title)}\nabout = {_value(track.about)}\norder = {track.order}\n"
        f"exercises = {_value([one.slug for one in members])}\n"
    )


def _metadata(exercise: Exercise, *, hints: bool) -> str:
    """Return the metadata that a learner may see: no key points."""
    lines = [
        "format = 1",
        f"title = {_value(exercise.title)}",
        f"difficulty = {_value(exercise.difficulty)}",
        f"minutes = {exercise.minutes}",
        f"backend = {_value(exercise.backend)}",
        f"entry_points = {_value(exercise.entry_points)}",
        f"tags = {_value(exercise.tags)}",
        f"sources = {_value(exercise.sources)}",
        f"forbidden = {_value(exercise.forbidden)}",
        f"mutates = {_value(exercise.mutates)}",
        f"hints = {_value(exercise.hints if hints else ())}",
    ]
    own = [item.name for item in fields(Limits) if getattr(exercise.limits, item.name) != item.default]
    if own:
        lines += ["", "[limits]", *(f"{name} = {getattr(exercise.limits, name)}" for name in own)]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    """Return a string or a list of strings as TOML, which takes what JSON writes for them."""
    return json.dumps(value, ensure_ascii=False)
