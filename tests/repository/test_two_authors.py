"""Two people add an exercise each, at the same time."""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from grader.authoring.scaffold import write_exercise
from grader.content.catalog import load_catalog
from grader.model import Backend
from tests.support.toys import copy_toys

ROOT = Path(__file__).parents[2]


def git(root: Path, *words: str) -> str:
    """Run git in a folder and return what it printed."""
    name = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", "-C", str(root), *name, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("tracks", [("numbers", "numbers"), ("numbers", "words")], ids=["same track", "two tracks"])
def test_two_exercises_merge_without_a_conflict(tmp_path: Path, tracks: tuple[str, str]) -> None:
    """`kata new` on two branches touches no line that both must change, also in one track."""
    root = copy_toys(tmp_path)
    shutil.copy(ROOT / ".gitattributes", root)
    track_file = (
        root / "exercises" / "numbers" / "track.toml"
    )  # one slug a line, as every track of the catalogue has it
    head = track_file.read_text(encoding="utf-8").partition("exercises = ")[0]
    track_file.write_text(f'{head}exercises = [\n  "add",\n  "halve",\n]\n', encoding="utf-8")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "toys")
    for track, slug in zip(tracks, ("treble", "whisper"), strict=True):
        git(root, "switch", "-q", "-c", slug, "main")
        write_exercise(load_catalog(root), track, slug, Backend.PYTHON)
        git(root, "add", ".")
        git(root, "commit", "-q", "-m", slug)
    git(root, "switch", "-q", "main")
    git(root, "merge", "-q", "--no-edit", "treble")
    git(root, "merge", "-q", "--no-edit", "whisper")

    for track, slug in zip(tracks, ("treble", "whisper"), strict=True):
        listed = tomllib.loads((root / "exercises" / track / "track.toml").read_text(encoding="utf-8"))["exercises"]
        assert listed.count(slug) == 1
    assert {"treble", "whisper"} <= set(load_catalog(root).slugs)
