"""What a stranger's folder holds ends nobody's run and starts nothing: names, depths, encodings, prints."""

from __future__ import annotations

import json
import os
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from grader.errors import UsageError
from grader.intake.manifest import decode
from tests.support.crowd import RIGHT, WRONG, kata, make_crowd, stub_of

if TYPE_CHECKING:
    from collections.abc import Callable

FORMATS: Final = "github,junit,json,markdown,csv,classroom,gradescope,exercism"
# Lines that GitHub, Azure Pipelines or TeamCity act on.
COMMAND: Final = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)
SHOUTS: Final = (
    "def double(n):\n    print('::error::mine\\n  ::set-output name=a::b\\n##[error]x ##vso[task.complete result=Failed]')\n"
    "    raise ValueError('\\n::warning::mine\\n##[group]x')\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A catalogue of three exercises."""
    return make_crowd(tmp_path, 3)


def _deep(folder: Path) -> None:
    where = os.open(folder, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=where)
        below = os.open("d", os.O_RDONLY, dir_fd=where)
        os.close(where)
        where = below
    os.close(where)


def _raw_name(folder: Path) -> None:
    (folder / "solutions/toys").mkdir(parents=True, exist_ok=True)
    Path(os.fsdecode(os.fsencode(folder / "solutions/toys") + b"/\xff\xfe\n::error::.py")).write_text(
        "", encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("plant", "told"), [(_deep, "too deep"), (_raw_name, "solutions")], ids=["deep folders", "a name that is no text"]
)
def test_a_strange_folder_is_graded_all_the_same(plant: Callable[[Path], None], told: str, root: Path) -> None:
    """Folders without end and names in no encoding are refused by name; the stubs are graded, every format is written."""
    submission, out = root.parent / "handed in", root.parent / "out"
    shutil.copytree(root, submission)
    stub_of(submission, "toy01").write_text(RIGHT, encoding="utf-8")
    plant(submission)
    code, printed, err = kata(
        root, "ci", "--submission", str(submission), "--confinement", "auto", "--format", FORMATS, "--output", str(out)
    )
    document = json.loads((out / "results.json").read_text(encoding="utf-8"))

    assert code == 1, err
    assert [report["verdict"] for report in document["reports"]] == ["passed"]
    assert told in printed
    assert told in json.dumps(document["refused"])
    assert (out / "summary.md").exists()


@pytest.mark.parametrize(
    "data",
    [
        b'{"format":1,"exercises":[],"files":{},"more":' + b"[" * 100_000,
        b'{"format":1,"exercises":[],"files":{"\xff":"a"}}',
        b"\xff\xfe{\x00",
        b"",
    ],
    ids=["nested", "not UTF-8", "UTF-16", "empty"],
)
def test_a_manifest_that_is_none_is_told(data: bytes) -> None:
    """Whatever the bytes are, the message names the file and what to do."""
    with pytest.raises(UsageError, match=r"list\.json is no manifest .* Name the manifest\.json of the release\."):
        decode(data, Path("list.json"))


@pytest.mark.parametrize(
    "data",
    [RIGHT.encode("utf-16"), b"\xff\xff\xff", b"# coding: rot13\n" + RIGHT.encode(), b"x = '\0'\n"],
    ids=["UTF-16", "not UTF-8", "an encoding of no text", "NUL"],
)
def test_one_unreadable_stub_is_invalid_and_the_others_are_graded(data: bytes, root: Path) -> None:
    """`kata grade` of several exercises does not end at a file that is no Python text."""
    stub_of(root, "toy00").write_bytes(data)
    stub_of(root, "toy01").write_text(RIGHT, encoding="utf-8")
    stub_of(root, "toy02").unlink()
    code, printed, _ = kata(root, "grade", "--all", "--format", "json")

    assert code == 1
    assert [report["verdict"] for report in json.loads(printed)["reports"]] == ["invalid", "passed", "invalid"]


@pytest.mark.parametrize("form", ["text", "json", "junit"])
@pytest.mark.parametrize("variables", [(), ("CI", "GITHUB_ACTIONS")], ids=["piped", "in a workflow"])
def test_no_report_on_standard_output_is_a_command(
    form: str, variables: tuple[str, ...], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prints and messages of a submission start nothing in a build log, in whatever format; what they say stays readable."""
    for name in ("CI", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    for name in variables:
        monkeypatch.setenv(name, "true")
    stub_of(root, "toy00").write_text(SHOUTS, encoding="utf-8")
    code, printed, err = kata(root, "grade", "toy00", "--format", form, "-v")

    assert code == 1
    assert not COMMAND.search(printed)
    assert not COMMAND.search(err)
    assert "warning" in printed
    if form == "junit":  # escaped, not changed
        assert "::error::mine\n  ::set-output name=a::b\n##[error]x" in (
            ET.fromstring(printed).findtext(".//system-out") or ""
        )
    elif form == "json":
        assert "\n::error::mine" in "\n" + json.loads(printed)["reports"][0]["cases"][0]["output"]


def test_the_log_of_a_class_run_holds_our_commands_only(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`kata ci` annotates in a workflow, and no line of a submission or a name of a file is an annotation of its own."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    submission = root.parent / "handed in"
    shutil.copytree(root, submission)
    stub_of(submission, "toy00").write_text(SHOUTS, encoding="utf-8")
    stub_of(submission, "toy01").write_text(WRONG, encoding="utf-8")
    _raw_name(submission)
    _, printed, err = kata(root, "ci", "--submission", str(submission), "--confinement", "auto")
    commands = [line for line in printed.splitlines() if COMMAND.search(line)]

    assert commands
    assert all(re.match("::error (file|title)=", line) for line in commands)
    assert "##[" not in printed + err
