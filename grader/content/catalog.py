"""The catalogue: all tracks and exercises below one root."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.content.metadata import (
    EXERCISES,
    SOLUTIONS,
    TRACK_FILE,
    content_hash,
    expect_solutions,
    load_exercise,
    load_track,
    read_content,
)
from grader.content.question import QUESTIONS_FILE, load_questions
from grader.content.upstream import home
from grader.errors import ContentError, UnknownExercise, UsageError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.content.question import Question
    from grader.model import Exercise, Track

__all__ = [
    "EXERCISES",
    "Catalog",
    "content_hash",
    "expect_solutions",
    "find_packs",
    "find_root",
    "is_solution",
    "load_catalog",
    "load_exercise",
    "load_track",
    "open_catalog",
    "read_content",
]

ROOT_VARIABLE: Final = "KATA_ROOT"
PATH_VARIABLE: Final = "KATA_PATH"


def find_root(start: Path | None = None) -> Path:
    """Find the catalogue to work on.

    `KATA_ROOT` decides where it is set; otherwise the nearest folder upward that holds `exercises/<track>/track.toml`;
    otherwise the checkout that this package lies in. An installed package lies in none: exercises are not part of it.

    Parameters
    ----------
    start : Path, optional
        Where to look from; by default the current folder.

    Returns
    -------
    Path
        Folder that holds `exercises/` and `solutions/`.

    Raises
    ------
    UsageError
        When there is no catalogue.
    """
    named = os.environ.get(ROOT_VARIABLE)
    if named:
        root = Path(named).expanduser().absolute()
        if not _is_root(root):
            remedy = "Point it at a checkout of mlkata, or unset it."
            raise UsageError(f"{ROOT_VARIABLE} is {named}, which holds no {EXERCISES}/*/{TRACK_FILE}.", remedy)
        return root
    try:
        begin = (start or Path.cwd()).absolute()
    except FileNotFoundError:
        raise UsageError("The current folder was deleted.", "Change to a folder that exists.") from None
    for folder in (begin, *begin.parents, Path(__file__).absolute().parents[2]):
        if _is_root(folder):
            return folder
    raise UsageError(
        f"No exercises in {begin} or above, and none beside the installed grader.",
        f"They come with a checkout: `git clone {home() or 'ADDRESS'}`. Change into it, or set {ROOT_VARIABLE} to it.",
    )


def find_packs(root: Path) -> tuple[Path, ...]:
    """Return the folders that `KATA_PATH` names: more exercises, laid out as in a checkout.

    Parameters
    ----------
    root : Path
        The catalogue that they stand beside; it is none of them.

    Raises
    ------
    UsageError
        When one of them holds no exercises.
    """
    found = []
    for name in filter(None, os.environ.get(PATH_VARIABLE, "").split(os.pathsep)):
        pack = Path(name).expanduser().absolute()
        if not _is_root(pack):
            remedy = f"Separate folders by {os.pathsep!r}; each holds exercises/ and solutions/."
            raise UsageError(f"{PATH_VARIABLE} names {name}, which holds no {EXERCISES}/*/{TRACK_FILE}.", remedy)
        if pack != root and pack not in found:
            found.append(pack)
    return tuple(found)


def open_catalog(root: Path | None = None) -> Catalog:
    """Read the catalogue to work on, together with the packs that `KATA_PATH` names.

    Parameters
    ----------
    root : Path, optional
        Folder that holds `exercises/` and `solutions/`; found as `find_root` does by default.

    Raises
    ------
    UsageError
        When there is no catalogue, or a pack is none.
    ContentError
        When a track file is broken, or something exists twice.
    """
    found = find_root() if root is None else root
    return load_catalog(found, find_packs(found))


def load_catalog(root: Path, packs: Sequence[Path] = ()) -> Catalog:
    """Read every track file and note where the exercises lie.

    Exercise files are read when they are asked for: one broken exercise does not stop another from being graded.

    Parameters
    ----------
    root : Path
        Folder that holds `exercises/` and `solutions/`.
    packs : sequence of Path, optional
        More such folders, whose exercises stand beside those of the first.

    Returns
    -------
    Catalog
        Tracks in order.

    Raises
    ------
    ContentError
        When a track file is broken, two tracks have one name, or two hold the same slug.
    """
    tracks: list[Track] = []
    places: dict[str, Path] = {}
    folders: dict[str, Path] = {}
    for folder in (folder for place in (root, *packs) for folder in _subfolders(place / EXERCISES)):
        if folder.name in places:
            raise ContentError(
                f"{folder}: the track {folder.name!r} exists twice; also {places[folder.name]}.",
                "Rename one of the folders.",
            )
        places[folder.name] = folder
        tracks.append(load_track(folder))
        for exercise in _subfolders(folder):
            if exercise.name in folders:
                raise ContentError(
                    f"{exercise}: the slug {exercise.name!r} exists twice; also {folders[exercise.name]}.",
                    "Rename one of the folders and its files.",
                )
            folders[exercise.name] = exercise
    tracks.sort(key=lambda track: (track.order, track.name))
    return Catalog(root, tuple(tracks), folders, tuple(packs))


@dataclass(frozen=True)
class Catalog:
    """All tracks and exercises below one root.

    Attributes
    ----------
    root : Path
        Folder that holds `exercises/` and `solutions/`.
    tracks : tuple of Track
        In the order a learner takes them.
    folders : dict of str to Path
        Folder of every exercise by slug, listed by its track or not.
    packs : tuple of Path
        Folders of more exercises, each laid out as the first.
    """

    root: Path
    tracks: tuple[Track, ...]
    folders: dict[str, Path] = field(repr=False)
    packs: tuple[Path, ...] = ()

    @property
    def roots(self) -> tuple[Path, ...]:
        """All folders that hold exercises and their solutions; what no worker may read."""
        return (self.root, *self.packs)

    def track_folder(self, name: str) -> Path:
        """Return the folder of a track."""
        places = (root / EXERCISES / name for root in self.roots)
        return next((place for place in places if place.is_dir()), self.root / EXERCISES / name)

    @cached_property
    def exercises(self) -> tuple[Exercise, ...]:
        """Every exercise, in the order of its track.

        Raises
        ------
        ContentError
            When any exercise is broken, or a track and its folders disagree.
        """
        return tuple(exercise for track in self.tracks for exercise in self.in_track(track.name))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every discussion question, in the order of the tracks.

        Raises
        ------
        ContentError
            When a file of questions is broken, or two tracks use one name.
        """
        found: dict[str, Question] = {}
        for track in self.tracks:
            folder = self.track_folder(track.name)
            for question in load_questions(folder):
                if question.id in found:
                    raise ContentError(
                        f"{folder / QUESTIONS_FILE}: the question {question.id!r} is also in {found[question.id].track}.",
                        "Rename one of them.",
                    )
                found[question.id] = question
        return tuple(found.values())

    @property
    def slugs(self) -> tuple[str, ...]:
        """Slugs that the tracks list, in order."""
        return tuple(slug for track in self.tracks for slug in track.exercises)

    def track(self, name: str) -> Track:
        """Return a track by its name.

        Raises
        ------
        UsageError
            When there is none of that name.
        """
        for track in self.tracks:
            if track.name == name:
                return track
        known = [track.name for track in self.tracks]
        remedy = did_you_mean(name, known) or f"Tracks: {', '.join(known)}."
        raise UsageError(f"There is no track named {name!r}.", remedy)

    def in_track(self, name: str) -> tuple[Exercise, ...]:
        """Return the exercises of a track in order.

        Raises
        ------
        UsageError
            When there is no such track.
        ContentError
            When one of them is broken, or the track and its folders disagree.
        """
        track = self.track(name)
        path = self.track_folder(name) / TRACK_FILE
        for folder in _subfolders(path.parent):
            if folder.name not in track.exercises:
                raise ContentError(
                    f"{path}: `exercises` does not list the folder {folder.name!r}.",
                    did_you_mean(folder.name, track.exercises) or "Add it to the list, or remove the folder.",
                )
        return tuple(self.exercise(slug) for slug in track.exercises)

    def exercise(self, slug: str) -> Exercise:
        """Return an exercise by its slug.

        Raises
        ------
        UnknownExercise
            When there is none of that slug.
        ContentError
            When it is broken.
        """
        folder = self.folders.get(slug)
        if folder is not None:
            return load_exercise(folder)
        for track in self.tracks:
            if slug in track.exercises:
                path = self.track_folder(track.name) / TRACK_FILE
                raise ContentError(
                    f"{path}: `exercises` lists {slug!r}, which has no folder.",
                    did_you_mean(slug, self.folders)
                    or f"Run `kata new {track.name}/{slug}`, or remove it from the list.",
                )
        remedy = did_you_mean(slug, {*self.folders, *self.slugs}) or "See `kata list`."
        raise UnknownExercise(f"There is no exercise named {slug!r}.", remedy)


def is_solution(root: Path, path: Path) -> bool:
    """Tell whether a file is one of ours, so that grading it says nothing about a learner."""
    return path.resolve().is_relative_to((root / SOLUTIONS).resolve())


def _is_root(folder: Path) -> bool:
    try:
        return any(folder.glob(f"{EXERCISES}/*/{TRACK_FILE}"))
    except OSError:
        return False


def _subfolders(folder: Path) -> list[Path]:
    """List the folders in a folder by name, without caches and hidden ones."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.name[0] not in "._" and entry.is_dir())
    except OSError as error:
        raise ContentError(
            f"{folder}: cannot be listed ({error.strerror}).", "Restore the folder or its permissions."
        ) from None
    return [folder / name for name in names]
