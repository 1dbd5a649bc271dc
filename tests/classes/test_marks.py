"""`kata marks` as a lecturer types it: every layout, every malformed hand-in, what is written."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from grader.classes.assignment import Late, load_assignment
from grader.content.catalog import load_catalog
from grader.errors import ContentError
from grader.practice.stub_file import pristine_stub
from tests.support.shell import Shell
from tests.support.toys import RIGHT, WRONG, copy_toys

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.shell import Done

ASSIGNMENT = """format = 1
title = "Numbers"
seed = 7
level = "full"
feedback = "{feedback}"
attempts = "{attempts}"
{more}
[[exercises]]
slug = "halve"
points = 10
[[exercises]]
slug = "add"
points = 5
"""
ADD = "def add(a, b):\n    return a + b\n\n\ndef subtract(a, b):\n    return a - b\n"


class Class:
    """A checkout, an assignment of two exercises worth 15 points, and a folder for hand-ins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kata = Shell(copy_toys(folder), folder / "home")
        for exercise in load_catalog(self.kata.root).exercises:
            exercise.stub_path.write_bytes(pristine_stub(exercise))
        self.handed = folder / "handed"
        self.handed.mkdir()
        self.out = folder / "out"
        self.write()

    def write(self, feedback: str = "hints", attempts: str = "last", more: str = "") -> None:
        """Write the assignment."""
        text = ASSIGNMENT.format(feedback=feedback, attempts=attempts, more=more)
        (self.folder / "assignment.toml").write_text(text, encoding="utf-8")

    def hand_in(self, files: dict[str, str | bytes]) -> None:
        """Put files into the folder of hand-ins."""
        for path, content in files.items():
            target = self.handed / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)

    def marks(self, *arguments: str, source: Path | None = None) -> Done:
        """Run `kata marks`."""
        return self.kata(
            "marks", str(self.folder / "assignment.toml"), str(source or self.handed), "--output", str(self.out), *arguments
        )  # fmt: skip

    def table(self, name: str = "marks.csv") -> list[dict[str, str]]:
        """Return a CSV that was written."""
        return list(csv.DictReader(io.StringIO((self.out / name).read_text(encoding="utf-8"))))

    def points(self) -> dict[str, str]:
        """Return the points of each learner."""
        return {row["learner"]: row["points"] for row in self.table()}


@pytest.fixture
def course(tmp_path: Path) -> Class:
    """A class of its own for each test."""
    return Class(tmp_path)


def packed(files: dict[str, str | bytes], **how: Any) -> bytes:
    """Return a zip."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", **how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def linked() -> bytes:
    """Return a zip with links and devices in the place of files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, kind in (("halve.py", 0o120777), ("add.py", 0o020666)):
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = kind << 16
            archive.writestr(info, "/etc/passwd")
    return data.getvalue()


def doubled() -> bytes:
    """Return a zip with one name twice."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("halve.py", RIGHT)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("halve.py", WRONG)
    return data.getvalue()


def locked() -> bytes:
    """Return a zip whose file claims to be encrypted."""
    data = bytearray(packed({"halve.py": RIGHT}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def notebook(*sources: str) -> bytes:
    """Return a notebook with cells of code."""
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


TITLE = "Half of minus three is rounded down."  # of the case that WRONG fails
# Each hand-in, its points of 15, and what the teacher reads of it.
MALFORMED: dict[str, tuple[dict[str, str | bytes], str, str]] = {
    "all_right": ({"halve.py": RIGHT, "add.py": ADD}, "15", ""),
    "one_of_two": ({"halve.py": RIGHT}, "10", ""),
    "half_right": ({"halve.py": WRONG}, "5", ""),
    "untouched": ({"exercises/numbers/halve/halve.py": "STUB"}, "0", "halve: The stub was not changed."),
    "empty_file": ({"halve.py": ""}, "0", ""),
    "only_a_note": ({"readme.txt": "I was ill."}, "0", "nothing that answers an exercise was found"),
    "syntax": ({"halve.py": "def halve(n:\n"}, "0", ""),
    "hangs_on_import": ({"halve.py": "while True: pass\n"}, "0", ""),
    "exits": ({"halve.py": "import os\nos._exit(0)\n"}, "0", ""),
    "nul": ({"halve.py": b"def halve(n):\0"}, "0", "halve: halve.py: line 1 holds a NUL byte."),
    "utf16": ({"halve.py": RIGHT.encode("utf-16")}, "0", "NUL byte"),
    "bom": ({"halve.py": b"\xef\xbb\xbf" + RIGHT.encode()}, "10", ""),
    "latin": ({"halve.py": b"# \xe9\n" + RIGHT.encode()}, "0", "line 1 is not valid utf-8"),
    "huge": ({"halve.py": "#" * (2 << 20)}, "0", "halve.py has more than 1,048,576 bytes"),
    "other_name": ({"homework.py": RIGHT + ADD}, "15", ""),
    "capitals": ({"Halve.PY": RIGHT}, "10", ""),
    "downloaded_twice": ({"halve (1).py": WRONG, "halve (2).py": RIGHT}, "10", ""),
    "beside_the_stub": ({"exercises/numbers/halve/halve.py": "STUB", "halve.py": RIGHT}, "10", ""),
    "fork": ({"exercises/numbers/halve/halve.py": "STUB", "solutions/numbers/halve/halve.py": RIGHT}, "0", "not changed"),
    "zip": ({"work.zip": packed({"hw/halve.py": RIGHT})}, "10", ""),
    "nested": ({"a.zip": packed({"b.zip": packed({"c.zip": packed({"halve.py": RIGHT})})})}, "10", ""),
    "too_nested": (
        {"a.zip": packed({"b.zip": packed({"c.zip": packed({"d.zip": packed({"halve.py": RIGHT})})})})}, "0", "3 archives, one in the other",
    ),
    "outside": ({"a.zip": packed({"../../halve.py": RIGHT, "/add.py": ADD})}, "0", "has a name that leads out of the archive"),
    "links": ({"a.zip": linked()}, "0", "halve.py is a link"),
    "twice": ({"a.zip": doubled()}, "0", "more than once, with different contents"),
    "clash": ({"a.zip": packed({"halve.py": RIGHT, "HALVE.py": WRONG})}, "10", "only in capital letters"),
    "encrypted": ({"a.zip": locked()}, "0", "is encrypted"),
    "lzma": ({"a.zip": packed({"halve.py": RIGHT}, compression=zipfile.ZIP_LZMA)}, "0", "a method that is not read"),
    "bomb": ({"a.zip": packed({"halve.py": b" " * (300 << 20)}, compression=zipfile.ZIP_DEFLATED)}, "0", "1,048,576 bytes"),
    "damaged": ({"a.zip": packed({"halve.py": RIGHT})[:40]}, "0", "is no zip that can be read"),
    "rar": ({"work.rar": b"Rar!"}, "0", "is an archive of a kind that is not read"),
    "notebook": ({"halve.ipynb": notebook("print('my work')", RIGHT)}, "10", ""),
    "notebook_other_name": ({"week 3.ipynb": notebook("%matplotlib inline", RIGHT, ADD)}, "15", ""),
    "notebook_damaged": ({"halve.ipynb": notebook(RIGHT)[:60]}, "0", "halve.ipynb is damaged"),
    "notebook_without_answer": ({"halve.ipynb": notebook("x = 1")}, "0", "No code cell of halve.ipynb defines `halve`."),
    "mac": ({"a.zip": packed({"__MACOSX/._halve.py": b"\0", "halve.py": RIGHT})}, "10", ""),
}  # fmt: skip


def test_every_malformed_hand_in_has_its_marks(course: Class) -> None:
    """Each strange hand-in gets its points of the same 15, the teacher reads why, and none disturbs another."""
    stub = pristine_stub(load_catalog(course.kata.root).exercise("halve"))
    for learner, (files, _, _) in MALFORMED.items():
        course.hand_in({f"{learner}/{path}": stub if content == "STUB" else content for path, content in files.items()})
    (course.handed / "nothing").mkdir()
    (course.handed / "linked").symlink_to(course.kata.root)
    (course.handed / "piped").mkdir()
    (course.handed / "piped" / "halve.py").symlink_to("/dev/zero")
    before = sorted(path.name for path in course.folder.iterdir())
    done = course.marks("-j", "2")
    table = {row["learner"]: row for row in course.table()}

    assert done.code == 1  # of some there was nothing to grade
    assert {row["max_points"] for row in table.values()} == {"15"}
    assert {one: table[one]["points"] for one in MALFORMED} == {
        one: points for one, (_, points, _) in MALFORMED.items()
    }
    for learner, (_, _, told) in MALFORMED.items():
        assert told in table[learner]["notes"], learner
    assert table["nothing"]["points"] == table["linked"]["points"] == table["piped"]["points"] == "0"
    assert "halve.py is no regular file" in table["piped"]["notes"]
    assert "0 of 15  nothing" in done.out
    assert sorted({*(path.name for path in course.folder.iterdir())} - {"out", "home"}) == sorted({*before} - {"home"})


def test_an_archive_of_a_hundred_thousand_files(course: Class) -> None:
    """A zip of 100,000 files is looked through like any other."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for number in range(100_000):
            archive.writestr(f"d/{number}", "")
        archive.writestr("d/halve.py", RIGHT)
    course.hand_in({"jane.zip": data.getvalue()})
    course.marks()

    assert course.points() == {"jane": "10"}


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(
    ("files", "points"),
    [
        ({"jane/halve.py": RIGHT, "joe/sub/add.py": ADD}, {"jane": "10", "joe": "5"}),
        (
            {
                "Jane Doe_17_assignsubmission_file_/halve.py": RIGHT,
                "Jörg Ott_18_assignsubmission_file_/work.zip": packed({"add.py": ADD}),
            },
            {"17": "10", "18": "5"},
        ),
        (
            {"Jane Doe_17_assignsubmission_file_halve.py": RIGHT, "Joe Ott_18_assignsubmission_file_add.py": ADD},
            {"17": "10", "18": "5"},
        ),
        (
            {"doejane_101_900_halve.py": WRONG, "doejane_101_901_halve-1.py": RIGHT, "ottjoe_LATE_102_902_add.py": ADD},
            {"101": "10", "102": "5"},
        ),
        (
            {
                "assignment_5_export/submission_1/halve.py": RIGHT,
                "assignment_5_export/submission_2/add.py": ADD,
                "assignment_5_export/submission_metadata.yml": (
                    "---\nsubmission_1:\n  :submitters:\n  - :name: Jane Doe\n    :sid: 's1'\n    :email: jane@example.org\n"
                    "  - :name: Jo Pair\n    :sid: s3\n    :email: jo@example.org\n  :created_at: 2026-09-30 10:00:00 Z\n"
                    "submission_2:\n  :submitters:\n  - :name: Joe Ott\n    :sid: s2\n    :email: joe@example.org\n"
                ),
            },
            {"s1": "10", "s2": "5", "s3": "10"},
        ),
        ({"jane_halve.py": RIGHT, "add-joe.py": ADD, "jane_add.py": ADD}, {"jane": "15", "joe": "5"}),
        ({"jane.zip": packed({"halve.py": RIGHT}), "joe.py": ADD}, {"jane": "10", "joe": "5"}),
    ],
    ids=["folders", "moodle", "moodle-flat", "canvas", "gradescope", "names", "files"],
)  # fmt: skip
def test_layouts(files: dict[str, str | bytes], points: dict[str, str], as_zip: bool, course: Class) -> None:
    """Every layout of a learning platform gives each learner their marks, packed and unpacked."""
    if as_zip:
        source = course.folder / "export.zip"
        source.write_bytes(packed(files))
        course.marks(source=source)
    else:
        course.hand_in(files)
        course.marks()

    assert course.points() == points


def test_clones_of_a_classroom(course: Class) -> None:
    """Cloned repositories are named after their owners; what all names begin with is left out."""
    for name in ("numbers-jane", "numbers-joe"):
        course.hand_in({f"{name}/exercises/numbers/halve/halve.py": RIGHT, f"{name}/.git/HEAD": "ref"})
    course.marks()

    assert course.points() == {"jane": "10", "joe": "10"}


@pytest.mark.parametrize("name", ["halve.py", "jane.zip"])
def test_a_single_learner(name: str, course: Class) -> None:
    """One Python file, one zip or one checkout is a class of one."""
    source = course.folder / "jane" / name
    source.parent.mkdir()
    source.write_bytes(RIGHT.encode() if name.endswith(".py") else packed({"halve.py": RIGHT}))

    assert course.marks(source=source).code == 0
    assert course.points() == {"jane": "10"}


def test_an_empty_class_is_red(course: Class) -> None:
    """An empty folder is 0 of the full points for everybody on the roster, and exit code 1, also without a roster."""
    roster = course.folder / "class.csv"
    roster.write_text("id,name,email\ns1,Jane Doe,jane@example.org\ns2,=Joe(),joe@example.org\n", encoding="utf-8")
    done = course.marks("--roster", str(roster))

    assert done.code == 1
    assert "0 of 15  s1" in done.out
    assert [(row["learner"], row["name"], row["points"], row["max_points"]) for row in course.table()] == [
        ("s1", "Jane Doe", "0", "15"), ("s2", "'=Joe()", "0", "15"),
    ]  # fmt: skip
    assert course.marks("--resume").code == 1
    assert course.marks("--resume", "--fail-on", "never").code == 0


def test_the_roster_knows_people_by_any_name(course: Class) -> None:
    """Names of Moodle, Canvas and GitHub find their learner; who is missing has 0, who is not listed is said to be."""
    roster = course.folder / "class.csv"
    roster.write_text(
        "Student ID;First name;Surname;Email address;github\n"
        "s1;Jane;Doe;jane@example.org;\ns2;Jörg;Ott;joerg@example.org;\ns3;Ann;Lee;ann@example.org;annlee\ns4;No;Show;;\n",
        encoding="utf-8",
    )
    course.hand_in({
        "Jane Doe_17_assignsubmission_file_/halve.py": RIGHT,
        "ottjorg_102_902_add.py": ADD,
        "AnnLee/halve.py": WRONG,
        "stranger/halve.py": RIGHT,
    })  # fmt: skip
    course.marks("--roster", str(roster), "--lms", "canvas", "--lms", "moodle")
    notes = {row["learner"]: row["notes"] for row in course.table()}

    assert course.points() == {"s1": "10", "s2": "5", "s3": "5", "s4": "0", "stranger": "10"}
    assert notes["s4"] == "handed nothing in"
    assert "is not on the roster" in notes["stranger"]
    canvas = course.table("canvas.csv")
    assert [row["Numbers"] for row in canvas] == ["15", "10", "5", "5", "0", "10"]
    assert course.table("moodle.csv")[0]["Grade"] == "10"


def test_late_work_loses_what_the_policy_says(course: Class) -> None:
    """A roster's time counts: an hour late is a day, a week late is worth nothing, an extension moves the date."""
    late = "[late]\npercent_per_day = 20\nmost_days = 3"
    course.write(more=f"due = 2026-10-01T12:00:00+00:00\n{late}")
    roster = course.folder / "class.csv"
    roster.write_text(
        "id,submitted,due\na,2026-10-01T11:00Z,\nb,2026-10-01T13:00Z,\nc,2026-10-08T13:00Z,\nd,2026-10-08T13:00Z,2026-10-09T00:00Z\ne,,\n",
        encoding="utf-8",
    )
    course.hand_in({f"{one}/halve.py": RIGHT for one in "abcde"})
    course.marks("--roster", str(roster))

    assert course.points() == {"a": "10", "b": "8", "c": "0", "d": "10", "e": "10"}
    assert "nobody knows when" in course.table()[4]["notes"]
    assert Late().factor(11) == 0.0


def test_best_attempt_counts_where_the_assignment_says_so(course: Class) -> None:
    """With `attempts = "best"` an earlier and better hand-in counts, else the last."""
    course.hand_in({"doejane_1_1_halve.py": RIGHT, "doejane_1_2_halve-1.py": WRONG})
    course.marks()
    last = course.points()
    course.write(attempts="best")
    course.marks("--resume")

    assert (last, course.points()) == ({"1": "5"}, {"1": "10"})


def test_a_stopped_run_goes_on(course: Class) -> None:
    """What the journal holds is not graded again, half a line at its end is dropped, and equal files are graded once."""
    course.hand_in({"a/halve.py": RIGHT, "b/halve.py": RIGHT, "c/halve.py": WRONG})
    course.marks()
    first = course.points()
    journal = course.out / "results.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(lines[0] + lines[1][:50])
    refused = course.marks()
    course.marks("--resume")
    again = journal.read_bytes().splitlines(keepends=True)

    assert len(lines) == 2
    assert refused.code == 2
    assert "--resume" in refused.err
    assert course.points() == first
    assert again[0] == lines[0]
    assert json.loads(again[1])["key"] == json.loads(lines[1])["key"]


def test_equal_code_is_named_and_nobody_accused(course: Class) -> None:
    """Equal files, equal code with other comments, and our solution are named in the report; a lone hand-in is not."""
    reference = load_catalog(course.kata.root).exercise("halve").reference_path.read_text(encoding="utf-8")
    course.hand_in({
        "ann/halve.py": WRONG, "ben/halve.py": f"# mine\n{WRONG}", "cid/halve.py": reference, "dan/add.py": ADD + "\n\nX = 1\n",
    })  # fmt: skip
    course.marks()
    page = (course.out / "report.html").read_text(encoding="utf-8")

    assert "<td>ann, ben</td><td>the same code</td>" in page
    assert "<td>cid</td><td>the code of our solution halve.py</td>" in page
    assert "<td>dan</td><td>the" not in page


def test_pages_tell_what_the_policy_allows(course: Class) -> None:
    """A learner's page tells no input under `hints`, no title under `none`, nothing of others; hostile names are text."""
    course.hand_in({"<b>ann/halve.py": WRONG, "con/halve.py": RIGHT})
    told = {}
    for feedback in ("full", "hints", "none"):
        course.write(feedback=feedback)
        shutil.rmtree(course.out, ignore_errors=True)
        course.marks()
        told[feedback] = (course.out / "learners" / "b_ann.html").read_text(encoding="utf-8")

    assert "halve(-" in told["full"]
    assert "halve(-" not in told["hints"]
    assert TITLE in told["full"]
    assert TITLE in told["hints"]
    assert TITLE not in told["none"]
    assert all("<b>" not in page and "con/" not in page for page in told.values())
    assert (course.out / "learners" / "con~2.html").exists()
    assert "halve" in {row["exercise"] for row in course.table("cases.csv")}


def test_a_release_comes_with_its_assignment(course: Class) -> None:
    """`kata release` writes an assignment beside the release, not into it, and `kata marks` takes it."""
    done = course.kata("release", str(course.folder / "numbers"), "--exercises", "halve,add", "--platform", "plain")
    path = course.folder / "numbers-assignment.toml"
    assignment = load_assignment(path)

    assert "It is not for the class." in done.out
    assert assignment.slugs == ("halve", "add")
    assert not list((course.folder / "numbers").rglob("*assignment*"))
    assert course.kata("release", str(course.folder / "numbers"), "--exercises", "halve").code == 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("seed = 7", "", "`seed` is missing"),
        ('level = "full"', 'level = "none"', "Use core or full"),
        ("points = 5", "points = 0", "greater than zero"),
        ('slug = "add"', 'slug = "halve"', "twice"),
        ("seed = 7", "seed = 7\ndue = 2026-10-01T12:00:00", "has no time zone"),
        ("seed = 7", "seed = 7\ndeadline = 1", "is not a known key"),
    ],
)
def test_a_broken_assignment(old: str, new: str, told: str, course: Class) -> None:
    """A mistake in the assignment is named with its key."""
    path = course.folder / "assignment.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ContentError, match=told):
        load_assignment(path)
