"""A Jupyter notebook becomes cells: read as data, whoever saved it, and never executed.

Outputs, attachments and all metadata but nbgrader's are skipped unread, so a forged output is never seen and a large one
costs nothing.  Neither nbformat nor IPython is needed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec

from grader.errors import SubmissionUnreadable
from grader.intake.notebook_code import MOST_STATEMENTS, assemble
from grader.model import Submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

SOLUTION: Final = "solution"  # what the grade_id of a cell begins with that holds the answer
MAX_NOTEBOOK_BYTES: Final = 32 << 20  # pictures in outputs are most of it
_MOST_SLOW: Final = 8 << 20  # bytes that are read by the module of the standard library, which keeps everything
_MOST_CELLS: Final = 10_000
_MOST_TEXT: Final = 4 << 20
_MOST_CODE: Final = 1 << 18
_REMEDY: Final = "Open it in Jupyter, save it there, and hand that file in."
_CONFLICT: Final = b"<<<<<<<"


class CellKind(StrEnum):
    """What a cell holds."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes
    ----------
    source : str
        What was written in it.
    grade_id : str
        What nbgrader calls it; empty where nbgrader has nothing to do with it.
    """

    kind: CellKind
    source: str
    grade_id: str = ""


class _File(msgspec.Struct):
    """A notebook of version 4, or 3 where the cells lie in worksheets."""

    cells: list[msgspec.Raw] | None = None
    worksheets: list[msgspec.Raw] | None = None


class _Worksheet(msgspec.Struct):
    cells: list[msgspec.Raw] = []


class _Cell(msgspec.Struct):
    """What is looked at of a cell; whatever has another type is looked at more closely later."""

    cell_type: str
    source: Any = None
    input: Any = None
    metadata: msgspec.Raw = msgspec.Raw(b"{}")


class _Metadata(msgspec.Struct):
    nbgrader: msgspec.Raw = msgspec.Raw(b"{}")


class _Nbgrader(msgspec.Struct):
    grade_id: Any = ""


_T = TypeVar("_T")
_U = TypeVar("_U")


def read_cells(data: bytes, name: str) -> tuple[Cell, ...]:
    """Return the cells of a notebook.

    Parameters
    ----------
    data : bytes
        What the file holds.
    name : str
        What messages call it.

    Returns
    -------
    tuple of Cell
        In the order of the file. A cell that is none, because it has no type or its text is no text, is left out.

    Raises
    ------
    SubmissionUnreadable
        When it is no notebook, or too large.
    """
    if len(data) > MAX_NOTEBOOK_BYTES:
        raise SubmissionUnreadable(
            f"{name} has {len(data):,} bytes; of a notebook at most {MAX_NOTEBOOK_BYTES:,} are read.",
            "Clear its outputs and save it.",
        )
    file = _file(data.removeprefix(b"\xef\xbb\xbf"), name)
    raws: list[msgspec.Raw] = []
    if file.cells is not None:
        raws = file.cells
    else:
        for sheet in file.worksheets or ():
            raws += _decoded(sheet, _Worksheet, _Worksheet()).cells
    if file.cells is None and file.worksheets is None:
        raise SubmissionUnreadable(f"{name} is JSON, but no notebook: it has no cells.", _REMEDY)
    if len(raws) > _MOST_CELLS:
        raise SubmissionUnreadable(
            f"{name} has {len(raws):,} cells; at most {_MOST_CELLS:,} are read.", "Keep to what the answer needs."
        )
    cells = tuple(_cells(raws))
    if sum(len(cell.source) for cell in cells) > _MOST_TEXT:
        raise SubmissionUnreadable(
            f"{name} has more than {_MOST_TEXT:,} characters in its cells.", "Keep data out of the cells."
        )
    return cells


def submission_from_notebook(data: bytes, name: str, path: Path, entry_points: Sequence[str]) -> Submission:
    """Make a submission of the cells that define the entry points, and of what these use of other cells.

    Parameters
    ----------
    data : bytes
        What the file holds.
    name : str
        How reports call it.
    path : Path
        Where it came from.
    entry_points : sequence of str
        What an exercise asks for; everything that a cell defines where it is empty.

    Returns
    -------
    Submission
        Python source, and the digest of it.

    Raises
    ------
    SubmissionUnreadable
        When it is no notebook, or when none of its cells defines an entry point.
    """
    return submission_from_cells(read_cells(data, str(path)), name, path, entry_points)


def submission_from_cells(
    cells: Iterable[Cell], name: str, path: Path | None, entry_points: Sequence[str]
) -> Submission:
    """Make a submission of cells that were read; see `submission_from_notebook`."""
    import hashlib

    title = str(path or name)
    code = [(cell.source, is_solution(cell)) for cell in cells if cell.kind is CellKind.CODE or is_solution(cell)]
    if not any(source.strip() for source, _ in code):
        raise SubmissionUnreadable(f"{title} has no code.", "Write the answer in a code cell, and save.")
    if sum(len(source) for source, _ in code) > _MOST_CODE:
        raise SubmissionUnreadable(
            f"{title} has more than {_MOST_CODE:,} characters of code.", "Keep data out of the code cells."
        )
    try:
        source = assemble(code, entry_points)
    except ValueError:
        raise SubmissionUnreadable(
            f"{title} has more than {MOST_STATEMENTS:,} statements.", "Remove the cells that the answer does not need."
        ) from None
    if source is None:
        wanted = " or ".join(f"`{name}`" for name in entry_points)
        raise SubmissionUnreadable(
            f"No code cell of {title} defines {wanted}.", "Keep the names of the stub, and save the notebook."
        )
    try:
        encoded = source.encode()
    except UnicodeEncodeError:
        raise SubmissionUnreadable(
            f"{title}: a cell cannot be written as UTF-8.", "Remove the stray surrogate."
        ) from None
    if b"\0" in encoded:
        raise SubmissionUnreadable(f"{title}: a cell holds a NUL byte.", "Remove it.")
    return Submission(name=name, source=source, sha256=hashlib.sha256(encoded).hexdigest(), path=path)


def is_stub(submission: Submission, stub: str) -> bool:
    """Tell whether what was read of a notebook is a stub in which nothing was written.

    Parameters
    ----------
    submission : Submission
        Of a notebook.
    stub : str
        Python source.
    """
    try:
        alone = assemble([(stub, True)], ())
    except ValueError:
        return False
    return alone is not None and _without_numbers(alone) == _without_numbers(submission.source)


def is_solution(cell: Cell) -> bool:
    """Tell whether a cell is the one in which the answer was to be written, whatever type it has by now."""
    return cell.grade_id == SOLUTION or cell.grade_id.startswith(f"{SOLUTION}_")


def _file(data: bytes, name: str) -> _File:
    if not data.strip():
        raise SubmissionUnreadable(f"{name} is empty.", _REMEDY)
    try:
        return msgspec.json.decode(data, type=_File)
    except msgspec.ValidationError:
        raise SubmissionUnreadable(f"{name} is JSON, but no notebook.", _REMEDY) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        fault: Exception = error
    # NaN in an output is no JSON, and yet Python writes it.
    if len(data) <= _MOST_SLOW and isinstance(fault, msgspec.DecodeError):
        try:
            return msgspec.json.decode(json.dumps(_without_outputs(json.loads(data))), type=_File)
        except (ValueError, RecursionError, MemoryError) as error:
            fault = error
    if any(line.startswith(_CONFLICT) for line in data.split(b"\n")):
        raise SubmissionUnreadable(
            f"{name} holds the marks of a merge that git could not do.",
            "Settle it, such as with `git checkout --ours`.",
        )
    where = f" at line {fault.lineno}" if isinstance(fault, json.JSONDecodeError) else ""
    raise SubmissionUnreadable(f"{name} is damaged: it is no JSON{where}.", _REMEDY)


def _without_outputs(loaded: object) -> object:
    """Return what was loaded with nothing of its cells but what is read."""
    cells = loaded.get("cells") if isinstance(loaded, dict) else None
    if not isinstance(cells, list):
        return loaded
    kept = ("cell_type", "source", "metadata")
    return {"cells": [{key: cell[key] for key in kept if key in cell} for cell in cells if isinstance(cell, dict)]}


def _cells(raws: Iterable[msgspec.Raw]) -> Iterator[Cell]:
    for raw in raws:
        cell = _decoded(raw, _Cell, None)
        if cell is None:
            continue
        kind = CellKind(cell.cell_type) if cell.cell_type in set(CellKind) else CellKind.RAW
        source = _text(cell.source if cell.source is not None else cell.input)
        if source is None:
            continue
        ours = _decoded(_decoded(cell.metadata, _Metadata, _Metadata()).nbgrader, _Nbgrader, _Nbgrader())
        yield Cell(kind, source, ours.grade_id if isinstance(ours.grade_id, str) else "")


def _decoded(raw: msgspec.Raw, kind: type[_T], otherwise: _U) -> _T | _U:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return otherwise


def _text(source: object) -> str | None:
    if source is None:
        return ""
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return None


def _without_numbers(source: str) -> list[str]:
    return [line for line in source.splitlines() if line.strip() and not line.startswith("# cell ")]
