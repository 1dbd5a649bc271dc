"""`kata ci` takes a zip as it takes a folder; what may be anything in it is refused in red, with what was found."""

from __future__ import annotations

import io
import json
import shutil
import stat
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from grader.classes.ci import FailOn, Outcome, Request, grade_request
from grader.classes.job import Settings
from grader.content.catalog import load_catalog
from grader.model import ConfinementMode
from tests.support.shell import PINNED, Shell
from tests.support.toys import RIGHT, copy_toys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.content.catalog import Catalog

STUB: Final = "exercises/numbers/halve/halve.py"
Member = tuple[str | zipfile.ZipInfo, bytes | str]


@dataclass(frozen=True, slots=True)
class Task:
    """A release of two exercises, and the manifest that was kept."""

    catalog: Catalog
    released: Path
    manifest: Path

    def grade(self, path: Path) -> Outcome:
        """Grade what was handed in."""
        settings = Settings(ConfinementMode.AUTO, seed=7, secret=self.catalog.roots)
        return grade_request(self.catalog, Request(path, manifest=self.manifest, settings=settings))

    def members(self) -> dict[str, bytes]:
        """Return the files of the release with one exercise solved."""
        found = {
            path.relative_to(self.released).as_posix(): path.read_bytes()
            for path in self.released.rglob("*")
            if path.is_file()
        }
        return found | {STUB: RIGHT.encode()}


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Task:
    """One for the whole file; nothing in it is changed."""
    folder = tmp_path_factory.mktemp("task")
    kata = Shell(copy_toys(folder), folder / "home")
    done = kata("release", str(folder / "class"), *PINNED, "--exercises", "halve,shout")
    assert done.code == 0, done.err
    kept = folder / "kept.json"
    shutil.copyfile(folder / "class/manifest.json", kept)
    return Task(load_catalog(kata.root), folder / "class", kept)


def _written(path: Path, members: list[Member], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def _link(name: str, target: str) -> Member:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info, target


def _encrypted(path: Path, name: str) -> Path:
    """Mark a member of a zip as encrypted, in both of the places that say so."""
    data = bytearray(path.read_bytes())
    wanted = name.encode()
    for magic, flags, where in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        at = data.find(magic)
        while at >= 0:
            if data[at + where : at + where + len(wanted)] == wanted:
                data[at + flags] |= 1
            at = data.find(magic, at + 4)
    path.write_bytes(data)
    return path


def _told(outcome: Outcome) -> str:
    return "\n".join(f"{one.path}: {one.reason}" for one in outcome.refusals)


def _marks(outcome: Outcome) -> dict[str, tuple[str, float, float]]:
    return {one.exercise: (str(one.verdict), one.points, one.max_points) for one in outcome.reports}


SOLVED: Final = {"halve": ("passed", 2, 2), "shout": ("not_started", 0, 1)}
NOTHING: Final = {"halve": ("not_started", 0, 2), "shout": ("not_started", 0, 1)}


@pytest.mark.parametrize("top", ["", "ada/task-main/"], ids=["as it is", "in two folders"])
def test_a_zip_counts_as_the_folder_it_was_made_of(top: str, task: Task, tmp_path: Path) -> None:
    """Packed with or without the folders around it: the same verdicts and points, and nothing is refused."""
    members: list[Member] = [(f"{top}{name}", data) for name, data in task.members().items()]
    outcome = task.grade(_written(tmp_path / "ada.ZIP", [*members, ("__MACOSX/x", b"x"), (f"{top}.git/config", b"x")]))

    assert _marks(outcome) == SOLVED
    assert outcome.refusals == ()
    assert outcome.reports[0].submission_path == STUB
    assert outcome.exit_code(FailOn.WRONG) == 0


def test_flat_files_in_a_zip_are_found(task: Task, tmp_path: Path) -> None:
    """A zip of nothing but stubs is graded by their names."""
    outcome = task.grade(_written(tmp_path / "ada.zip", [("halve.py", RIGHT)]))

    assert _marks(outcome) == SOLVED
    assert outcome.refusals == ()


def test_a_changed_prompt_is_found_in_a_zip_too(task: Task, tmp_path: Path) -> None:
    """What may not be changed is compared as in a folder, and the stubs are graded all the same."""
    members = task.members() | {"exercises/numbers/halve/prompt.md": b"# Easier\n", "conftest.py": b"boom"}
    outcome = task.grade(_written(tmp_path / "ada.zip", list(members.items())))

    assert _marks(outcome) == SOLVED
    assert "halve/prompt.md: changes a prompt" in _told(outcome)
    assert "conftest.py: adds a file that pytest or Python would run" in _told(outcome)


def _bomb(task: Task, path: Path) -> Path:
    return _written(path, [*(task.members() | {STUB: b"#" * (80 << 20)}).items()])


def _linked(task: Task, path: Path) -> Path:
    members = task.members()
    del members[STUB]
    return _written(path, [*members.items(), _link(STUB, "/etc/passwd"), _link("notes", "/etc")])


def _locked(task: Task, path: Path) -> Path:
    return _encrypted(_written(path, list(task.members().items()), zipfile.ZIP_STORED), STUB)


def _outside(task: Task, path: Path) -> Path:
    return _written(path, [*task.members().items(), ("../../outside.py", RIGHT), ("/etc/cron.d/x", "x")])


def _twice(task: Task, path: Path) -> Path:
    with pytest.warns(UserWarning, match="Duplicate"):
        return _written(path, [*task.members().items(), (STUB, "def halve(n):\n    return 0\n")])


def _bottomless(task: Task, path: Path) -> Path:
    return _written(path, [*task.members().items(), ("/".join("d" * 70) + "/x.py", "x")])


def _slow_method(task: Task, path: Path) -> Path:
    return _written(path, list(task.members().items()), zipfile.ZIP_LZMA)


REFUSED: Final[list[tuple[Callable[[Task, Path], Path], str, str]]] = [
    (_bomb, f"{STUB} has more than", "invalid"),
    (_linked, f"{STUB} is a link", "invalid"),
    (_locked, f"{STUB} is encrypted", "invalid"),
    (_outside, "../../outside.py: has a name that leads out of the archive", "passed"),
    (_twice, f"{STUB} stands in the archive more than once, with different contents", "invalid"),
    (_bottomless, "x.py: lies too deep", "passed"),
    (_slow_method, "is packed by a method that is not read", "invalid"),
]


@pytest.mark.parametrize(("pack", "told", "verdict"), REFUSED, ids=[one[0].__name__.strip("_") for one in REFUSED])
def test_what_may_be_anything_is_red(
    pack: Callable[[Task, Path], Path], told: str, verdict: str, task: Task, tmp_path: Path
) -> None:
    """Links, bombs, passwords, names that lead outside, depths: the run is red and says which file and why."""
    outcome = task.grade(pack(task, tmp_path / "ada.zip"))
    said = _told(outcome) + "".join(f"\n{one.message}" for one in outcome.reports)

    assert told in said
    assert _marks(outcome)["halve"][0] == verdict
    assert outcome.exit_code(FailOn.WRONG) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["ada.zip"]  # nothing was unpacked


ODD: Final[dict[str, tuple[str, Callable[[Task], bytes]]]] = {
    "cut.zip": ("cut.zip is no zip that can be read", lambda task: _bytes(task.members())[:-40]),
    "text.zip": ("text.zip is no zip that can be read", lambda _: b"not a zip"),
    "deep.zip": (
        f"holds none of 2 stubs; in it: a/b/c; a/b/c/{STUB} lies too deep or in the wrong folder",
        lambda task: _bytes({f"a/b/c/{STUB}": task.members()[STUB]}),
    ),
    "twice.zip": (
        "holds none of 2 stubs; in it: inner.zip; inner.zip is an archive inside, which is not opened",
        lambda task: _bytes({"inner.zip": _bytes(task.members())}),
    ),
    "none.zip": ("holds none of 2 stubs; in it: nothing", lambda _: _bytes({})),
    "ada.7z": ("is ada.7z, an archive of a kind that is not read", lambda _: b"7z\xbc\xaf'\x1c"),
}


def _bytes(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize("name", ODD)
def test_what_holds_no_stub_says_what_was_found(name: str, task: Task, tmp_path: Path) -> None:
    """Damaged, empty, nested or too deep: every exercise counts nothing of its points, and the reason tells what is there."""
    told, make = ODD[name]
    path = tmp_path / name
    path.write_bytes(make(task))
    outcome = task.grade(path)

    assert f"submission: {told}" in _told(outcome)
    assert _marks(outcome) == NOTHING
    assert outcome.exit_code(FailOn.WRONG) == 1


def test_a_refused_zip_is_red_in_every_format(task: Task, tmp_path: Path) -> None:
    """The command exits with 1, its annotation says what was found, and the files are written."""
    path = _written(tmp_path / "ada.zip", [*task.members().items(), _link("notes", "/etc")])
    kata = Shell(task.catalog.root, tmp_path / "home")
    done = kata(
        "ci", "--submission", str(path), "--manifest", str(task.manifest), "--fail-on", "wrong", "--confinement", "auto",
        "--format", "github,json", "--output", str(tmp_path / "out"),
    )  # fmt: skip
    document: dict[str, Any] = json.loads((tmp_path / "out/results.json").read_text(encoding="utf-8"))

    assert done.code == 1
    assert "::error file=notes,title=cannot be graded::is a link." in done.out
    assert document["refused"] == [{"path": "notes", "reason": "is a link"}]
