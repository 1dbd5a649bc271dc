"""A course of nbgrader's from nothing to marks: stock commands, a class that hands in anything, and the sandbox's marks.

The commands are those that docs/teach.md promises.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast

import pytest

pytest.importorskip("nbgrader")

from nbgrader.api import Gradebook  # type: ignore[import-untyped]
from nbgrader.nbgraderformat import MetadataValidator  # type: ignore[import-untyped]

from grader.classes.bench import Bench
from grader.classes.job import Job, Settings
from grader.classes.notebooks.plan import marks
from grader.classes.secret import secrets_of
from grader.content.catalog import load_catalog
from grader.intake.submission import submission_from_text
from grader.model import Report
from tests.support.lecture import CANARY, ROOT, SLUGS, Hand, environment, hand_ins, hand_over, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.content.catalog import Catalog

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="nbgrader's exchange is POSIX's, and walls are Linux's"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.timeout(400),
]
LATE: Final = "2026-11-09 10:00:00 UTC"
DUE: Final = "2026-11-08 00:00:00 UTC"
PLAIN: Final = ("ann", "bob", "cem", "dot", "jon")  # nothing is strange about their notebooks
Marks = dict[tuple[str, str, str], float | None]


def commands() -> list[list[str]]:
    """Return the ten commands of the guide, each as words."""
    text = (ROOT / "docs" / "teach.md").read_text(encoding="utf-8")
    section = text.partition("## A course for nbgrader")[2]
    block = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)[0]
    return [shlex.split(line, comments=True) for line in block.splitlines() if line.strip()]


@dataclass(frozen=True)
class Class:
    """A course after its marks were given."""

    folder: Path
    hands: dict[str, dict[str, Hand]]
    variables: dict[str, str]
    by_kata: Marks
    by_nbgrader: Marks
    said: str


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """The course of the guide, command by command; a copy of it is graded by nbgrader itself as well."""
    home = tmp_path_factory.mktemp("lecture")
    variables = environment(home)
    folder, other = home, home / "stock"
    hands: dict[str, dict[str, Hand]] = {}
    said = ""
    for words in commands():
        if words[0] == "cd":
            folder = folder / words[1]
            continue
        if words[0] == "jupyter":  # has a test of its own
            continue
        if words[1] == "collect":
            hands = hand_ins(folder / "release" / "ps1")
            hand_over(hands, home / "exchange" / "course" / "inbound", "ps1", {"kim": LATE})
        if words[:3] == ["kata", "notebook", "autograde"]:
            due = ["nbgrader", "db", "assignment", "add", "ps1", f"--duedate={DUE}"]
            assert run(due, folder, variables).returncode == 0
            shutil.copytree(folder, other)
            for learner in PLAIN:
                shutil.rmtree(other / "submitted" / learner)
            stock = run(["nbgrader", "autograde", "ps1"], other, variables)
            assert stock.returncode == 0, stock.stderr[-4000:]
        done = run(words, folder, variables)
        assert done.returncode == 0, (words, done.stdout, done.stderr[-4000:])
        said += done.stdout + done.stderr
    return Class(folder, hands, variables, _marks(folder), _marks(other), said)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """All exercises."""
    return load_catalog(ROOT)


@pytest.fixture(scope="module")
def reports(graded: Class, catalog: Catalog) -> dict[tuple[str, str], Report]:
    """What `kata grade` finds of the same answers as Python files."""
    found: dict[tuple[str, str], Report] = {}
    known: dict[str, Report] = {}
    with Bench(Settings(secret=(ROOT,))) as bench:
        for learner, hands in graded.hands.items():
            for slug, hand in hands.items():
                if hand.source:
                    if hand.source not in known:
                        report = bench.grade(Job(catalog.exercise(slug), submission_from_text(slug, hand.source)))
                        assert isinstance(report, Report)
                        known[hand.source] = report
                    found[learner, slug] = known[hand.source]
    return found


def _marks(course: Path) -> Marks:
    found: Marks = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions("ps1"):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    found[submission.student.id, notebook.name, grade.name] = grade.auto_score
    return found


def _tests(marks: Marks) -> Marks:
    return {key: value for key, value in marks.items() if not key[2].startswith("answer")}


def test_the_marks_are_those_of_kata_grade(graded: Class, reports: dict[tuple[str, str], Report]) -> None:
    """Every test cell of every learner has the points that `kata grade` gives the same answer; nothing else has any."""
    expected = {
        (learner, slug, mark.grade_id): mark.points
        for (learner, slug), report in reports.items()
        for mark in marks(report)
    }
    got = _tests(graded.by_kata)
    table = {key: (value, expected.get(key, 0.0)) for key, value in got.items() if value != expected.get(key, 0.0)}

    assert {learner for learner, _, _ in got} == set(graded.hands)
    assert expected.keys() <= got.keys()
    assert table == {}


def test_both_commands_give_the_same_marks(graded: Class) -> None:
    """`nbgrader autograde` and `kata notebook autograde` leave the same marks, cell by cell, answers to questions included."""
    assert {key[0] for key in graded.by_nbgrader} == graded.hands.keys() - {*PLAIN}
    assert graded.by_nbgrader == {key: value for key, value in graded.by_kata.items() if key[0] not in PLAIN}


@pytest.mark.parametrize(
    ("learner", "slug", "kind"),
    [
        *(("ann", slug, "all") for slug in SLUGS),
        *(("bob", slug, "core") for slug in ("iou", "softmax", "ndcg")),
        ("cem", "iou", "some"),
        ("dot", "softmax", "none"),
        ("eli", "softmax", "none"),
        ("eli", "ndcg", "all"),
        ("fay", "layer_norm", "none"),
        *(("gus", slug, "none") for slug in SLUGS),
        *(("hal", slug, "all") for slug in ("iou", "ndcg", "softmax")),
        *(("ida", slug, "none") for slug in SLUGS),
        ("jon", "regression_metrics", "all"),
        ("jon", "iou", "none"),
        ("kim", "layer_norm", "all"),
        ("lea", "iou", "none"),
        ("lea", "softmax", "all"),
    ],
)
def test_what_each_learner_gets(graded: Class, catalog: Catalog, learner: str, slug: str, kind: str) -> None:
    """Right answers get all points however the notebook was mangled; forged, crashed, empty and missing ones none."""
    got = {name: value for (who, what, name), value in _tests(graded.by_kata).items() if (who, what) == (learner, slug)}
    most = {name: value for (who, what, name), value in _tests(graded.by_kata).items() if (who, what) == ("ann", slug)}
    core = {name for name in most if name.startswith("core")}

    assert got.keys() == most.keys()
    if kind == "all":
        assert got == most
    elif kind == "core":
        assert {name: got[name] for name in core} == {name: most[name] for name in core}
        assert got != most
    elif kind == "some":
        assert 0 < sum(value or 0 for value in got.values()) < sum(value or 0 for value in most.values())
    else:
        assert set(got.values()) == {0.0}


def test_a_learner_reads_why(graded: Class) -> None:
    """A test cell says how many points it gave and which cases failed; a damaged notebook says that it is damaged."""
    wrong = _texts(graded.folder / "autograded" / "dot" / "ps1" / "softmax.ipynb")
    damaged = _texts(graded.folder / "autograded" / "lea" / "ps1" / "iou.ipynb")

    assert "Core, part 1 of 3: 0 of " in wrong
    assert "  wrong  " in wrong
    assert "iou.ipynb is damaged" in damaged
    assert "stderr" not in wrong + damaged


def test_questions_are_the_lecturers_to_grade(graded: Class) -> None:
    """An answer waits for a person, one that was never written has no points, and says so."""
    with Gradebook(f"sqlite:///{graded.folder / 'gradebook.db'}") as gradebook:
        written = gradebook.find_grade("answer_1", "ndcg", "ps1", "gus")
        empty = gradebook.find_grade("answer_1", "ndcg", "ps1", "ida")
        comment = gradebook.find_comment("answer_1", "ndcg", "ps1", "ida")

        assert written.auto_score is None
        assert written.needs_manual_grade
        assert empty.auto_score == 0
        assert not empty.needs_manual_grade
        assert comment.auto_comment == "No response."


def test_lateness_is_nbgraders(graded: Class) -> None:
    """The time of collection is in the gradebook, and late is late."""
    with Gradebook(f"sqlite:///{graded.folder / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission("ps1", "kim").total_seconds_late == 34 * 3600
        assert gradebook.find_submission("ps1", "ann").total_seconds_late == 0


def test_nothing_hidden_is_handed_out(graded: Class, catalog: Catalog) -> None:
    """Sources hold no hidden test, releases no solution either, and feedback nothing of both."""
    some = cast("Catalog", SimpleNamespace(exercises=[catalog.exercise(slug) for slug in SLUGS]))
    hidden, tests = secrets_of(some, solutions=False), secrets_of(some, solutions=True)
    pages = [*graded.folder.glob("release/ps1/*.ipynb")]
    own = [
        graded.folder / "feedback" / learner / "ps1" / f"{slug}.html"
        for learner, hands in graded.hands.items()
        for slug, hand in hands.items()
        if hand.kind == "none"
    ]

    assert len(pages) == len(SLUGS)
    assert len(own) >= 15
    for page in pages + own:
        assert list(hidden.shown(page.read_text(encoding="utf-8"))) == [], page
    for page in graded.folder.glob("source/ps1/*.ipynb"):
        assert list(tests.shown(page.read_text(encoding="utf-8"))) == [], page
    for page in own:  # what a learner printed while the tests ran is nothing that others' tests may tell
        text = page.read_text(encoding="utf-8")
        assert "expected" not in re.sub(r"<[^>]+>", "", text.partition("hidden tests")[2].partition("Question")[0]), (
            page
        )
        assert text.count(CANARY) <= 1, page


def test_metadata_is_nbgraders(graded: Class) -> None:
    """Sources and releases hold metadata of version 3, and checksums that nbgrader computes too."""
    import nbformat
    from nbgrader.utils import compute_checksum  # type: ignore[import-untyped]

    for path in (*graded.folder.glob("source/ps1/*.ipynb"), *graded.folder.glob("release/ps1/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        MetadataValidator().validate_nb(notebook)
        for cell in notebook.cells:
            if cell.metadata.nbgrader.locked or path.parts[-3] == "release":
                assert cell.metadata.nbgrader.checksum == compute_checksum(cell), (path, cell.id)


def test_a_lecturer_validates_the_source(graded: Class) -> None:
    """`nbgrader validate` grades our solution in the sandbox, too, and finds that it passes."""
    done = run(["nbgrader", "validate", "source/ps1/ndcg.ipynb"], graded.folder, graded.variables)

    assert "Success! Your notebook passes all the tests." in done.stdout


def test_the_export_holds_everybody(graded: Class) -> None:
    """`nbgrader export` writes a row for each learner."""
    rows = (graded.folder / "grades.csv").read_text(encoding="utf-8").splitlines()

    assert len([row for row in rows if row.startswith("ps1,")]) == len(graded.hands)


def test_a_run_goes_on_where_it_was(graded: Class, tmp_path: Path) -> None:
    """Learners with marks are not graded again; a newer hand-in is, and so is one whose folder was not complete."""
    course = tmp_path / "course"
    shutil.copytree(graded.folder, course)
    again = run(["kata", "notebook", "autograde", "ps1"], course, graded.variables)
    (course / "submitted" / "jon" / "ps1" / "timestamp.txt").write_text("2026-11-02 10:00:00 UTC", encoding="utf-8")
    partial = course / "autograded" / "kim" / "ps1"
    partial.rename(partial.with_name(".ps1.partial"))
    some = run(["kata", "notebook", "autograde", "ps1", "-j", "2"], course, graded.variables)

    assert "Graded 0 notebooks of 0 learners. 12 learners had marks already" in again.stdout
    assert "Graded 2 notebooks of 2 learners. 10 learners had marks already" in some.stdout
    assert _marks(course) == graded.by_kata


def test_strange_folders_are_told(graded: Class, tmp_path: Path) -> None:
    """A link in the place of a folder or a notebook, a time that is none and a folder without notebooks end no run."""
    course = tmp_path / "course"
    shutil.copytree(graded.folder, course)
    shutil.rmtree(course / "submitted")
    for name in ("linked", "nothing", "when"):
        (course / "submitted" / name).mkdir(parents=True)
    (course / "submitted" / "linked" / "ps1").symlink_to(course / "source" / "ps1")
    (course / "submitted" / "nothing" / "ps1").mkdir()
    own = course / "submitted" / "when" / "ps1"
    own.mkdir()
    (own / "timestamp.txt").write_text("soon", encoding="utf-8")
    (own / "ndcg.ipynb").symlink_to(course / "source" / "ps1" / "ndcg.ipynb")
    done = run(["kata", "notebook", "autograde", "ps1"], course, graded.variables)

    assert done.returncode == 0
    assert "linked/ps1 is no folder of a learner's" in done.stderr
    assert "nothing handed in no notebook of ps1" in done.stderr
    assert "timestamp.txt holds no time" in done.stderr
    assert "Graded 1 notebook of 1 learner." in done.stdout
    assert "ndcg.ipynb is a link" in _texts(course / "autograded" / "when" / "ps1" / "ndcg.ipynb")


@pytest.fixture
def server(graded: Class) -> Iterator[str]:
    """The guide's JupyterLab on a free port, as long as a test asks it."""
    words = next(words for words in commands() if words[0] == "jupyter")
    options = [
        "--no-browser",
        "--allow-root",
        "--IdentityProvider.token=",
        "--ServerApp.port=0",
        "--ServerApp.ip=127.0.0.1",
    ]
    extensions = "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}"
    process = subprocess.Popen(
        [sys.executable, "-m", f"jupyter{words[1]}", *options, extensions],
        cwd=graded.folder, env=graded.variables, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        seen = []
        for line in process.stderr:
            seen.append(line)
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found and not found[0].endswith(":0"):
                yield found[0]
                break
        else:
            pytest.fail("".join(seen))
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.mark.needs("chromium", "chromium-browser", "google-chrome")
def test_formgrader_shows_the_marks(graded: Class, server: str) -> None:
    """In a browser, formgrader lists the marks of the class, and a script in an answer does not run there."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=["--no-sandbox"]) as browser,
    ):
        page = browser.new_page()
        page.goto(f"{server}/formgrader/manage_submissions/ps1")
        page.wait_for_selector("text=kim")
        shown = {
            row.split("\t")[1].strip(): row for row in page.inner_text("tbody").splitlines() if row.count("\t") > 2
        }
        with Gradebook(f"sqlite:///{graded.folder / 'gradebook.db'}") as gradebook:
            expected = {one.student.id: one.score for one in gradebook.assignment_submissions("ps1")}
            gus = gradebook.find_submission_notebook("ndcg", "ps1", "gus").id
        page.goto(f"{server}/formgrader/submissions/{gus}")
        page.wait_for_load_state("networkidle")
        text, title = page.inner_text("body"), page.title()

    assert shown.keys() == expected.keys()
    for name, score in expected.items():
        assert f"{score:g} / " in shown[name], (name, shown[name])
    assert "Core, part 1 of 3: 0 of" in text
    assert title != "owned"


def _texts(path: Path) -> str:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    found = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n".join(f"{one.get('name', '')}: {''.join(one.get('text', []))}" for one in found)
