"""The stub where it lies: made, reset and restored, with nothing of the learner's lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.content.catalog import expect_solutions, read_content
from grader.content.stub import derive_stub
from grader.errors import UsageError
from grader.intake.manifest import MANIFEST, stub_in_manifest
from grader.practice.data_folder import write_atomically

if TYPE_CHECKING:
    from grader.model import Exercise
    from grader.practice.history import History


def pristine_stub(exercise: Exercise) -> bytes:
    """Return the content of an untouched stub: derived from the reference or, in a class release, from its manifest.

    Raises
    ------
    ContentError
        When the reference cannot be read.
    """
    if not exercise.reference_path.exists():
        kept = stub_in_manifest(exercise.folder.parents[2] / MANIFEST, exercise.slug)
        if kept is not None:
            return kept
        expect_solutions(exercise)
    return derive_stub(read_content(exercise.reference_path)).encode()


def stub_content(exercise: Exercise) -> bytes | None:
    """Return what lies in the place of the stub, None where nothing does.

    Raises
    ------
    UsageError
        When it is no file, or may not be read.
    """
    path = exercise.stub_path
    if not path.exists() and not path.is_symlink():
        return None
    if not path.is_file():
        raise UsageError(f"{path} is not a file.", "Move it away, then run the command again.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).", "Check its permissions.") from None


def ensure_stub(exercise: Exercise) -> bool:
    """Write the pristine stub where there is none, and tell whether that was needed."""
    if stub_content(exercise) is not None:
        return False
    _write(exercise, pristine_stub(exercise))
    return True


def is_touched(exercise: Exercise) -> bool:
    """Tell whether the stub holds work that a reset would overwrite."""
    content = stub_content(exercise)
    return content is not None and content.replace(b"\r\n", b"\n") != pristine_stub(exercise).replace(b"\r\n", b"\n")


def reset_stub(exercise: Exercise, history: History) -> None:
    """Make the stub pristine; what it held is kept in the history first."""
    _replace(exercise, history, pristine_stub(exercise))


def restore_stub(exercise: Exercise, history: History) -> None:
    """Bring back what the last reset or restore replaced; what is there now is kept in its turn.

    Raises
    ------
    UsageError
        When nothing was kept.
    """
    saved = history.saved(exercise.slug)
    if saved is None:
        raise UsageError(f"Nothing of {exercise.slug} was ever reset.", "There is nothing to restore.")
    _replace(exercise, history, saved)


def _replace(exercise: Exercise, history: History, content: bytes) -> None:
    current = stub_content(exercise)
    if current is not None and current not in (content, pristine_stub(exercise)):
        history.save(exercise.slug, current)
    _write(exercise, content)


def _write(exercise: Exercise, content: bytes) -> None:
    try:
        write_atomically(exercise.stub_path, content)
    except OSError as error:
        message = f"{exercise.stub_path} cannot be written ({error.strerror})."
        raise UsageError(message, "Check the permissions of its folder.") from None
