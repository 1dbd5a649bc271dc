"""The files of an exercise and a track: the one place that knows their names and TOML keys.

::

    exercises/<track>/track.toml            Track
    exercises/<track>/<slug>/exercise.toml  Exercise
    exercises/<track>/<slug>/prompt.md, <slug>.py, hidden_tests.py
    solutions/<track>/<slug>/<slug>.py, mutants.toml, mutants/, alternatives/, proof.toml
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, cast

from grader.content.toml_table import Table, read_table
from grader.errors import ContentError, did_you_mean
from grader.model import Backend, Clarification, Difficulty, Exercise, FollowUp, Limits, Track

if TYPE_CHECKING:
    from pathlib import Path

FORMAT: Final = 1
EXERCISES: Final = "exercises"
SOLUTIONS: Final = "solutions"
TRACK_FILE: Final = "track.toml"
EXERCISE_FILE: Final = "exercise.toml"


def load_track(folder: Path) -> Track:
    """Read the track file of a folder.

    Parameters
    ----------
    folder : Path
        Such as `exercises/vision`.

    Returns
    -------
    Track
        What the file says.

    Raises
    ------
    ContentError
        When the file is missing or breaks a rule.
    """
    table = read_table(folder / TRACK_FILE)
    expect_format(table)
    track = Track(
        name=folder.name,
        title=table.text("title"),
        about=table.text("about"),
        order=table.whole("order"),
        exercises=table.texts("exercises"),
    )
    table.no_more()
    _expect_identifiers(table, "exercises", track.exercises)
    if not folder.name.isidentifier():
        raise ContentError(
            f"{folder}: the name is not a Python identifier.", "Rename the folder: letters, digits, underscores."
        )
    return track


def load_exercise(folder: Path) -> Exercise:
    """Read the metadata of an exercise.

    Parameters
    ----------
    folder : Path
        Such as `exercises/vision/iou`.

    Returns
    -------
    Exercise
        What `exercise.toml` says, and where the other files are expected.

    Raises
    ------
    ContentError
        When the file is missing or breaks a rule.
    """
    slug = folder.name
    if not slug.isidentifier():
        raise ContentError(
            f"{folder}: the slug {slug!r} is not a Python identifier.",
            "Rename the folder: letters, digits, underscores.",
        )
    table = read_table(folder / EXERCISE_FILE)
    expect_format(table)
    exercise = Exercise(
        slug=slug,
        track=folder.parent.name,
        title=table.text("title"),
        difficulty=table.choice("difficulty", Difficulty),
        minutes=table.whole("minutes"),
        backend=table.choice("backend", Backend),
        entry_points=table.texts("entry_points", default=None),
        folder=folder,
        solution_folder=folder.parents[2] / SOLUTIONS / folder.parent.name / slug,
        tags=table.texts("tags"),
        sources=table.texts("sources"),
        prerequisites=table.texts("prerequisites"),
        forbidden=table.texts("forbidden"),
        hints=table.texts("hints"),
        mutates=table.texts("mutates"),
        aliases=table.texts("aliases"),
        scratch=table.flag("scratch"),
        limits=_limits(table.table("limits")),
        follow_ups=tuple(_follow_up(item) for item in table.tables("follow_ups")),
        clarifications=tuple(_clarification(item) for item in table.tables("clarifications")),
    )
    table.no_more()
    _expect_identifiers(table, "entry_points", exercise.entry_points)
    _expect_identifiers(table, "aliases", exercise.aliases)
    _expect_identifiers(table, "prerequisites", exercise.prerequisites)
    for index, name in enumerate(exercise.mutates):
        if name.partition(".")[0] not in exercise.entry_points:
            remedy = did_you_mean(name, exercise.entry_points) or f"Entry points: {', '.join(exercise.entry_points)}."
            raise table.error(f"mutates[{index}]", f"names {name!r}, which is no entry point", remedy)
    return exercise


def expect_solutions(exercise: Exercise) -> None:
    """Refuse to judge in a checkout without `solutions/`.

    Raises
    ------
    ContentError
        When the folder, or that of this exercise, is missing.
    """
    if exercise.reference_path.exists():
        return
    root = exercise.folder.parents[2]
    if (root / SOLUTIONS).is_dir():
        read_content(exercise.reference_path)
    raise ContentError(
        f"{root} has no {SOLUTIONS}/, and the hidden tests compare with what is in it.",
        f"`git checkout -- {SOLUTIONS}` restores it; a sparse checkout takes `git sparse-checkout add {SOLUTIONS}`.",
    )


def read_content(path: Path) -> str:
    """Return the text of a file that belongs to an exercise.

    Raises
    ------
    ContentError
        When the file is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContentError(
            f"{path}: the file is missing.", f"Restore it, or write it; `kata check {path.parent.name}` explains."
        ) from None
    except UnicodeDecodeError as error:
        raise ContentError(f"{path}: byte {error.start} is not UTF-8.", "Save the file as UTF-8.") from None
    except OSError as error:
        raise ContentError(f"{path}: cannot be read ({error.strerror}).", "Check its permissions.") from None


def content_hash(exercise: Exercise) -> str:
    """Digest everything that decides a verdict: metadata, prompt, hidden tests and reference.

    Parameters
    ----------
    exercise : Exercise
        Exercise to digest.

    Returns
    -------
    str
        SHA-256 in hexadecimal.

    Raises
    ------
    ContentError
        When one of the files cannot be read.
    """
    import hashlib

    digest = hashlib.sha256()
    for path in (exercise.metadata_path, exercise.prompt_path, exercise.tests_path, exercise.reference_path):
        data = read_content(path).encode()
        digest.update(f"{path.name} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def expect_format(table: Table) -> None:
    """Refuse a file that was written for another version of the format.

    Raises
    ------
    ContentError
        When its `format` is missing or not ours.
    """
    number = table.whole("format")
    if number != FORMAT:
        raise table.error(
            "format", f"is {number}", f"This version of kata reads format {FORMAT}; upgrade kata or correct the number."
        )


def _expect_identifiers(table: Table, key: str, names: tuple[str, ...]) -> None:
    for index, name in enumerate(names):
        if not name.isidentifier():
            raise table.error(
                f"{key}[{index}]", f"is {name!r}, not a Python identifier", "Use letters, digits and underscores."
            )


def _limits(table: Table) -> Limits:
    values: dict[str, Any] = {}
    for item in fields(Limits):
        read = table.whole if isinstance(item.default, int) else table.number
        values[item.name] = read(item.name, cast("int", item.default))
    table.no_more()
    return Limits(**values)


def _follow_up(table: Table) -> FollowUp:
    follow_up = FollowUp(question=table.text("question"), key_points=table.texts("key_points", default=None))
    table.no_more()
    return follow_up


def _clarification(table: Table) -> Clarification:
    found = Clarification(table.text("topic"), table.text("question"), table.text("answer"))
    table.no_more()
    return found
