"""Planted mistakes: what `mutants.toml` lists, and the text that each one makes of the reference.

::

    solutions/<track>/<slug>/mutants.toml   edits of the reference or of another right solution, or a whole function
    solutions/<track>/<slug>/mutants/       whole files, only where everything differs
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING, Final

from grader.content.metadata import expect_format, read_content
from grader.content.toml_table import Table, read_table
from grader.errors import ContentError, did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model import Exercise

_SHOWN: Final = 90
# What a learner's slip raises, unlike a mistake of the algorithm.
ACCIDENTS: Final = ("TypeError", "NameError", "ImportError", "AttributeError")


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of the reference, which stands there exactly once, and what takes its place."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A deliberately wrong solution, told by how it differs from the reference.

    Attributes
    ----------
    name : str
        Unique among the mutants of an exercise.
    mistake : str
        What is wrong with it, one sentence; shown to a learner as the diagnosis.
    caught_by : tuple of str
        Hidden tests that must each reject it.
    core : bool
        Whether it is a mistake of the algorithm rather than of the fine print.
    dies_of : str
        Name of the exception that every rejecting case may meet, such as `TypeError`; empty where none may.
    of : str
        Name of the file in `alternatives/` that is changed; empty for the reference.
    edits : tuple of Edit
        Changes of the reference.
    replaces : str
        Name of the function or class of the reference, or `Class.method`, that `new` replaces.
    new : str
        Source that takes its place.
    file : str
        Name of a whole file in `mutants/`.
    """

    name: str
    mistake: str
    caught_by: tuple[str, ...]
    core: bool = False
    dies_of: str = ""
    of: str = ""
    edits: tuple[Edit, ...] = ()
    replaces: str = ""
    new: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Survivor:
    """An automatic mutant that no test can reject, and why."""

    mutation: str
    reason: str


@dataclass(frozen=True, slots=True)
class Mutants:
    """What `mutants.toml` says.

    Attributes
    ----------
    planted : tuple of Mutant
        Mistakes written by hand.
    survivors : tuple of Survivor
        Automatic mutants that are equivalent to the reference.
    """

    planted: tuple[Mutant, ...]
    survivors: tuple[Survivor, ...]


def load_mutants(exercise: Exercise) -> Mutants:
    """Read the planted mistakes and the justified survivors of an exercise.

    Parameters
    ----------
    exercise : Exercise
        Whose `mutants.toml` to read.

    Returns
    -------
    Mutants
        In the order of the file.

    Raises
    ------
    ContentError
        When the file is missing or breaks a rule.
    """
    table = read_table(exercise.mutants_path)
    expect_format(table)
    planted = tuple(_mutant(item) for item in table.tables("mutants"))
    survivors = tuple(_survivor(item) for item in table.tables("survivors"))
    table.no_more()
    names = [mutant.name for mutant in planted]
    for name in names:
        if names.count(name) > 1:
            raise ContentError(f"{exercise.mutants_path}: two mutants are named {name!r}.", "Rename one.")
    return Mutants(planted, survivors)


def mutated(exercise: Exercise, mutant: Mutant) -> str:
    """Return the source of a wrong solution.

    Parameters
    ----------
    exercise : Exercise
        Whose reference is edited.
    mutant : Mutant
        How it differs from the reference.

    Returns
    -------
    str
        A whole module.

    Raises
    ------
    ContentError
        When an edit is stale or ambiguous, or a file is missing.
    """
    if mutant.file:
        return read_content(exercise.mutants_folder / mutant.file)
    base = read_content(exercise.alternatives_folder / mutant.of if mutant.of else exercise.reference_path)
    where = f"{exercise.mutants_path}: mutant {mutant.name!r}"
    return _replaced(base, mutant, where) if mutant.replaces else _edited(base, mutant, where)


def _edited(base: str, mutant: Mutant, where: str) -> str:
    spans = []
    for edit in mutant.edits:
        times = base.count(edit.old)
        if times != 1:
            shown = shorten(edit.old, _SHOWN, placeholder=" …")
            how = (
                f"no longer stands in {_called(mutant)}" if times == 0 else f"stands in {_called(mutant)} {times} times"
            )
            remedy = "Write it as it stands there now." if times == 0 else "Take more of the text along."
            raise ContentError(f"{where}: `{shown}` {how}.", remedy)
        start = base.index(edit.old)
        spans.append((start, start + len(edit.old), edit.new))
    pieces, place = [], 0
    for start, end, new in sorted(spans):
        if start < place:
            raise ContentError(f"{where}: two edits overlap.", "Make one of them.")
        pieces += [base[place:start], new]
        place = end
    return "".join(pieces) + base[place:]


def _replaced(base: str, mutant: Mutant, where: str) -> str:
    node = _definition(ast.parse(base), mutant.replaces)
    if node is None:
        names = [item.name for item in ast.parse(base).body if isinstance(item, (ast.FunctionDef, ast.ClassDef))]
        remedy = did_you_mean(mutant.replaces, names) or f"It defines {', '.join(names)}."
        raise ContentError(f"{where}: {_called(mutant)} has no {mutant.replaces}.", remedy)
    lines = base.splitlines(keepends=True)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return "".join(lines[: first - 1]) + mutant.new.rstrip("\n") + "\n" + "".join(lines[node.end_lineno :])


def _called(mutant: Mutant) -> str:
    return mutant.of or "the reference"


def _definition(tree: ast.Module | ast.ClassDef, name: str) -> ast.FunctionDef | ast.ClassDef | None:
    head, _, rest = name.partition(".")
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == head:
            if not rest:
                return node
            return _definition(node, rest) if isinstance(node, ast.ClassDef) else None
    return None


def _mutant(table: Table) -> Mutant:
    mutant = Mutant(
        name=table.text("name"),
        mistake=table.text("mistake"),
        caught_by=table.texts("caught_by", default=None),
        core=table.flag("core"),
        dies_of=table.text("dies_of", default=""),
        of=table.text("of", default=""),
        edits=tuple(_edit(item) for item in table.tables("edits")),
        replaces=table.text("replaces", default=""),
        new=table.text("new", default=""),
        file=table.text("file", default=""),
    )
    table.no_more()
    if not mutant.name.isidentifier():
        raise table.error("name", f"is {mutant.name!r}", "Use letters, digits and underscores.")
    if bool(mutant.edits) + bool(mutant.replaces) + bool(mutant.file) != 1:
        raise table.error(
            "edits", "does not stand alone", "Give `edits`, or `replaces` and `new`, or `file`: one of them."
        )
    if bool(mutant.replaces) != bool(mutant.new):
        raise table.error("new", "and `replaces` go together", "Give both, or neither.")
    if mutant.file and (not mutant.file.endswith(".py") or "/" in mutant.file or mutant.file.startswith(".")):
        raise table.error("file", f"is {mutant.file!r}", "Write the plain name of a .py file in mutants/.")
    if mutant.of and (mutant.file or not mutant.of.endswith(".py") or "/" in mutant.of or mutant.of.startswith(".")):
        raise table.error(
            "of", f"is {mutant.of!r}", "Write the plain name of a .py file in alternatives/, with `edits`."
        )
    if mutant.dies_of and mutant.dies_of not in ACCIDENTS:
        raise table.error("dies_of", f"is {mutant.dies_of!r}", f"Use one of: {', '.join(ACCIDENTS)}.")
    return mutant


def _edit(table: Table) -> Edit:
    edit = Edit(old=table.text("old"), new=table.raw("new"))
    table.no_more()
    return edit


def _survivor(table: Table) -> Survivor:
    survivor = Survivor(mutation=table.text("mutation"), reason=table.text("reason"))
    table.no_more()
    return survivor


def whole_files(folder: Path) -> list[Path]:
    """Return the whole files of wrong solutions by name; none where there is no folder."""
    return sorted(folder.glob("*.py"))
