"""Samples to evaluate: rows of JSONL, or a folder of Python files. A bad row is a sample too, with the reason."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from grader.errors import GraderError, UsageError
from grader.intake.submission import read_submission, submission_from_text
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.content.catalog import Catalog
    from grader.model import Exercise, Submission

_MOST_LINE: Final = 16 << 20
_FENCE: Final = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*\n(.*?)(?:^[ \t]*(?:```|~~~)[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_BODY: Final = "    raise NotImplementedError"


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample.

    Attributes
    ----------
    number : int
        Its place in the input, from 0.
    digest : str
        Of what the input says, so that a resumed run notices another input.
    task_id : str
        As the input names it.
    exercise : Exercise or None
        None where nobody knows which is meant.
    submission : Submission or None
        None where there is nothing to grade.
    problem : str
        Why it is invalid; empty where it is not.
    fields : dict of str to object
        What else the row holds, carried through.
    """

    number: int
    digest: str
    task_id: str
    exercise: Exercise | None = None
    submission: Submission | None = None
    problem: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


def count_samples(source: Path) -> int:
    """Return how many samples a file or a folder holds, without reading what they say."""
    if source.is_dir():
        return sum(1 for _ in _paths(source))
    with source.open("rb") as file:
        return sum(1 for line in file if line.strip())


def samples(catalog: Catalog, source: Path) -> Iterator[Sample]:
    """Yield the samples of a file or a folder, one at a time.

    Parameters
    ----------
    catalog : Catalog
        Which exercises there are.
    source : Path
        JSONL with rows `{"task_id": …, "solution": …}` or `{"task_id": …, "completion": …}`; or a folder in which a file or
        a folder around it is named after an exercise, `softmax/17.py` or `run3/softmax.py`.

    Raises
    ------
    UsageError
        When it cannot be read.
    """
    find = cache(catalog.exercise)
    if source.is_dir():
        for number, path in enumerate(_paths(source)):
            yield _file(find, catalog, source, path, number)
        return
    try:
        file = source.open("rb")
    except OSError as error:
        raise UsageError(f"{source} cannot be read ({error.strerror}).", "Name a JSONL file or a folder.") from None
    with file:
        number = 0
        while line := file.readline(_MOST_LINE + 1):
            if len(line) > _MOST_LINE:
                while line and not line.endswith(b"\n"):
                    line = file.readline(_MOST_LINE)
                yield Sample(number, "too long", "", problem=f"The row has more than {_MOST_LINE:,} bytes.")
            elif not line.strip():
                continue
            else:
                yield _row(find, number, line)
            number += 1


def _row(find: Callable[[str], Exercise], number: int, line: bytes) -> Sample:
    digest = hashlib.sha256(line.strip()).hexdigest()[:16]
    try:
        row = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Sample(number, digest, "", problem=f"The row is no JSON ({error}).")
    if not isinstance(row, dict):
        return Sample(number, digest, "", problem="The row is no JSON object.")
    task_id, solution, completion = (row.pop(key, None) for key in ("task_id", "solution", "completion"))
    row.pop("result", None)  # that of an earlier run
    name = task_id if isinstance(task_id, str) else ""
    if not name:
        return Sample(number, digest, "", problem="The row has no `task_id` that is a string.", fields=row)
    try:
        exercise = find(name.rpartition("/")[2])
    except GraderError as error:
        return Sample(number, digest, name, problem=str(error), fields=row)
    text = solution if solution is not None else completion
    if not isinstance(text, str):
        told = "The row has neither `solution` nor `completion` that is a string."
        return Sample(number, digest, name, exercise, problem=told, fields=row)
    code = text if solution is not None else code_of(text, exercise)
    try:
        submission = submission_from_text(exercise.slug, code)
    except GraderError as error:
        return Sample(number, digest, name, exercise, problem=str(error), fields=row)
    return Sample(number, digest, name, exercise, submission, fields=row)


def code_of(completion: str, exercise: Exercise) -> str:
    """Return the code in what a model said.

    Parameters
    ----------
    completion : str
        Python, Markdown with Python between fences, or the body of the only function of the stub.
    exercise : Exercise
        What was asked.
    """
    blocks = _FENCE.findall(completion)
    if blocks:
        wanted = [
            re.compile(rf"^(?:async[ \t]+def|def|class)[ \t]+{name}\b", re.MULTILINE) for name in exercise.entry_points
        ]
        whole = [block for block in blocks if all(pattern.search(block) for pattern in wanted)]
        return whole[-1] if whole else "\n\n".join(blocks)
    lines = [line for line in completion.split("\n") if line.strip()]
    if lines and lines[0].startswith("    "):
        stub = pristine_stub(exercise).decode()
        if stub.count(_BODY) == 1:
            return stub.replace(_BODY, completion.strip("\n"))
    return completion


def _paths(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name[0] not in "._")
        yield from (Path(where) / name for name in sorted(names) if name.endswith(".py"))


def _file(find: Callable[[str], Exercise], catalog: Catalog, folder: Path, path: Path, number: int) -> Sample:
    place = path.relative_to(folder)
    fields = {"path": str(place)}
    slug = next((part for part in (path.stem, *reversed(place.parts[:-1])) if part in catalog.folders), "")
    if not slug:
        digest = hashlib.sha256(str(place).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        told = "Neither the file nor a folder around it is named after an exercise."
        return Sample(number, digest, "", problem=told, fields=fields)
    try:
        exercise = find(slug)
        submission = read_submission(path, slug)
    except GraderError as error:
        return Sample(number, str(place), slug, problem=str(error), fields=fields)
    return Sample(number, submission.sha256[:16], slug, exercise, submission, fields=fields)
