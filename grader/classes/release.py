"""A class or hiring repository: prompts and stubs, nothing that gives answers away, and a manifest of what was handed out."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Final

from grader.content.catalog import EXERCISES, content_hash, read_content
from grader.errors import UsageError
from grader.intake.folder import blob_name
from grader.intake.manifest import FORMAT, MANIFEST, Entry, Manifest, write_manifest
from grader.model import Level, Limits
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.content.catalog import Catalog
    from grader.model import Exercise, Track

UPSTREAM: Final = "mlkata/mlkata"
_WORKFLOW: Final = """\
# Grades every push. The tests, the references and the grader come from upstream; this repository holds none of them.
# A run here is advice: whoever may push here may change this file. What counts is graded centrally with `kata ci`.
name: grade
on: [push]
permissions: {{}}
jobs:
  grade:
    permissions:
      contents: read
    uses: {upstream}/.github/workflows/grade-submission.yml@{ref}
    with:
      ref: {ref}
      manifest: {manifest}  # of this repository: enough for advice, not for marks
      level: {level}
"""


def make_release(
    catalog: Catalog,
    folder: Path,
    exercises: Sequence[Exercise],
    *,
    solutions: bool = False,
    upstream: str = UPSTREAM,
    ref: str = "main",
    level: Level = Level.FULL,
) -> Manifest:
    """Write a class repository.

    Parameters
    ----------
    catalog : Catalog
        Where the exercises come from.
    folder : Path
        Empty, or missing.
    exercises : sequence of Exercise
        What is handed out.
    solutions : bool, default=False
        Whether our solutions come along, as after a deadline. Tests and mutants never do.
    upstream, ref : str
        Repository and protected branch or tag that the workflow takes the grader from.
    level : Level, default=Level.FULL
        How far each exercise must come for the workflow to be green.

    Returns
    -------
    Manifest
        What was written, for `kata ci --manifest`.

    Raises
    ------
    UsageError
        When the folder is not empty or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty.", "Name a folder that does not exist yet.")
    workflow = _WORKFLOW.format(upstream=upstream, ref=ref, manifest=MANIFEST, level=level)
    content = dict(_content(catalog, exercises, solutions=solutions, workflow=workflow))
    manifest = Manifest(
        format=FORMAT,
        exercises=tuple(
            Entry(one.slug, one.track, pristine_stub(one).decode(), content_hash(one)) for one in exercises
        ),
        files={path: blob_name(text.encode()) for path, text in sorted(content.items())},
    )
    try:
        for path, text in content.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode())
        write_manifest(folder / MANIFEST, manifest)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written ({error.strerror}).", "Name another folder.") from None
    return manifest


def _content(
    catalog: Catalog, exercises: Sequence[Exercise], *, solutions: bool, workflow: str
) -> Iterator[tuple[str, str]]:
    tracks = [track for track in catalog.tracks if any(one.track == track.name for one in exercises)]
    for track in tracks:
        members = [one for one in exercises if one.track == track.name]
        yield f"{EXERCISES}/{track.name}/track.toml", _track(track, members)
        for one in members:
            place = f"{EXERCISES}/{one.track}/{one.slug}"
            yield f"{place}/exercise.toml", _metadata(one)
            yield f"{place}/prompt.md", read_content(one.prompt_path)
            yield f"{place}/{one.slug}.py", pristine_stub(one).decode()
            if solutions:
                yield f"solutions/{one.track}/{one.slug}/{one.slug}.py", read_content(one.reference_path)
    yield "README.md", _readme(exercises)
    yield ".gitignore", "__pycache__/\n.venv/\n"
    yield ".github/workflows/grade.yml", workflow


def _readme(exercises: Sequence[Exercise]) -> str:
    rows = "\n".join(
        f"| [{one.title}]({EXERCISES}/{one.track}/{one.slug}/prompt.md) | "
        f"[{one.slug}.py]({EXERCISES}/{one.track}/{one.slug}/{one.slug}.py) | {one.difficulty} | {one.minutes} |"
        for one in exercises
    )
    return (
        "# Exercises\n\nRead the prompt, complete the stub, commit and push. Change nothing but the stubs: other changes are "
        "refused and graded with the originals.\n\n"
        f"| prompt | stub | difficulty | minutes |\n|---|---|---|---:|\n{rows}\n\n"
        "The examples in a stub's docstring run with `python -m doctest FILE` or, with kata installed, `kata run SLUG`.\n"
    )


def _track(track: Track, members: Sequence[Exercise]) -> str:
    return (
        f"format = 1\ntitle = {_value(track.title)}\nabout = {_value(track.about)}\norder = {track.order}\n"
        f"exercises = {_value([one.slug for one in members])}\n"
    )


def _metadata(exercise: Exercise) -> str:
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
        f"hints = {_value(exercise.hints)}",
    ]
    own = [item.name for item in fields(Limits) if getattr(exercise.limits, item.name) != item.default]
    if own:
        lines += ["", "[limits]", *(f"{name} = {getattr(exercise.limits, name)}" for name in own)]
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    """Return a string or a list of strings as TOML, which takes what JSON writes for them."""
    return json.dumps(value, ensure_ascii=False)
