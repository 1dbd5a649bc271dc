"""`kata update`: real repositories, a learner's work in every state, and nothing lost."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Final

import pytest

from grader.content.catalog import load_catalog
from grader.errors import UsageError
from grader.practice.history import History, read_progress
from grader.practice.update.fit import fit
from grader.practice.update.outcome import Fate, Outcome
from grader.practice.update.update import update
from tests.support.shell import Shell
from tests.support.upstream import build, git, stub_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.upstream import Forge

MARK = "return n >> 1  # mine"
SCENARIOS = ("plain", "bare", "entry", "moved", "gone", "clash", "resized")
MARKERS = re.compile(r"^(?:<<<<<<<|=======$|>>>>>>>)", re.MULTILINE)


@pytest.fixture(scope="module")
def forge(tmp_path_factory: pytest.TempPathFactory) -> Forge:
    """An upstream with a second version, and a clone of the first."""
    return build(tmp_path_factory.mktemp("forge"))


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """An empty history."""
    with History(tmp_path / "home") as history:
        yield history


def solve(root: Path, slug: str) -> None:
    """Write an attempt into a stub; the one of `bare` without docstrings."""
    path = stub_path(root, slug)
    text = path.read_text(encoding="utf-8").replace("raise NotImplementedError", MARK)
    path.write_text(f"def bare(n):\n    {MARK}\n" if slug == "bare" else text, encoding="utf-8")


def commit(root: Path) -> None:
    """Commit everything."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "Mine")


@pytest.mark.parametrize("committed", [False, True], ids=["uncommitted", "committed"])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_attempt_is_lost(scenario: str, forge: Forge, history: History, tmp_path: Path, *, committed: bool) -> None:
    """Whatever upstream did to its exercise, an attempt is in its stub or where the report says, and no marker is left."""
    root = forge.checkout(tmp_path)
    solve(root, scenario)
    if scenario == "clash":
        for path in [root / "README.md", *(path for path in root.glob("*/numbers/clash/**/*") if path.is_file())]:
            path.write_text(f"# mine\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    if committed:
        commit(root)
    outcome = update(root, history)
    (placed,) = outcome.placed
    name = "shifted" if scenario == "moved" else scenario
    stub = stub_path(root, name)
    written = [
        path.read_text(encoding="utf-8") for path in root.rglob("*") if path.is_file() and ".git" not in path.parts
    ]

    assert not any(MARKERS.search(text) for text in written)
    assert load_catalog(root).exercise("shifted").aliases == ("moved",)
    assert (root / "README.md").read_text(encoding="utf-8") == "Two.\n"
    assert MARK.encode() in (history.saved(scenario) or history.saved(name) or b"")
    if scenario == "gone":
        assert placed.fate is Fate.RETIRED
        assert placed.file is not None
        assert MARK in placed.file.read_text(encoding="utf-8")
        assert not stub.exists()
    elif scenario == "resized":
        assert placed.fate is Fate.SET_ASIDE
        assert placed.changes == ("resized(n) is now resized(n, up=False).",)
        assert "NotImplementedError" in stub.read_text(encoding="utf-8")
    else:
        assert placed.now == name
        assert MARK in stub.read_text(encoding="utf-8")
        uncommitted = git(root, "status", "--porcelain", "--", str(stub)) != ""
        assert uncommitted is not committed
    if scenario == "plain":
        assert '"""Return one half' in stub.read_text(encoding="utf-8")
    if scenario == "bare":
        assert stub.read_text(encoding="utf-8") == f"def bare(n):\n    {MARK}\n"
    if scenario == "entry":
        assert placed.changes == ("entry_all(values) is new.",)
        assert "def entry_all(values: list[int])" in stub.read_text(encoding="utf-8")
    if scenario == "clash":
        assert "exercises/numbers/clash/prompt.md" in outcome.overridden
        assert "# mine" in git(root, "show", f"{outcome.safety or outcome.before}:exercises/numbers/clash/prompt.md")


def _crlf(root: Path) -> dict[str, bytes]:
    solve(root, "plain")
    path = stub_path(root, "plain")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    return {"plain": path.read_bytes()}


def _half_written(root: Path) -> dict[str, bytes]:
    path = stub_path(root, "resized")
    path.write_text(f"def resized(n:\n    {MARK}\n", encoding="utf-8")
    return {"resized": path.read_bytes()}


def _all_at_once(root: Path) -> dict[str, bytes]:
    for slug in SCENARIOS:
        solve(root, slug)
    return {slug: stub_path(root, slug).read_bytes() for slug in SCENARIOS}


def _ahead(root: Path) -> dict[str, bytes]:
    for number, slug in enumerate(("plain", "moved", "gone")):
        (root / f"notes{number}.md").write_text("mine\n", encoding="utf-8")
        solve(root, slug)
        commit(root)
    for slug in ("plain", "entry"):
        solve(root, slug)
        with stub_path(root, slug).open("a", encoding="utf-8") as file:
            file.write("# goes on\n")
    return {slug: stub_path(root, slug).read_bytes() for slug in ("plain", "moved", "gone", "entry")}


def _linked(root: Path) -> dict[str, bytes]:
    solve(root, "plain")
    path, elsewhere = stub_path(root, "plain"), root.parent / "work.py"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    return {"plain": elsewhere.read_bytes()}


WAYS: Final = [_crlf, _half_written, _all_at_once, _ahead, _linked]


@pytest.mark.parametrize("committed", [False, True], ids=["uncommitted", "committed"])
@pytest.mark.parametrize("work", WAYS, ids=[one.__name__.strip("_") for one in WAYS])
def test_no_way_of_working_loses_an_attempt(
    work: Callable[[Path], dict[str, bytes]], forge: Forge, history: History, tmp_path: Path, *, committed: bool
) -> None:
    """Windows line ends, half a line, all exercises at once, commits of one's own, a link: each attempt is kept, byte by byte."""
    root = forge.checkout(tmp_path)
    attempts = work(root)
    if committed:
        commit(root)
    outcome = update(root, history)
    written = [path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts]

    assert not [path for path in written if MARKERS.search(path.read_bytes().decode("utf-8", "replace"))]
    for slug, attempt in attempts.items():
        now = "shifted" if slug == "moved" else slug
        assert attempt in (history.saved(slug), history.saved(now)), slug
        placed = next(one for one in outcome.placed if one.slug == slug)
        there = placed.file or stub_path(root, now)
        assert (MARK in there.read_text(encoding="utf-8")) is not (placed.fate is Fate.SET_ASIDE), slug


def test_committed_work_that_goes_on_stays_apart(forge: Forge, history: History, tmp_path: Path) -> None:
    """What is committed stays committed, what was written since stays uncommitted, and both are in the history."""
    root = forge.checkout(tmp_path)
    solve(root, "plain")
    commit(root)
    stub = stub_path(root, "plain")
    stub.write_text(stub.read_text(encoding="utf-8").replace("# mine", "# better"), encoding="utf-8")
    update(root, history)

    assert "# mine" in git(root, "show", "HEAD:exercises/numbers/plain/plain.py")
    assert "# better" in stub.read_text(encoding="utf-8")
    assert b"# better" in (history.saved("plain") or b"")


def test_solved_exercises_and_names(forge: Forge, tmp_path: Path) -> None:
    """A solved exercise whose tests changed is marked until it is graded again; a renamed one keeps what was recorded."""
    root = forge.checkout(tmp_path)
    kata = Shell(root, tmp_path / "home")
    for slug in ("plain", "moved"):
        solve(root, slug)
        assert kata("grade", slug).code == 0
    told = kata("update")
    marked = kata("list")
    again = kata("grade", "plain")
    unmarked = kata("list")

    assert told.code == 0, told.err
    assert "moved is called shifted now; its history goes with it." in told.out
    assert "kata grade plain" in told.out
    assert "its tests changed since" in next(line for line in marked.out.splitlines() if " plain " in line)
    assert again.code == 0
    assert "its tests changed since" not in next(line for line in unmarked.out.splitlines() if " plain " in line)
    assert {"plain", "shifted"} <= read_progress(tmp_path / "home").keys()
    assert "moved" not in read_progress(tmp_path / "home")
    assert "passed" in kata("history", "shifted").out or "mastered" in kata("history", "shifted").out
    assert kata("update").out == "Nothing is new.\n"


def test_what_was_not_begun_is_simply_new(forge: Forge, history: History, tmp_path: Path) -> None:
    """Without attempts the checkout is upstream's commit, and the outcome says what came and went."""
    root = forge.checkout(tmp_path)
    outcome = update(root, history)

    assert git(root, "rev-parse", "HEAD") == git(forge.upstream, "rev-parse", "main")
    assert git(root, "status", "--porcelain") == ""
    assert outcome == Outcome(outcome.before, outcome.after, removed=("gone",), renamed=(("moved", "shifted"),))
    assert git(root, "worktree", "list").count("\n") == 0


def _begin_a_merge(root: Path) -> None:
    (root / ".git" / "MERGE_HEAD").write_text(git(root, "rev-parse", "HEAD") + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_begin_a_merge, "A merge is under way"),
        (lambda root: shutil.rmtree(root / ".git"), "is not the root of a git checkout"),
        (lambda root: git(root, "remote", "remove", "origin"), "does not say where it comes from"),
        (lambda root: git(root, "remote", "set-url", "origin", str(root / "nowhere")), "`git fetch` failed"),
    ],
    ids=["merge", "no repository", "no remote", "no network"],
)
def test_what_cannot_be_updated_stays_as_it_is(
    spoil: Callable[[Path], object], told: str, forge: Forge, history: History, tmp_path: Path
) -> None:
    """The sentence says why, and the attempt lies where it lay."""
    root = forge.checkout(tmp_path)
    solve(root, "plain")
    spoil(root)

    with pytest.raises(UsageError, match=told):
        update(root, history)

    assert MARK in stub_path(root, "plain").read_text(encoding="utf-8")


def test_files_that_git_does_not_know_give_way(forge: Forge, history: History, tmp_path: Path) -> None:
    """A file of the learner's in the place of one that is new lies beside it, with `.yours` behind its name."""
    root = forge.checkout(tmp_path)
    path = root / "exercises" / "numbers" / "shifted" / "prompt.md"
    path.parent.mkdir()
    path.write_text("mine\n", encoding="utf-8")
    outcome = update(root, history)

    assert "exercises/numbers/shifted/prompt.md" in outcome.overridden
    assert path.with_name("prompt.md.yours").read_text(encoding="utf-8") == "mine\n"


OLD = b'"""Doc."""\n\n\nclass A:\n    """Old."""\n\n    def f(self, x):\n        """Old f."""\n        raise NotImplementedError\n'
METHOD = b'\n    def g(self):\n        """New g."""\n        raise NotImplementedError\n'


def test_a_new_method_joins_its_class() -> None:
    """It stands at the end of the class, docstrings that were left alone are new, and own ones stay."""
    own = OLD.replace(b"raise NotImplementedError", b"return x").replace(b"Old f.", b"Own f.") + b"\n\nX = A()\n"
    new = OLD.replace(b"Old.", b"New.").replace(b"Old f.", b"New f.") + METHOD
    done = fit(own, OLD, new)

    assert done.changes == ("A.g(self) is new.",)
    assert done.content == own.replace(b"Old.", b"New.").replace(b"return x\n", b"return x\n" + METHOD)


def test_annotations_and_line_ends_are_no_change() -> None:
    """A stub that only annotates its parameters anew still fits, and Windows line ends stay."""
    own = OLD.replace(b"raise NotImplementedError", b"return x").replace(b"\n", b"\r\n")
    done = fit(own, OLD, OLD.replace(b"x):", b"x: int) -> int:").replace(b"Old.", b"New."))

    assert done.content == own.replace(b"Old.", b"New.")


def test_an_attempt_that_is_no_python() -> None:
    """It stays as it is where the signatures are those of before, and is set aside where they are not."""
    own = b"class A:\n    def f(self, x:\n"

    assert fit(own, OLD, OLD.replace(b"Old.", b"New.")).content == own
    assert fit(own, OLD, OLD.replace(b"x):", b"x, y):")).content is None


def test_an_attempt_that_already_has_the_new_signature_fits() -> None:
    """Who wrote the parameter before upstream asked for it keeps the attempt."""
    new = OLD.replace(b"x):", b"x, y=1):")
    own = new.replace(b"raise NotImplementedError", b"return x + y")

    assert fit(own, OLD, new).content == own
