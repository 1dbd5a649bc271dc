"""`kata` as a user types it: real processes on a copy of the toy catalogue."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import grader
from tests.support.shell import Shell
from tests.support.toys import RIGHT, WRONG, copy_toys, record_halve

FINE = '''

import pytest


@pytest.mark.fine
def test_halves_of_halves(candidate):
    """A half is halved as well."""
    assert_equal(candidate.halve(0.5), 0.25)
'''
SCHEMA = Path(grader.__file__).parent / "render" / "report.schema.json"


@pytest.fixture
def kata(tmp_path: Path) -> Shell:
    """A fresh catalogue."""
    return Shell(copy_toys(tmp_path), tmp_path / "home")


def test_editing_the_stub_changes_the_verdict(kata: Shell) -> None:
    """A pristine stub is not started, a wrong attempt fails with its case, a right one passes; exit codes tell."""
    assert kata("grade", "halve").code == 1
    kata.stub.write_text(WRONG, encoding="utf-8")
    wrong = kata("grade", "halve")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    right = kata("grade", "halve")

    assert wrong.code == 1
    assert "halve(-3) gave -1; expected -2." in wrong.out
    assert "halving -3" in wrong.out
    assert right.code == 0
    assert right.out.startswith("★ mastered  halve  2 of 2 cases")


def test_reference_and_other_files_can_be_graded(kata: Shell, tmp_path: Path) -> None:
    """`--reference` grades our solution and `--path` any file; the stub stays as it is."""
    before = kata.stub.read_text(encoding="utf-8")
    other = tmp_path / "other.py"
    other.write_text(WRONG, encoding="utf-8")

    assert kata("grade", "halve", "--reference").code == 0
    assert kata("grade", "halve", "--path", str(other)).code == 1
    assert kata.stub.read_text(encoding="utf-8") == before


def test_json_follows_the_schema(kata: Shell, tmp_path: Path) -> None:
    """The JSON report validates, keeps the order of the cases, and repeats the seed; `--output` writes it to a file."""
    target = tmp_path / "report.json"
    printed = kata("grade", "halve", "--reference", "--format", "json", "--seed", "7")
    written = kata("grade", "halve", "--reference", "--format", "json", "--seed", "7", "--output", str(target))
    document: Any = json.loads(printed.out)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))

    assert [case["name"] for case in document["reports"][0]["cases"]] == ["test_even", "test_negative_rounds_down"]
    assert document["reports"][0]["seed"] == 7
    assert written.out.startswith("★ mastered  halve")  # for the reader; the file is for the machine
    assert json.loads(target.read_text(encoding="utf-8"))["reports"][0]["verdict"] == "passed"


def test_the_level_decides_the_exit_code(kata: Shell) -> None:
    """A solved exercise is enough for `--level core`, and not for `--level full`, which is the default."""
    with kata.stub.with_name("hidden_tests.py").open("a", encoding="utf-8") as file:
        file.write(FINE)
    kata.stub.write_text(RIGHT, encoding="utf-8")
    done = kata("grade", "halve")

    assert done.out.startswith("★☆ solved  halve  core 2 of 2 · fine print 0 of 1")
    assert (done.code, kata("grade", "halve", "--level", "core").code) == (1, 0)

    kata.stub.write_text(WRONG, encoding="utf-8")
    assert kata("grade", "halve", "--level", "core").code == 1


def test_junit_counts_failures(kata: Shell) -> None:
    """The JUnit report of a wrong attempt holds one failure."""
    kata.stub.write_text(WRONG, encoding="utf-8")
    suites = ET.fromstring(kata("grade", "halve", "--format", "junit").out)

    assert len(suites.findall(".//testcase")) == 2
    assert len(suites.findall(".//failure")) == 1


def test_all_exercises_in_two_processes(kata: Shell) -> None:
    """`--all -j 2` grades everything and reports in the order of the catalogue."""
    done = kata("grade", "--all", "--reference", "-j", "2", "--format", "json")

    assert done.code == 0
    assert [r["exercise"] for r in json.loads(done.out)["reports"]] == [
        e["slug"] for e in json.loads(kata("list", "--format", "json").out)["exercises"]
    ]


@pytest.mark.parametrize(("feedback", "told"), [("full", True), ("hints", False), ("none", False)])
def test_feedback_keeps_expected_values_back(kata: Shell, feedback: str, told: bool) -> None:
    """Expected values appear with full feedback only."""
    kata.stub.write_text(WRONG, encoding="utf-8")

    assert ("expected -2" in kata("grade", "halve", "--feedback", feedback).out) is told


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("grade", "halv"), "Did you mean `halve`"),
        (("grade",), "names no exercise"),
        (("grade", "halve", "--path", "nowhere.py"), "does not exist"),
        (("grade", "halve", "--path", "."), "is a folder"),
        (("show", "nothing"), "no exercise named"),
        (("new", "numbers/class"), "class"),
        (("grade", "halve", "--format", "pdf"), "pdf"),
        (("frobnicate",), "frobnicate"),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_line_with_a_remedy(kata: Shell, arguments: tuple[str, ...], line: str) -> None:
    """What cannot be done is said in one line that names it; the exit code is 2."""
    done = kata(*arguments)

    assert done.code == 2
    assert line in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_broken_metadata_names_the_file(kata: Shell) -> None:
    """A broken exercise.toml is named, with the key or line that is wrong."""
    metadata = kata.stub.with_name("exercise.toml")
    metadata.write_text(metadata.read_text(encoding="utf-8") + "\n[limits]\ncal_s = 1.0\n", encoding="utf-8")
    done = kata("grade", "halve")

    assert done.code == 2
    assert "exercise.toml" in done.err
    assert "call_s" in done.err


def test_a_data_folder_that_cannot_be_written_loses_no_verdict(kata: Shell) -> None:
    """Without a place for history the verdict still stands, and one line says what was not kept."""
    done = kata(
        "grade", "halve", "--path", str(kata.root / "solutions/numbers/halve/halve.py"), KATA_HOME="/proc/nowhere"
    )

    assert done.code == 0
    assert "mastered" in done.out
    assert "KATA_HOME" in done.err


def test_strict_confinement_is_honoured(kata: Shell) -> None:
    """`--confinement strict` grades here, and `off` is called unconfined."""
    assert kata("grade", "halve", "--reference", "--confinement", "strict").code == 0
    assert "unconfined" in kata("grade", "halve", "--reference", "--confinement", "off").out


def test_spawned_workers_judge_alike(kata: Shell) -> None:
    """`--start-method spawn` gives the same verdict."""
    assert kata("grade", "halve", "--reference", "--start-method", "spawn").code == 0


def test_run_shows_only_the_examples(kata: Shell) -> None:
    """`kata run` runs the stub's docstring example, not the hidden tests."""
    kata.stub.write_text(kata.stub.read_text(encoding="utf-8").replace("raise NotImplementedError", "return n // 2"))
    done = kata("run", "halve")

    assert done.code == 0
    assert "halve(-3)" in done.out
    assert "Half of four" not in done.out


def test_solution_waits_for_a_pass(kata: Shell) -> None:
    """The solution is refused before a pass, shown after one, and shown at once with `--spoil`."""
    before = kata("solution", "halve")
    spoiled = kata("solution", "halve", "--spoil")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    kata("grade", "halve")
    after = kata("solution", "halve")

    assert before.code == 1
    assert "def halve" not in before.out
    assert "def halve" in spoiled.out
    assert after.code == 0
    assert "def halve" in after.out


def test_reset_asks_and_can_be_undone(kata: Shell) -> None:
    """`kata reset` asks; yes brings a fresh stub, and `--restore` brings the old text back."""
    kata.stub.write_text(WRONG, encoding="utf-8")
    kata("reset", "halve", typed="n\n")
    assert kata.stub.read_text(encoding="utf-8") == WRONG

    assert kata("reset", "halve", "--yes").code == 0
    assert "NotImplementedError" in kata.stub.read_text(encoding="utf-8")
    assert kata("reset", "halve", "--restore").code == 0
    assert kata.stub.read_text(encoding="utf-8") == WRONG


def test_hints_come_one_at_a_time(kata: Shell) -> None:
    """The only hint of the exercise is shown, and the next call says that there are no more."""
    first, second = kata("hint", "halve"), kata("hint", "halve")

    assert "Division rounds down" in first.out
    assert first.code == 0
    assert first.out != second.out or "1 of 1" in second.out


def test_show_start_and_doctor(kata: Shell) -> None:
    """`show` prints the prompt, `start` the path of the stub, `doctor` what this machine can confine."""
    assert "Round down, also below zero." in kata("show", "halve").out
    assert str(kata.stub.relative_to(kata.root)) in kata("start", "halve").out
    doctor = kata("doctor").out
    assert "confinement" in doctor
    assert str(kata.home) in doctor


def test_list_shows_what_was_solved(kata: Shell) -> None:
    """After a pass the list says so."""
    kata.stub.write_text(RIGHT, encoding="utf-8")
    before = kata("list").out
    kata("grade", "halve")

    assert "1 of" not in before
    assert "mastered" in next(line for line in kata("list").out.splitlines() if " halve " in line)


def test_new_writes_an_exercise_that_check_explains(kata: Shell) -> None:
    """`kata new` writes every file, the list knows the exercise, and `kata check` says what is still to do."""
    made = kata("new", "numbers/triple")
    checked = kata("check", "triple", "--mutants", "declared")

    assert made.code == 0
    for path in made.out.split():
        assert Path(path).exists() or (kata.root / path).exists()
    assert "triple" in kata("list").out
    assert checked.code == 1
    assert "TODO" in checked.out


def test_interrupting_ends_with_130(kata: Shell) -> None:
    """Ctrl-C in the middle of a grade ends at once with exit code 130, without a traceback and without a report."""
    kata.stub.write_text("print('loading', flush=True)\nwhile True:\n    pass\n", encoding="utf-8")
    metadata = kata.stub.with_name("exercise.toml")
    metadata.write_text(metadata.read_text(encoding="utf-8") + "\n[limits]\nload_s = 60.0\ncase_s = 100.0\n")
    code = (
        "import os, signal\nfrom grader.candidate.prints import Prints\n"
        "real = Prints.add\n"
        "def seen(self, text):\n    real(self, text)\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "Prints.add = seen\nfrom grader.cli import run\nrun()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "grade", "halve"],
        env={**os.environ, "KATA_ROOT": str(kata.root), "KATA_HOME": str(kata.home)},
        capture_output=True, text=True, check=False, timeout=50,
    )  # fmt: skip

    assert done.returncode in {130, -signal.SIGINT}
    assert "Traceback" not in done.stderr
    assert "passed" not in done.stdout


def test_private_exercises_stand_beside_the_public_ones(tmp_path: Path) -> None:
    """`KATA_PATH` names folders of more exercises; they are listed, graded and released, and a wrong folder is told."""
    kata = Shell(copy_toys(tmp_path), tmp_path / "home")
    private = tmp_path / "private"
    for kind in ("exercises", "solutions"):
        shutil.move(kata.root / kind / "words", private / kind / "words")
    assert "shout" not in kata("list").out
    beside = {"KATA_PATH": str(private)}
    assert "shout" in kata("list", **beside).out
    assert "halve" in kata("list", **beside).out
    assert kata("grade", "shout", "--reference", **beside).code == 0
    released = tmp_path / "class"
    made = kata("release", str(released), "--exercises", "halve,shout", "--platform", "plain", **beside)
    assert made.code == 0, made.out + made.err
    assert (released / "exercises/words/shout/shout.py").exists()
    handed_in = ("ci", "--submission", str(released), "--manifest", str(released / "manifest.json"))
    assert "not started  shout  0 of 1 point" in kata(*handed_in, **beside).out

    wrong = kata("list", KATA_PATH=str(tmp_path / "nowhere"))
    assert wrong.code == 2
    assert "KATA_PATH names" in wrong.err
    twice = kata("list", KATA_PATH=str(kata.root.parent / "toys"))
    assert twice.code == 0  # the catalogue itself is no pack of its own


def test_a_known_mistake_is_named_unless_nobody_wants_it(kata: Shell) -> None:
    """A failure that looks like a planted mistake is told so; `--no-diagnosis` and `--feedback hints` leave it out."""
    record_halve(kata.root)
    kata.stub.write_text(WRONG, encoding="utf-8")
    told = kata("grade", "halve")
    written = kata("grade", "halve", "--format", "json")

    assert "This looks like: rounds towards zero." in told.out
    assert json.loads(written.out)["reports"][0]["diagnosis"] == {"mistakes": ["Rounds towards zero."]}
    for options in (["--no-diagnosis"], ["--feedback", "hints"], ["--feedback", "none"]):
        shown = kata("grade", "halve", *options).out
        assert "not solved" in shown
        assert "looks like" not in shown


def test_a_lecturer_can_leave_diagnoses_out(kata: Shell, tmp_path: Path) -> None:
    """`kata ci` writes the known mistake into its results, and with `--no-diagnosis` it does not."""
    record_halve(kata.root)
    attempt = tmp_path / "halve.py"
    attempt.write_text(WRONG, encoding="utf-8")
    handed_in = ("ci", "--submission", str(attempt), "--confinement", "auto", "--format", "json", "--output")

    kata(*handed_in, str(tmp_path / "told"))
    kata(*handed_in, str(tmp_path / "untold"), "--no-diagnosis")

    assert "Rounds towards zero." in (tmp_path / "told/results.json").read_text(encoding="utf-8")
    assert "Rounds towards zero." not in (tmp_path / "untold/results.json").read_text(encoding="utf-8")


def test_after_a_pass_each_command_shows_what_it_says(kata: Shell) -> None:
    """A pass names commands for ours, mistakes and more; each of them works then, and before a pass it does not."""
    kata.stub.write_text(WRONG, encoding="utf-8")
    kata("grade", "halve")
    refused = kata("solution", "halve", "--mistakes")
    kata.stub.write_text(RIGHT, encoding="utf-8")
    passed = kata("grade", "halve").out
    lines = passed.partition("\n\n")[2].splitlines()

    assert refused.code == 1
    assert "Rounds" not in refused.out
    assert 3 <= len(lines) <= 15
    assert "length  2 lines of code, ours has 2" in passed
    assert "kata solution halve --mistakes" in passed
    assert kata("solution", "halve", "--mistakes").out == "- Rounds towards zero.\n"
    assert kata("solution", "halve").out == "def halve(n: int) -> int:\n    return n // 2\n"
    assert "Greatest whole number" in kata("solution", "halve", "--full").out
    assert kata("solution", "halve", "--full", "--mistakes").code == 2
