"""`kata ci` and `kata release` as a lecturer types them."""

from __future__ import annotations

import base64
import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from grader.content.catalog import load_catalog
from grader.intake.manifest import decode
from grader.practice.stub_file import pristine_stub
from tests.support.shell import PINNED, Shell
from tests.support.toys import RIGHT, WRONG, copy_toys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.shell import Done

FORMATS = "github,junit,json,markdown,csv,classroom,gradescope,exercism"


class Course:
    """A trusted checkout and a submission that began as its copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kata = Shell(copy_toys(folder), folder / "home")
        for exercise in load_catalog(self.kata.root).exercises:
            exercise.stub_path.write_bytes(pristine_stub(exercise))
        self.submission = folder / "submission"
        shutil.copytree(self.kata.root, self.submission)
        self.out = folder / "out"

    def stub(self, slug: str) -> Path:
        """Return a stub of the submission."""
        track = load_catalog(self.kata.root).exercise(slug).track
        return self.submission / "exercises" / track / slug / f"{slug}.py"

    def ci(self, *arguments: str, **variables: str) -> Done:
        """Run `kata ci` on the submission."""
        return self.kata("ci", "--submission", str(self.submission), *arguments, **variables)

    def reports(self) -> dict[str, dict[str, object]]:
        """Return the reports of the last run that wrote JSON."""
        document = json.loads((self.out / "results.json").read_text(encoding="utf-8"))
        return {report["exercise"]: report for report in document["reports"]}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course of its own for each test."""
    return Course(tmp_path)


def test_only_changed_stubs_are_graded(course: Course) -> None:
    """An untouched submission costs nothing and passes; `--only all` reports the untouched ones as not started."""
    nothing = course.ci()
    assert nothing.code == 0
    assert "No stub was changed." in nothing.out
    course.stub("halve").write_text(RIGHT, encoding="utf-8")
    course.stub("add").write_bytes(course.stub("add").read_bytes().replace(b"\n", b"\r\n"))  # an editor's doing
    assert course.ci("--format", "json", "--output", str(course.out)).code == 0
    assert list(course.reports()) == ["halve"]
    done = course.ci("--format", "json", "--only", "all", "--output", str(course.out))

    assert {slug: report["verdict"] for slug, report in course.reports().items()} == {
        "add": "not_started", "halve": "passed", "shout": "not_started",
    }  # fmt: skip
    assert done.code == 1  # not everything passed


@pytest.mark.parametrize(
    ("text", "policy", "code"),
    [(WRONG, "not-passed", 1), (WRONG, "wrong", 1), (WRONG, "never", 0), (RIGHT, "wrong", 0), (None, "wrong", 0)],
)
def test_what_fails_a_run_is_the_callers_choice(text: str | None, policy: str, code: int, course: Course) -> None:
    """`--fail-on` decides between a run that demands everything and one that only reports."""
    if text is not None:
        course.stub("halve").write_text(text, encoding="utf-8")

    assert course.ci("--only", "all", "--fail-on", policy).code == code


def test_shards_are_disjoint_and_whole(course: Course) -> None:
    """Every changed stub is graded in exactly one shard."""
    for slug in ("add", "halve", "shout"):
        with course.stub(slug).open("a", encoding="utf-8") as file:
            file.write("\n# begun\n")
    seen: list[str] = []
    for number in (1, 2):
        course.ci("--shard", f"{number}/2", "--format", "json", "--output", str(course.out))
        seen += course.reports()

    assert sorted(seen) == ["add", "halve", "shout"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--shard", "3/2"], "no part of a whole"),
        (["--shard", "x"], "no part of a whole"),
        (["--format", "yaml"], "no format named 'yaml'"),
        (["--format", "json"], "--output"),
        (["--base", "HEAD"], "no revision"),
        (["--manifest", "nowhere.json"], "cannot be read"),
    ],
)
def test_usage_errors(arguments: list[str], told: str, course: Course) -> None:
    """What cannot be done is said with its remedy and exit code 2."""
    done = course.ci(*arguments)

    assert done.code == 2
    assert told in done.err


def test_a_submission_that_is_no_folder(course: Course) -> None:
    """A missing folder and a link to one are refused."""
    link = course.folder / "link"
    link.symlink_to(course.submission)
    for name in (str(link), str(course.folder / "missing")):
        done = course.kata("ci", "--submission", name)
        assert done.code == 2
        assert "no folder that can be read" in done.err


def test_every_format_is_written_and_github_is_told(course: Course) -> None:
    """Each format is a file; the summary and the Classroom result reach the running workflow."""
    course.stub("halve").write_text(WRONG, encoding="utf-8")
    summary, outputs = course.folder / "summary", course.folder / "outputs"
    done = course.ci(
        "--format", FORMATS, "--output", str(course.out), GITHUB_STEP_SUMMARY=str(summary), GITHUB_OUTPUT=str(outputs)
    )

    assert done.code == 1
    assert "::error file=exercises/numbers/halve/halve.py," in done.out
    names = {str(path.relative_to(course.out)) for path in course.out.rglob("*") if path.is_file()}
    assert names == {
        "classroom.json", "exercism/halve/results.json", "gradescope.json", "junit.xml", "results.csv", "results.json",
        "summary.md",
    }  # fmt: skip
    assert summary.read_text(encoding="utf-8") == (course.out / "summary.md").read_text(encoding="utf-8")
    result = outputs.read_text(encoding="utf-8").removeprefix("result=")
    assert json.loads(base64.b64decode(result)) == json.loads(
        (course.out / "classroom.json").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize(
    ("body", "line", "word"),
    [("while True:\n        pass", "[56]", "by its own word: "), ("return 0 if sum(iter(int, 1)) else 1", "4", "")],
    ids=["in Python", "in a library"],
)
def test_a_hang_is_annotated_on_its_line(body: str, line: str, word: str, course: Course) -> None:
    """The annotation stands on the line that the process says it was in; where it cannot say, on that of its function."""
    metadata = course.kata.root / "exercises/numbers/halve/exercise.toml"
    metadata.write_text(metadata.read_text(encoding="utf-8") + "\n[limits]\ncall_s = 0.3\n", encoding="utf-8")
    course.stub("halve").write_text(f"import math\n\n\ndef halve(n):\n    {body}\n", encoding="utf-8")
    done = course.ci()
    found = re.findall(r"::error file=exercises/numbers/halve/halve.py,line=(\d),title=halve::timed out(.*)", done.out)

    assert found, done.out
    assert all(re.fullmatch(line, number) for number, _ in found)
    assert all(word in told for _, told in found)


def test_nothing_of_a_hidden_test_leaves_under_a_strict_policy(course: Course) -> None:
    """Canaries in titles, inputs, expected values and prints of a hidden test are in no output that may not tell them."""
    tests = course.kata.root / "exercises" / "numbers" / "halve" / "hidden_tests.py"
    tests.write_text(
        "import pytest\nfrom grader.testing import assert_equal\n\n\n"
        "@pytest.mark.parametrize('n', [730001], ids=['CANARYID'])\n"
        "def test_canary_name(candidate, n):\n"
        '    """CANARYTITLE is said only under hints."""\n'
        "    assert_equal(candidate.halve(n), 918273645)\n",
        encoding="utf-8",
    )
    course.stub("halve").write_text("def halve(n):\n    print('seen', n)\n    return n\n", encoding="utf-8")
    for policy, allowed in (("hints", {"CANARYTITLE", "canary_name"}), ("none", set())):
        shutil.rmtree(course.out, ignore_errors=True)
        done = course.ci("--feedback", policy, "--format", FORMATS, "--output", str(course.out))
        everything = done.out + done.err
        everything += "".join(path.read_text(encoding="utf-8") for path in course.out.rglob("*") if path.is_file())
        found = {
            word for word in ("730001", "918273645", "CANARYID", "CANARYTITLE", "canary_name") if word in everything
        }
        assert done.code == 1
        assert found <= allowed, policy


def _moved(folder: Path) -> None:
    shutil.move(folder / "exercises/numbers/halve/halve.py", folder / "exercises/numbers/halve.py")


def _renamed(folder: Path) -> None:
    shutil.move(folder / "exercises/numbers/halve", folder / "exercises/numbers/half")


def _deleted(folder: Path) -> None:
    (folder / "exercises/words/shout/shout.py").unlink()


def _flat(folder: Path) -> None:
    shutil.copyfile(folder / "exercises/numbers/halve/halve.py", folder / "halve.py")
    for name in ("exercises", ".github"):
        shutil.rmtree(folder / name)
    for name in ("README.md", "manifest.json"):
        (folder / name).unlink()


def _too_deep(folder: Path) -> None:
    inner = folder / "course-main"
    inner.mkdir()
    for path in list(folder.iterdir()):
        if path != inner:
            shutil.move(path, inner)
    (folder / "__MACOSX").mkdir()


def _emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def _unrelated(folder: Path) -> None:
    _emptied(folder)
    (folder / "essay.pdf").write_bytes(b"%PDF")


def _crlf(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


HAND_INS = [
    (lambda _: None, 2, "", ""),
    (_moved, 0, "exercises/numbers/halve/halve.py: is missing; exercises/numbers/halve.py lies elsewhere", "red"),
    (_renamed, 0, "exercises/numbers/halve/halve.py: is missing; exercises/numbers/half/halve.py", "red"),
    (_deleted, 2, "exercises/words/shout/shout.py: is missing", "red"),
    (_flat, 2, "", ""),
    (_too_deep, 2, "", ""),
    (_emptied, 0, "submission: holds none of 2 stubs; in it: nothing", "red"),
    (_unrelated, 0, "submission: holds none of 2 stubs; in it: essay.pdf", "red"),
    (_crlf, 2, "", ""),
]


@pytest.mark.parametrize(
    ("arrange", "points", "told", "color"), HAND_INS, ids=[one[0].__name__.strip("_<>") for one in HAND_INS]
)
def test_marks_are_out_of_the_same_points_for_everybody(
    arrange: Callable[[Path], None], points: int, told: str, color: str, course: Course
) -> None:
    """However it is handed in, every format counts two exercises and three points; what is not found is named in red."""
    released, kept = course.folder / "class", course.folder / "kept.json"
    course.kata("release", str(released), *PINNED, "--exercises", "halve,shout")
    shutil.copyfile(released / "manifest.json", kept)
    (released / "exercises/numbers/halve/halve.py").write_text(RIGHT, encoding="utf-8")
    arrange(released)
    course.submission = released
    done = course.ci("--manifest", str(kept), "--fail-on", "wrong", "--format", FORMATS, "--output", str(course.out))

    assert done.code == (1 if color else 0), done.out + done.err
    assert told in done.out
    assert {slug: (one["points"], one["max_points"]) for slug, one in course.reports().items()} == {
        "halve": (points, 2), "shout": (0, 1),
    }  # fmt: skip
    classroom = json.loads((course.out / "classroom.json").read_text(encoding="utf-8"))
    gradescope = json.loads((course.out / "gradescope.json").read_text(encoding="utf-8"))
    assert (sum(test["score"] for test in classroom["tests"]), classroom["max_score"]) == (points, 3)
    assert sum(test["max_score"] for test in gradescope["tests"]) == 3
    rows = (course.out / "results.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 3
    assert 'tests="3"' in (course.out / "junit.xml").read_text(encoding="utf-8")
    assert len(list((course.out / "exercism").iterdir())) == 2


def test_one_file_is_a_submission_too(course: Course) -> None:
    """A stub alone is graded by its name; a file of another name is refused with the name that was expected."""
    right, strange = course.folder / "halve.py", course.folder / "my work.py"
    for path in (right, strange):
        path.write_text(RIGHT, encoding="utf-8")
    assert course.kata("ci", "--submission", str(right)).code == 0
    refused = course.kata("ci", "--submission", str(strange))

    assert refused.code == 1
    assert "is my work.py, which is no stub; it would be called add.py, halve.py, shout.py" in refused.out


def test_shards_split_what_changed(course: Course) -> None:
    """Two changed stubs go to two shards, wherever they stand in the catalogue."""
    for slug in ("add", "shout"):
        course.stub(slug).write_text("raise RuntimeError\n", encoding="utf-8")
    seen = []
    for shard in ("1/2", "2/2"):
        course.ci("--shard", shard, "--format", "json", "--output", str(course.out))
        seen.append(list(course.reports()))

    assert seen == [["add"], ["shout"]]


def test_a_class_from_release_to_marks(course: Course) -> None:
    """A release shows nothing hidden, a learner completes a stub in it, and the lecturer's side grades what comes back."""
    released = course.folder / "class"
    made = course.kata("release", str(released), *PINNED, "--exercises", "halve,shout")
    assert made.code == 0, made.out
    assert "Nothing hidden is in it." in made.out
    manifest = decode((released / "manifest.json").read_bytes(), released)
    assert [entry.slug for entry in manifest.exercises] == ["halve", "shout"]
    assert not list(released.rglob("hidden_tests.py"))
    kept = course.folder / "kept.json"
    shutil.copyfile(released / "manifest.json", kept)

    course.submission = released
    (released / "exercises" / "numbers" / "halve" / "halve.py").write_text(RIGHT, encoding="utf-8")
    done = course.ci("--manifest", str(kept), "--format", "json", "--output", str(course.out))
    assert done.code == 1  # there is more to do
    assert {slug: report["verdict"] for slug, report in course.reports().items()} == {
        "halve": "passed", "shout": "not_started",
    }  # fmt: skip
    assert course.ci("--manifest", str(kept), "--fail-on", "wrong").code == 0

    assert "name your copy of its manifest with --manifest" in course.ci().err

    (released / "exercises" / "numbers" / "halve" / "prompt.md").write_text("# Easier\n", encoding="utf-8")
    (released / "manifest.json").write_text("{}", encoding="utf-8")
    tampered = course.ci("--manifest", str(kept))
    assert tampered.code == 1
    assert "changes a prompt" in tampered.out
    assert "changes the manifest of the release" in tampered.out


def test_a_release_works_for_its_learner(course: Course) -> None:
    """In a class repository examples run and a stub can be made pristine; grading says where it happens."""
    released = course.folder / "class"
    course.kata("release", str(released), *PINNED)
    learner = Shell(released, course.folder / "learner")

    assert learner("list").code == 0
    assert "not started" in learner("run", "halve").out
    text = learner.stub.read_text(encoding="utf-8")
    learner.stub.write_text(text.replace("raise NotImplementedError", "return n // 2"), encoding="utf-8")
    assert "passed" in learner("run", "halve").out
    learner.stub.write_text(RIGHT, encoding="utf-8")
    assert "passed" in learner("run", "halve").out  # the examples of the stub, although this file has no docstring
    refused = learner("grade", "halve")
    assert refused.code == 2
    assert "A class release holds no hidden tests" in refused.err
    assert learner("reset", "halve", "--yes").code == 0
    assert "NotImplementedError" in learner.stub.read_text(encoding="utf-8")


@pytest.mark.parametrize("solutions", [False, True])
def test_a_leak_is_found(solutions: bool, course: Course) -> None:
    """The name of a test, a line of it, a mutant's line and, unless they belong there, a reference's line are found."""
    released = course.folder / "class"
    extra = ["--with-solutions"] if solutions else []
    assert course.kata("release", str(released), *PINNED, *extra).code == 0
    assert (released / "solutions").exists() == solutions
    clean = course.kata("release", "--check", str(released), *extra)
    assert (clean.code, clean.out) == (0, "Nothing hidden is in it.\n")
    note = released / "exercises" / "numbers" / "notes.md"
    root = course.kata.root
    planted = ["see test_negative_rounds_down", "    return int(n / 2)  # towards zero"]
    for text in planted:
        note.write_text(f"one\n{text}\n", encoding="utf-8")
        found = course.kata("release", "--check", str(released), *extra)
        assert found.code == 1
        assert "exercises/numbers/notes.md:2: holds" in found.out
    shutil.copyfile(root / "exercises" / "numbers" / "halve" / "hidden_tests.py", released / "hidden_tests.py")
    assert "hidden_tests.py:1: holds a file of tests" in course.kata("release", "--check", str(released), *extra).out


def test_a_release_overwrites_nothing(course: Course) -> None:
    """A folder that holds something is refused."""
    done = course.kata("release", str(course.submission), *PINNED)

    assert done.code == 2
    assert "is not empty" in done.err
