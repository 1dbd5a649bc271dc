"""A take-home task for one person: a seed and a variant of their own, and the page that their reviewer reads."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import pytest

from grader.classes.commits import read_commits
from grader.classes.variant import draw, places_of
from grader.cli.app import app
from grader.errors import UsageError
from tests.support.runner import GIT
from tests.support.shell import PINNED, Shell
from tests.support.toys import RIGHT, copy_toys

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.shell import Done

STUB: Final = "exercises/numbers/halve/halve.py"
BEGAN: Final = 1_900_000_000  # after every release that a test makes


@dataclass(frozen=True, slots=True)
class Desk:
    """Whoever hires: a checkout, and the tasks that were made from it."""

    folder: Path
    kata: Shell

    def task(self, name: str, *arguments: str) -> Done:
        """Make a task for a candidate."""
        return self.kata("release", str(self.folder / name), "--candidate", name, "--platform", "plain", *arguments)

    def kept(self, name: str) -> Path:
        """Return the manifest that stays here."""
        return self.folder / f"{name}-manifest.json"

    def given(self, name: str) -> dict[str, Any]:
        """Return what the kept manifest says of a candidate."""
        found: dict[str, Any] = json.loads(self.kept(name).read_text(encoding="utf-8"))
        return dict(found["given"], slugs=[one["slug"] for one in found["exercises"]])

    def review(self, name: str, *arguments: str) -> tuple[Done, str, dict[str, Any]]:
        """Grade what a candidate handed in; return what was printed, the reviewer's page and the results."""
        out = self.folder / f"{name}-out"
        done = self.kata(
            "ci", "--submission", str(self.folder / name), "--manifest", str(self.kept(name)), "--confinement", "auto",
            "--fail-on", "wrong", "--format", "json,review", "--output", str(out), *arguments,
        )  # fmt: skip
        page = out / "review.html"
        document = out / "results.json"
        return (
            done,
            page.read_text(encoding="utf-8") if page.exists() else "",
            json.loads(document.read_text(encoding="utf-8")) if document.exists() else {},
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk of its own for each test."""
    return Desk(tmp_path, Shell(copy_toys(tmp_path), tmp_path / "home"))


def commit(folder: Path, message: str, minute: int, *, recorded: int | None = None, author: str = "Ada") -> None:
    """Commit everything at a minute after the beginning, as a candidate's git writes it."""
    environment = {
        **os.environ, **GIT, "GIT_AUTHOR_NAME": author, "GIT_AUTHOR_DATE": f"@{BEGAN + 60 * minute} +0200",
        "GIT_COMMITTER_DATE": f"@{BEGAN + 60 * (minute if recorded is None else recorded)} +0200",
    }  # fmt: skip
    for command in (["add", "-A"], ["commit", "-qm", message]):
        subprocess.run(["git", *command], cwd=folder, env=environment, check=True, capture_output=True)


def begin(folder: Path) -> None:
    """Make a repository of a task."""
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, env={**os.environ, **GIT}, check=True)
    commit(folder, "begin", 0)


def test_each_candidate_has_a_seed_and_a_variant(desk: Desk) -> None:
    """Two tasks differ in seed; what was drawn is recorded in the manifest that is kept, and the task does not know the seed."""
    for name, variant in (("ada", "1"), ("bo", "2")):
        made = desk.task(name, "--exercises", "halve/add,shout", "--variant", variant, "--minutes", "60")
        assert made.code == 0, made.err
        assert f"{name} has variant {variant} of 2" in made.out
        assert "Nothing hidden is in it." in made.out
        assert "upstream shows the references of 2 exercises of these" in made.err
    ada, bo = desk.given("ada"), desk.given("bo")
    everything = "".join(
        path.read_text(encoding="utf-8") for path in (desk.folder / "ada").rglob("*") if path.is_file()
    )

    assert ada["seed"] != bo["seed"]
    assert (ada["slugs"], ada["variant"], ada["minutes"]) == (["halve", "shout"], "1 of 2", 60)
    assert (bo["slugs"], bo["variant"]) == (["add", "shout"], "2 of 2")
    assert datetime.fromisoformat(ada["released"]).tzinfo is not None
    assert str(ada["seed"]) not in everything
    assert "given" not in json.loads((desk.folder / "ada/manifest.json").read_text(encoding="utf-8"))
    assert not (desk.folder / "ada-assignment.toml").exists()


def test_the_manifest_decides_the_seed(desk: Desk) -> None:
    """Whoever grades gets the candidate's inputs without naming them; the copy in the task is as it was, an edit of it is not."""
    desk.task("ada", "--exercises", "halve,shout", "--seed", "4242")
    (desk.folder / "ada" / STUB).write_text(RIGHT, encoding="utf-8")
    done, _, results = desk.review("ada")

    assert done.code == 0, done.out
    assert "refused" not in results
    assert {one["seed"] for one in results["reports"] if one["exercise"] == "halve"} == {4242}
    assert "graded for ada, variant 1 of 1, with its seed" in done.err

    shutil.copyfile(desk.kept("ada"), desk.folder / "ada/manifest.json")
    done, _, results = desk.review("ada", "--seed", "7")
    assert "changes the manifest of the release" in done.out
    assert "with another seed than its own" in done.err
    assert {one["seed"] for one in results["reports"] if one["exercise"] == "halve"} == {7}


def test_a_private_pack_needs_no_warning(desk: Desk) -> None:
    """Exercises that stand beside the public ones with KATA_PATH are handed out without a word about upstream."""
    pack = desk.folder / "pack"
    for part in ("exercises", "solutions"):
        shutil.move(desk.kata.root / part / "words", pack / part / "words")
    done = desk.kata(
        "release", str(desk.folder / "bo"), "--candidate", "bo", "--platform", "plain", "--exercises", "shout",
        "--without-hints", KATA_PATH=str(pack),
    )  # fmt: skip

    assert done.code == 0, done.err
    assert "upstream" not in done.err
    assert desk.given("bo")["slugs"] == ["shout"]


def test_a_variant_is_drawn_by_the_seed() -> None:
    """The same seed draws the same, every variant is drawn by some seed, and each differs from all others."""
    places = places_of("a/b, c/d/e ,f")
    drawn = {draw(places, seed) for seed in range(200)}

    assert draw(places, 11) == draw(places, 11)
    assert {one.number for one in drawn} == set(range(1, 7))
    assert len({one.slugs for one in drawn}) == 6
    assert all(one.slugs[2] == "f" and one.total == 6 for one in drawn)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--exercises", "halve/add"], "Say whose release it is with --candidate NAME."),
        (["--seed", "3"], "Say whose release it is with --candidate NAME."),
        (["--candidate", "ada", "--exercises", "halve/add", "--variant", "3"], "There is no variant 3 of 2."),
        (["--candidate", "ada", "--exercises", "halve/halve"], "--exercises names halve twice."),
        (["--candidate", "ada", "--exercises", "halve/hlave", "--variant", "1"], "There is no exercise named 'hlave'."),
        (["--candidate", "a\nb"], "--candidate is no name."),
        (["--candidate", "ada", "--platform", "gradescope"], "is no release for one candidate"),
    ],
)
def test_what_a_candidate_cannot_be_given(
    arguments: list[str], told: str, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each slip says what to do, and writes nothing."""
    monkeypatch.setenv("KATA_ROOT", str(desk.kata.root))
    with pytest.raises(UsageError) as error:
        app.main(["release", str(desk.folder / "task"), *PINNED, *arguments], standalone_mode=False)

    assert told in str(error.value)
    assert not (desk.folder / "task").exists()


def test_a_reviewer_reads_verdicts_code_and_the_clock_of_commits(desk: Desk) -> None:
    """One page: outcome of each exercise, the code, each commit with its time, and what is odd about them; nothing in it runs."""
    desk.task("ada", "--exercises", "halve,shout", "--minutes", "60")
    folder = desk.folder / "ada"
    begin(folder)
    (folder / STUB).write_text("def halve(n):\n    return n / 2  # <script>alert(1)</script>\n", encoding="utf-8")
    commit(folder, "first <b>try</b>", 20, author="Ada <i>L</i>")
    (folder / STUB).write_text(RIGHT, encoding="utf-8")
    commit(folder, "floor", 95, recorded=300)
    (folder / STUB).write_text(f"# later\n{RIGHT}", encoding="utf-8")
    done, page, _ = desk.review("ada")
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())

    assert done.code == 0, done.err
    assert "<h1>ada</h1>" in page
    assert "mastered" in text
    assert "# later" in text
    assert "1 h 35 min" in text
    assert "+1 h 15 min" in text
    assert "first &lt;b&gt;try&lt;/b&gt;" in text
    assert "halve.py +1 &minus;1" in text
    assert "From the first commit to the last 95 minutes went by; 60 were given." in text
    assert "1 commit was made anew after the time shown" in text
    assert f"{STUB} was graded, and the last commit holds another version of it." in text
    assert "Times, authors and messages are the candidate's own word" in text
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_commits_older_than_the_task_are_told(desk: Desk) -> None:
    """A clock that was set back shows: no commit can be older than the task that it answers."""
    desk.task("ada", "--exercises", "halve")
    folder = desk.folder / "ada"
    begin(folder)
    (folder / STUB).write_text(RIGHT, encoding="utf-8")
    commit(folder, "quick", -(BEGAN // 60) + 60)
    _, page, _ = desk.review("ada")

    assert "1 commit claims to be older than the task" in page
    assert "1 commit claims to be older than the one before" in page


def test_a_bundle_tells_what_a_zip_cannot(desk: Desk) -> None:
    """A zip holds the files, a bundle beside it the history; without one the page says that none came."""
    desk.task("ada", "--exercises", "halve")
    folder = desk.folder / "ada"
    begin(folder)
    (folder / STUB).write_text(RIGHT, encoding="utf-8")
    commit(folder, "done", 5)
    bundle = desk.folder / "ada.bundle"
    subprocess.run(["git", "bundle", "create", "-q", str(bundle), "HEAD"], cwd=folder, check=True, capture_output=True)
    shutil.make_archive(str(desk.folder / "ada"), "zip", folder)
    shutil.rmtree(folder)
    archive = ("--submission", str(desk.folder / "ada.zip"))
    _, page, results = desk.review("ada", *archive, "--commits", str(bundle))
    _, bare, _ = desk.review("ada", *archive)

    assert results["reports"][0]["verdict"] == "passed"
    assert "done" in page
    assert "There is one commit" not in page
    assert "No history came with this hand-in." in bare


def test_settings_and_hooks_of_a_clone_start_nothing(tmp_path: Path) -> None:
    """Whatever a stranger's repository names is not run, and what it links to is not read."""
    folder, mark = tmp_path / "clone", tmp_path / "mark"
    folder.mkdir()
    (folder / "halve.py").write_text(RIGHT, encoding="utf-8")
    begin(folder)
    hook = folder / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n", encoding="utf-8")
    hook.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "diff.x.textconv", "alias.log"):
        subprocess.run(["git", "config", name, f"!touch {mark}"], cwd=folder, check=True, env={**os.environ, **GIT})
    (folder / ".gitattributes").write_text("* diff=x filter=x\n", encoding="utf-8")
    (folder / ".git/objects/info").mkdir(exist_ok=True)
    (folder / ".git/objects/info/alternates").write_text(f"{tmp_path}\n", encoding="utf-8")
    os.mkfifo(folder / ".git/objects/ab")
    (folder / ".git/refs/replace").mkdir()
    found = read_commits(folder, ["halve.py"])

    assert [one.subject for one in found.listed] == ["begin"]
    assert found.listed[0].when == datetime.fromtimestamp(BEGAN, UTC)
    assert [path for path, _ in found.files] == ["halve.py"]
    assert not mark.exists()


def _linked_head(folder: Path) -> None:
    (folder / ".git/HEAD").unlink()
    (folder / ".git/HEAD").symlink_to("/etc/hostname")


def _worktree(folder: Path) -> None:
    shutil.rmtree(folder / ".git")
    (folder / ".git").write_text("gitdir: /somewhere\n", encoding="utf-8")


def _elsewhere(folder: Path) -> None:
    (folder / ".git/HEAD").write_text("ref: refs/heads/../../../secret\n", encoding="utf-8")


def _damaged(folder: Path) -> None:
    for path in (folder / ".git/objects").glob("??/*"):
        path.chmod(0o600)
        path.write_bytes(b"damaged")


@pytest.mark.parametrize(
    "spoil", [_linked_head, _worktree, _elsewhere, _damaged], ids=lambda one: one.__name__.strip("_")
)
def test_a_history_that_is_none_is_told(spoil: Any, tmp_path: Path) -> None:
    """A link, a pointer to another folder, a name that leads outside, damage: a sentence that names the clone, and no more."""
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "halve.py").write_text(RIGHT, encoding="utf-8")
    begin(folder)
    spoil(folder)

    with pytest.raises(UsageError, match=re.escape(str(folder))):
        read_commits(folder)


def test_nothing_committed_and_no_bundle(tmp_path: Path) -> None:
    """An empty repository has no commits; a file that is no bundle is told."""
    (tmp_path / "clone").mkdir()
    subprocess.run(["git", "init", "-q"], cwd=tmp_path / "clone", check=True, env={**os.environ, **GIT})
    (tmp_path / "work.bundle").write_bytes(b"# v2 git bundle\n-bad\n\nPACK")

    assert read_commits(tmp_path / "clone").listed == ()
    with pytest.raises(UsageError, match="its history cannot be read"):
        read_commits(tmp_path / "work.bundle")
