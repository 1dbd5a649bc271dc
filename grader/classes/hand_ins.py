"""Everything that a class handed in, as it comes from a learning platform, learner by learner."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from grader.classes.answers import Answer, find_answers, opened
from grader.classes.roster import Learner, moment
from grader.errors import UsageError
from grader.intake import layout
from grader.intake.archive import Archive
from grader.intake.folder import UnreadableFile
from grader.intake.layout import GRADESCOPE_METADATA, Label
from grader.intake.place import FolderPlace, Leaf, is_junk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from grader.classes.roster import Roster
    from grader.intake.place import Place
    from grader.model import Exercise

    Open = Callable[[ExitStack], tuple[Place, list[tuple[str, Leaf]]]]

_MOST_METADATA: Final = 16 << 20


@dataclass(frozen=True, slots=True)
class HandIn:
    """What one learner handed in.

    Attributes
    ----------
    answers : tuple of Answer
        The attempts at an exercise from the first to the last.
    when : datetime or None
        When, where anybody trustworthy knows.
    is_marked_late : bool
        Whether the learning platform says that it came late; it may not say how late.
    notes : tuple of str
        What a teacher should know: files that were not read, and why.
    is_listed : bool
        Whether the learner is on the roster; true where there is none.
    """

    learner: Learner
    answers: tuple[Answer, ...]
    when: datetime | None = None
    is_marked_late: bool = False
    notes: tuple[str, ...] = ()
    is_listed: bool = True


@dataclass(slots=True)
class _Pile:
    """The parts of what one learner handed in."""

    learner: Learner
    is_listed: bool
    parts: list[Open] = field(default_factory=list)
    late: bool = False
    when: datetime | None = None


class _Piles:
    """Sorts parts by learner."""

    def __init__(self, roster: Roster | None) -> None:
        self._roster = roster
        self.found: dict[str, _Pile] = {}

    def add(self, label: Label, part: Open, email: str = "", when: datetime | None = None) -> None:
        known = self._roster.find(label.learner, label.name, email) if self._roster else None
        platform = label.learner if label.learner != label.name else ""
        learner = known or Learner(label.learner, label.name, email, platform=platform)
        pile = self.found.setdefault(learner.id, _Pile(learner, known is not None or self._roster is None))
        pile.parts.append(part)
        pile.late |= label.is_late
        pile.when = max(filter(None, (pile.when, when)), default=None)


def hand_ins(submissions: Path, exercises: Sequence[Exercise], roster: Roster | None = None) -> Iterator[HandIn]:
    """Yield what each learner handed in, in the order of their names; one at a time is in memory.

    Parameters
    ----------
    submissions : Path
        A folder of folders, of files with names in them, of cloned repositories; an archive of Moodle, Canvas or Gradescope,
        packed or not; one learner's checkout, zip, Python file or notebook.
    exercises : sequence of Exercise
        What was asked.
    roster : Roster, optional
        Who is who.

    Raises
    ------
    UsageError
        When it cannot be read at all.
    """
    piles = _Piles(roster)
    with ExitStack() as stack:
        if submissions.is_dir():
            _sort_folder(submissions, exercises, piles)
        elif submissions.suffix.lower() == ".zip":
            _sort_archive(submissions, exercises, piles, stack)
        elif submissions.is_file():
            _sort_file(submissions, exercises, piles)
        else:
            raise UsageError(f"{submissions} is no folder and no file.", "Name what the class handed in.")
        for pile in sorted(piles.found.values(), key=lambda pile: pile.learner.id.casefold()):
            yield _taken(pile, exercises)


def _taken(pile: _Pile, exercises: Sequence[Exercise]) -> HandIn:
    notes: list[str] = []
    with ExitStack() as stack:
        files = []
        for part in pile.parts:
            try:
                place, leaves = part(stack)
            except UnreadableFile as error:
                notes.append(str(error))
            else:
                files += opened(place, leaves, stack, notes)
        answers = tuple(find_answers(files, exercises, notes))
    stamps = [answer.when for answer in answers if answer.when is not None]
    when = pile.learner.submitted or pile.when or max(stamps, default=None)
    return HandIn(pile.learner, answers, when, pile.late, tuple(notes), pile.is_listed)


def _sort_folder(folder: Path, exercises: Sequence[Exercise], piles: _Piles) -> None:
    children = sorted(child for child in folder.iterdir() if not is_junk(child.name))
    metadata = {child.name: child for child in children}.get(GRADESCOPE_METADATA)
    if metadata is None and len(children) == 1 and (children[0] / GRADESCOPE_METADATA).is_file():
        _sort_folder(children[0], exercises, piles)
        return
    names = [f"{child.name}/" if child.is_dir() else child.name for child in children]
    if (folder / ".git").exists() or _is_one(names, exercises):
        piles.add(layout.of_folder(folder.absolute().name), partial(_folder_part, folder))
        return
    known = layout.submitters(_text(metadata.read_bytes()[:_MOST_METADATA])) if metadata is not None else {}
    clones = layout.without_prefix([child.name for child in children if (child / ".git").exists()])
    for child in children:
        if child.is_symlink() or child.is_dir():
            part: Open = partial(_folder_part, child)
            if child.name in known:
                _add_submitters(known[child.name], part, piles)
            else:
                piles.add(layout.of_folder(clones.get(child.name, child.name)), part)
        elif child.suffix.lower() in {".py", ".ipynb", ".zip"}:
            label = layout.of_file(child.name, [one.slug for one in exercises])
            piles.add(label, partial(_file_part, folder, child.name, label.file or child.name))


def _sort_archive(path: Path, exercises: Sequence[Exercise], piles: _Piles, stack: ExitStack) -> None:
    try:
        place = stack.enter_context(Archive.of_file(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}).", "Name what the class handed in.") from None
    except UnreadableFile as error:
        raise UsageError(f"{path} {error}.", "Download it anew.") from None
    leaves = [(leaf.path, leaf) for leaf in place.leaves()]
    for _ in range(2):  # a folder around everything, and one more
        tops = {name.partition("/")[0] for name, _ in leaves if "/" in name}
        flat = [name for name, _ in leaves if "/" not in name]
        if flat or len(tops) != 1 or layout.of_folder(next(iter(tops))).learner not in tops:
            break
        leaves = [(name.partition("/")[2], leaf) for name, leaf in leaves]
    if not leaves or _is_one([name for name, _ in leaves], exercises):
        own = [(name, _undated(leaf)) for name, leaf in leaves]
        piles.add(layout.of_folder(path.stem), partial(_given_part, place, own))
        return
    known: dict[str, list[layout.Submitter]] = {}
    for name, leaf in leaves:
        if name == GRADESCOPE_METADATA:
            known = layout.submitters(_text(place.read(leaf.path, _MOST_METADATA)))
    folders: dict[str, list[tuple[str, Leaf]]] = {}
    for name, leaf in leaves:
        top, slash, rest = name.partition("/")
        if slash:
            folders.setdefault(top, []).append((rest, leaf))
        elif name.lower().endswith((".py", ".ipynb", ".zip")):
            label = layout.of_file(name, [one.slug for one in exercises])
            one = leaf if "_assignsubmission_" in name else _undated(leaf)
            piles.add(label, partial(_given_part, place, [(label.file or name, one)]))
    for top, inner in folders.items():
        stamped = inner if "_assignsubmission_" in top else [(rest, _undated(leaf)) for rest, leaf in inner]
        part: Open = partial(_given_part, place, stamped)
        if top in known:
            _add_submitters(known[top], part, piles)
        else:
            piles.add(layout.of_folder(top), part)


def _sort_file(path: Path, exercises: Sequence[Exercise], piles: _Piles) -> None:
    label = layout.of_file(path.name, [one.slug for one in exercises])
    if label.learner in {one.slug for one in exercises}:  # one's own `iou.py`
        name = path.absolute().parent.name or label.learner
        label = Label(name, name, path.name)
    piles.add(label, partial(_file_part, path.absolute().parent, path.name, label.file or path.name))


def _add_submitters(people: Iterable[layout.Submitter], part: Open, piles: _Piles) -> None:
    for one in people:
        try:
            when = moment(one.created, GRADESCOPE_METADATA)
        except UsageError:
            when = None
        piles.add(Label(one.learner, one.name), part, one.email, when)


def _folder_part(folder: Path, stack: ExitStack) -> tuple[Place, list[tuple[str, Leaf]]]:
    try:
        place = stack.enter_context(FolderPlace(folder))
    except UsageError as error:
        raise UnreadableFile(error.message) from None
    return place, [(leaf.path, leaf) for leaf in place.leaves()]


def _file_part(folder: Path, name: str, called: str, stack: ExitStack) -> tuple[Place, list[tuple[str, Leaf]]]:
    try:
        return stack.enter_context(FolderPlace(folder)), [(called, Leaf(name))]
    except UsageError as error:
        raise UnreadableFile(error.message) from None


def _given_part(
    place: Place, leaves: list[tuple[str, Leaf]], _stack: ExitStack
) -> tuple[Place, list[tuple[str, Leaf]]]:
    return place, leaves


def _is_one(names: Sequence[str], exercises: Sequence[Exercise]) -> bool:
    """Tell whether these are the files of one learner: the stubs of a checkout, or files named after exercises."""
    own = {f"{one.slug}{end}" for one in exercises for end in (".py", ".ipynb")}
    return any(name in own or name.startswith("exercises/") for name in names)


def _undated(leaf: Leaf) -> Leaf:
    """Return a file without its time, which in most archives is that of the download or the learner's own word."""
    return Leaf(leaf.path, leaf.problem)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
