"""Who handed in what, told from names alone: those of Moodle, Canvas, Gradescope, GitHub Classroom, and of people."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOODLE: Final = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)", re.DOTALL)
_CANVAS: Final = re.compile(r"(?P<name>[^_]+)_(?P<late>LATE_)?(?P<id>\d+)_\d+_(?P<rest>.+)", re.DOTALL)
_GRADESCOPE: Final = re.compile(r"submission_(?P<id>\d+)")
_AGAIN: Final = re.compile(r"(?P<stem>.+?)(?:-(?P<dash>\d{1,3})| ?\((?P<number>\d{1,3})\))")
_ENDS: Final = (".py", ".ipynb", ".zip")
GRADESCOPE_METADATA: Final = "submission_metadata.yml"


@dataclass(frozen=True, slots=True)
class Label:
    """What the name of a file or a folder says.

    Attributes
    ----------
    learner : str
        The most certain name of the learner: a number of the learning platform where there is one.
    name : str
        What a person would call the learner.
    file : str
        The name that the learner gave the file; empty for a folder.
    is_late : bool
        Whether the platform says that it came late.
    """

    learner: str
    name: str
    file: str = ""
    is_late: bool = False


def of_folder(name: str) -> Label:
    """Return what the name of a learner's folder says."""
    moodle = _MOODLE.fullmatch(name)
    if moodle:
        return Label(moodle["id"], moodle["name"])
    return Label(name, name)


def of_file(name: str, slugs: Sequence[str]) -> Label:
    """Return what the name of a file says that lies beside those of other learners.

    Parameters
    ----------
    name : str
        Such as `doejane_LATE_17_203_iou-1.py`, `Jane Doe_17_assignsubmission_file_iou.py`, `jane_iou.py`, `jane.zip`.
    slugs : sequence of str
        The exercises of the assignment.
    """
    moodle = _MOODLE.fullmatch(name)
    if moodle:
        return Label(moodle["id"], moodle["name"], moodle["rest"])
    canvas = _CANVAS.fullmatch(name)
    if canvas:
        return Label(canvas["id"], canvas["name"], canvas["rest"], is_late=canvas["late"] is not None)
    stem, end = _split(name)
    for slug in sorted(slugs, key=len, reverse=True):
        found = re.fullmatch(rf"(?P<before>.+)[-_ .]{re.escape(slug)}|{re.escape(slug)}[-_ .](?P<after>.+)", stem)
        if found:
            learner = found["before"] or found["after"]
            return Label(learner, learner, f"{slug}{end}")
    return Label(stem, stem, name)


def gradescope_id(folder: str) -> str:
    """Return the number of a folder of Gradescope's, empty for another."""
    found = _GRADESCOPE.fullmatch(folder)
    return found["id"] if found else ""


def without_prefix(names: Sequence[str]) -> dict[str, str]:
    """Return the names of cloned repositories without what all begin with, `boxes-jane` and `boxes-joe` as jane and joe."""
    shared = os.path.commonprefix(list(names)) if len(names) > 1 else ""  # noqa: RUF071  these are names, not paths
    cut = shared.rfind("-") + 1
    return {name: name[cut:] or name for name in names}


def attempt_of(name: str) -> tuple[str, int]:
    """Return a file's name without the number that a platform or a browser gave it, and the number: `iou-1.py`, `iou (2).py`."""
    stem, end = _split(name)
    found = _AGAIN.fullmatch(stem)
    return (f"{found['stem']}{end}", int(found["dash"] or found["number"])) if found else (name, 0)


def _split(name: str) -> tuple[str, str]:
    stem, dot, end = name.rpartition(".")
    return (stem, dot + end) if dot and (dot + end).lower() in _ENDS else (name, "")


@dataclass(frozen=True, slots=True)
class Submitter:
    """One learner of a submission of Gradescope's.

    Attributes
    ----------
    created : str
        When it was made, as the platform writes it; empty where it does not say.
    """

    learner: str
    name: str
    email: str
    created: str


def submitters(text: str) -> dict[str, list[Submitter]]:
    """Return who is behind each folder of an export of Gradescope's.

    Parameters
    ----------
    text : str
        Its `submission_metadata.yml`. Only the keys that are needed are looked for, line by line; the rest may be anything.

    Returns
    -------
    dict of str to list of Submitter
        By name of the folder.
    """
    found: dict[str, list[dict[str, str]]] = {}
    created: dict[str, str] = {}
    folder = ""
    for line in text.splitlines():
        top = re.fullmatch(r"(submission_\d+):\s*", line)
        if top:
            folder = top[1]
            found[folder] = []
            continue
        entry = re.fullmatch(r"(\s+)(- )?:?(name|sid|email|created_at):\s*(.*?)\s*", line)
        if not entry or not folder:
            continue
        key, value = entry[3], _unquoted(entry[4])
        if key == "created_at":
            if len(entry[1]) <= 2:  # those deeper belong to earlier attempts
                created[folder] = value
        else:
            if entry[2] or not found[folder]:
                found[folder].append({})
            found[folder][-1].setdefault(key, value)
    return {
        folder: [
            Submitter(
                learner=one.get("sid") or one.get("email") or one.get("name", ""),
                name=one.get("name", ""),
                email=one.get("email", ""),
                created=created.get(folder, ""),
            )
            for one in rows
            if one.get("sid") or one.get("email") or one.get("name")
        ]
        for folder, rows in found.items()
    }


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
