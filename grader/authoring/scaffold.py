"""The skeleton of a new exercise: every file it needs, each with its TODO."""

from __future__ import annotations

import keyword
import re
import tomllib
from typing import TYPE_CHECKING, Final

from grader.authoring import skeleton
from grader.authoring.checks.layout import oracle_path
from grader.content.metadata import EXERCISES, SOLUTIONS, TRACK_FILE
from grader.content.stub import derive_stub
from grader.errors import ContentError, UsageError
from grader.model import Backend, Difficulty, Exercise
from grader.practice.data_folder import write_atomically

if TYPE_CHECKING:
    from pathlib import Path

    from grader.content.catalog import Catalog

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


def write_exercise(catalog: Catalog, track: str, slug: str, backend: Backend) -> list[Path]:
    """Write a complete skeleton and list it in its track.

    Parameters
    ----------
    catalog : Catalog
        Where it goes; a track that is not there yet is begun.
    track, slug : str
        Names: lower-case letters, digits and underscores.
    backend : Backend
        What a worker has imported.

    Returns
    -------
    list of Path
        Every file that was made or changed.

    Raises
    ------
    UsageError
        When a name is bad or taken, or a file cannot be written.
    """
    for kind, name in (("track", track), ("slug", slug)):
        if not _NAME.fullmatch(name) or keyword.iskeyword(name):
            raise UsageError(f"{name!r} cannot be a {kind}.", "Use lower-case letters, digits and underscores.")
    exercise = _draft(_home(catalog, track), track, slug, backend)
    oracle = oracle_path(exercise)
    taken = [catalog.folders.get(slug), exercise.folder, exercise.solution_folder, oracle]
    for path in taken:
        if path is not None and path.exists():
            raise UsageError(f"{path} exists already.", "Choose another slug, or remove it.")
    reference = skeleton.reference(exercise)
    files = {
        exercise.metadata_path: skeleton.metadata(exercise),
        exercise.prompt_path: skeleton.prompt(exercise),
        exercise.stub_path: derive_stub(reference),
        exercise.tests_path: skeleton.tests(exercise),
        exercise.reference_path: reference,
        exercise.mutants_path: skeleton.mutants(exercise),
        exercise.alternatives_folder / skeleton.ALTERNATIVE: skeleton.alternative(exercise),
        exercise.alternatives_folder / skeleton.TEXTBOOK: skeleton.textbook(exercise),
        oracle: skeleton.oracle(exercise),
        catalog.track_folder(track) / TRACK_FILE: _track(catalog, track, slug),
    }
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, text.encode())
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written ({error.strerror}).", "Check its permissions.") from None
    return list(files)


def list_in_track(text: str, slug: str) -> str:
    """Add a slug to the end of `exercises` in a track file, and leave the rest as it is formatted.

    Parameters
    ----------
    text : str
        Content of a valid `track.toml`.
    slug : str
        What to add.

    Returns
    -------
    str
        The new content.

    Raises
    ------
    ContentError
        When the list is written in a way that cannot be extended safely.
    """
    before = tomllib.loads(text)
    if slug in before["exercises"]:
        return text
    after = _insert(text, slug)
    wanted = before | {"exercises": [*before["exercises"], slug]}
    try:
        if tomllib.loads(after) == wanted:
            return after
    except tomllib.TOMLDecodeError:
        pass
    raise ContentError("The list of exercises in the track file cannot be extended.", f"Add {slug!r} by hand.")


def _insert(text: str, slug: str) -> str:
    opening = re.search(r"^exercises\s*=\s*\[", text, re.MULTILINE)
    if opening is None:
        return text
    start, last, comma = opening.end(), opening.end(), True
    for piece in re.finditer(r"""#[^\n]*|"[^"\n]*"|'[^'\n]*'|[],]""", text[start:]):
        if piece[0] == "]":
            end = start + piece.start()
            break
        if piece[0] == ",":
            comma = True
        elif piece[0][0] != "#":
            last, comma = start + piece.end(), False
    else:
        return text
    head, tail = text[:last] + ("" if comma else ","), text[last:end]
    line = text.rfind("\n", 0, last) + 1
    if "\n" not in tail:
        space = "" if last == start else " "
        return f'{head}{tail.rstrip()}{space}"{slug}"{text[end:]}'
    indent = re.match(r"[ \t]*", text[line:])
    lead = indent[0] if indent and indent[0] else "  "
    tail = tail.rstrip(" \t")
    return f'{head}{tail}{lead}"{slug}",\n{text[end:]}'


def _draft(root: Path, track: str, slug: str, backend: Backend) -> Exercise:
    return Exercise(
        slug=slug,
        track=track,
        title="TODO: a title",
        difficulty=Difficulty.EASY,
        minutes=15,
        backend=backend,
        entry_points=(slug,),
        folder=root / EXERCISES / track / slug,
        solution_folder=root / SOLUTIONS / track / slug,
    )


def _home(catalog: Catalog, track: str) -> Path:
    """Return the folder that holds a track: a pack's track gets its exercises there, a new one stands in the checkout."""
    return catalog.track_folder(track).parents[1]


def _track(catalog: Catalog, track: str, slug: str) -> str:
    path = catalog.track_folder(track) / TRACK_FILE
    if any(known.name == track for known in catalog.tracks):
        return list_in_track(path.read_text(encoding="utf-8"), slug)
    order = max((known.order for known in catalog.tracks), default=0) + 1
    return (
        f'format = 1\ntitle = "TODO: {track.replace("_", " ")}"\nabout = "TODO: what it holds, in one line"\n'
        f'order = {order}\nexercises = [\n  "{slug}",\n]\n'
    )
