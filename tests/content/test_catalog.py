"""The catalogue: what loads, and what each complaint says."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from grader.content.catalog import content_hash, find_root, load_catalog, load_exercise
from grader.errors import ContentError, UnknownExercise, UsageError
from grader.model import Backend, Difficulty, Limits
from tests.support.toys import TOYS, copy_toys, edit

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A toy catalogue that the test may break."""
    return copy_toys(tmp_path)


def test_exercises_come_in_the_order_of_their_tracks() -> None:
    """Tracks are sorted by `order`, exercises as their track lists them."""
    catalog = load_catalog(TOYS)

    assert ["numbers", "words"] == [track.name for track in catalog.tracks]
    assert ["add", "halve", "shout"] == [exercise.slug for exercise in catalog.exercises]
    assert ("add", "halve", "shout") == catalog.slugs


def test_every_key_reaches_the_exercise() -> None:
    """What `exercise.toml` says is what the exercise holds, with defaults for the rest."""
    exercise = load_catalog(TOYS).exercise("add")

    assert "Add and subtract" == exercise.title
    assert Difficulty.EASY is exercise.difficulty
    assert Backend.PYTHON is exercise.backend
    assert 5 == exercise.minutes
    assert ("add", "subtract") == exercise.entry_points
    assert Limits() == exercise.limits
    assert exercise.stub_path.is_file()
    assert exercise.reference_path.is_file()


def test_limits_are_merged_with_defaults(root: Path) -> None:
    """A limit that is given replaces its default; the others stay, and whole seconds are fine."""
    path = root / "exercises/words/shout/exercise.toml"
    edit(path, "hints = []\n", "hints = []\n[limits]\ncall_s = 1\nmemory_mb = 64\n")

    assert Limits(call_s=1.0, memory_mb=64) == load_exercise(path.parent).limits


def test_optional_tables_are_read(root: Path) -> None:
    """Follow-ups and mutated arguments are read."""
    path = root / "exercises/words/shout/exercise.toml"
    edit(path, "hints = []\n", 'hints = []\nmutates = ["shout.loud"]\n')
    with path.open("a", encoding="utf-8") as file:
        file.write('[[follow_ups]]\nquestion = "Why?"\nkey_points = ["Because."]\n')
    exercise = load_exercise(path.parent)

    assert ("shout.loud",) == exercise.mutates
    assert ("Because.",) == exercise.follow_ups[0].key_points


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('title = "Shout"', 'titel = "Shout"', "key `title` is missing. Rename `titel` to `title`."),
        ('title = "Shout"', "", "key `title` is missing. Add `title = …`, a string."),
        ('title = "Shout"', 'title = " "', "key `title` is blank. Fill it in."),
        ('title = "Shout"', "title = 3", "key `title` is a whole number. It must be a string."),
        ('"hard"', '"herd"', "key `difficulty` is 'herd'. Did you mean `hard`? Use one of: easy, medium, hard."),
        ('"python"', '"jax"', "key `backend` is 'jax'. Use one of: python, numpy, torch."),
        ("minutes = 15", "minutes = true", "key `minutes` is true or false. It must be a whole number."),
        ("minutes = 15", "minutes = 0", "key `minutes` is 0. It must be greater than zero."),
        ("minutes = 15", "minutes = 2024-01-01", "key `minutes` is a date or time. It must be a whole number."),
        ("format = 1", "format = 2", "key `format` is 2. This version of kata reads format 1"),
        ('["shout"]', "[]", "key `entry_points` is empty. Name at least one."),
        ('["shout"]', '["shout it"]', "key `entry_points[0]` is 'shout it', not a Python identifier."),
        ('["text"]', '["text", "text"]', "key `tags[1]` repeats 'text'. Remove one."),
        ('["text"]', '["text", 4]', "key `tags[1]` is a whole number."),
        ("hints = []", "hint = []", "key `hint` is not a known key. Did you mean `hints`?"),
        ("hints = []", "colour = 1", "key `colour` is not a known key. Remove it. Known keys: format, title,"),
        (
            "hints = []",
            'mutates = ["shuot"]',
            "key `mutates[0]` names 'shuot', which is no entry point. Did you mean `shout`?",
        ),
        ("hints = []", "limits = 3", "key `limits` is a whole number. It must be a table."),
        (
            "hints = []",
            "limits = {memori_mb = 3}",
            "key `limits.memori_mb` is not a known key. Did you mean `memory_mb`?",
        ),
        ("hints = []", "limits = {call_s = -1.0}", "key `limits.call_s` is -1.0. It must be greater than zero."),
        ("hints = []", "limits = {call_s = inf}", "key `limits.call_s` is inf."),
        (
            "hints = []",
            'follow_ups = ["x"]',
            "key `follow_ups[0]` is a string. Write it as a table under [[follow_ups]].",
        ),
        ("hints = []", "[[mutants]]", "key `mutants` is not a known key."),
        ("hints = []", "hints = [", "not valid TOML: "),
    ],
)
def test_a_broken_exercise_names_file_key_and_remedy(root: Path, old: str, new: str, expected: str) -> None:
    """Every mistake in `exercise.toml` gives one line with the file, the key and what to do."""
    path = root / "exercises/words/shout/exercise.toml"
    edit(path, old, new)

    with pytest.raises(ContentError) as caught:
        load_exercise(path.parent)

    assert f"{path}: {expected}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_broken_toml_names_the_line(root: Path) -> None:
    """A syntax error is told with its line."""
    path = root / "exercises/words/shout/exercise.toml"
    edit(path, 'title = "Shout"', "title = ")

    with pytest.raises(ContentError, match="line 2"):
        load_exercise(path.parent)


def test_a_file_that_is_not_utf8_is_refused(root: Path) -> None:
    """Latin-1 in a content file is an error that says so."""
    path = root / "exercises/words/shout/exercise.toml"
    path.write_bytes(b'title = "\xe9"')

    with pytest.raises(ContentError, match="byte 9 is not UTF-8"):
        load_exercise(path.parent)


def test_a_broken_exercise_does_not_stop_another(root: Path) -> None:
    """Only the exercise that is asked for must be sound."""
    (root / "exercises/words/shout/exercise.toml").write_text("nonsense", encoding="utf-8")
    catalog = load_catalog(root)

    assert "halve" == catalog.exercise("halve").slug
    with pytest.raises(ContentError):
        _ = catalog.exercises


def test_an_unknown_slug_offers_the_nearest() -> None:
    """A typing error in a slug is answered with near names, a wild guess with the way to the list."""
    catalog = load_catalog(TOYS)

    with pytest.raises(UnknownExercise, match=r"no exercise named 'halv'. Did you mean `halve`"):
        catalog.exercise("halv")
    with pytest.raises(UnknownExercise, match="See `kata list`"):
        catalog.exercise("zzzzzz")


def test_an_unknown_track_offers_the_nearest() -> None:
    """A typing error in a track is answered with near names, a wild guess with all of them."""
    catalog = load_catalog(TOYS)

    with pytest.raises(UsageError, match="Did you mean `numbers`"):
        catalog.track("number")
    with pytest.raises(UsageError, match="Tracks: numbers, words"):
        catalog.track("zzz")


def test_a_slug_belongs_to_one_track(root: Path) -> None:
    """The same slug in two tracks is refused with both places."""
    shutil.copytree(root / "exercises/words/shout", root / "exercises/numbers/shout")

    with pytest.raises(ContentError, match=r"exists twice; also .*numbers"):
        load_catalog(root)


def test_a_listed_exercise_needs_a_folder(root: Path) -> None:
    """A track that lists what is not there is broken, and says how to mend it."""
    shutil.rmtree(root / "exercises/words/shout")
    catalog = load_catalog(root)

    with pytest.raises(ContentError, match=r"which has no folder. Run `kata new words/shout`"):
        _ = catalog.exercises


def test_a_folder_needs_to_be_listed(root: Path) -> None:
    """A folder that its track does not list is an error; caches and hidden folders are not exercises."""
    (root / "exercises/words/__pycache__").mkdir()
    (root / "exercises/words/.ipynb_checkpoints").mkdir()
    assert 3 == len(load_catalog(root).exercises)
    (root / "exercises/words/whisper").mkdir()

    with pytest.raises(ContentError, match="does not list the folder 'whisper'"):
        _ = load_catalog(root).exercises


def test_a_slug_is_an_identifier(root: Path) -> None:
    """A folder name that Python cannot import is refused."""
    (root / "exercises/words/shout").rename(root / "exercises/words/shout-it")

    with pytest.raises(ContentError, match="'shout-it' is not a Python identifier"):
        load_exercise(root / "exercises/words/shout-it")


def test_a_track_needs_its_file(root: Path) -> None:
    """A folder below `exercises/` without `track.toml` is an error."""
    (root / "exercises/words/track.toml").unlink()

    with pytest.raises(ContentError, match=r"words/track\.toml: the file is missing"):
        load_catalog(root)


def test_the_root_is_found_from_below(root: Path) -> None:
    """Any folder of a checkout leads to its root."""
    assert root == find_root(root / "exercises/words/shout")


def test_the_root_falls_back_to_the_checkout_of_the_package(tmp_path: Path) -> None:
    """Outside any checkout, the one that the package lies in is used."""
    assert TOYS.parents[2] == find_root(tmp_path)


def test_the_variable_decides(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`KATA_ROOT` wins over the current folder, and must lead to a catalogue."""
    monkeypatch.setenv("KATA_ROOT", str(root))
    assert root == find_root()
    monkeypatch.setenv("KATA_ROOT", str(root / "solutions"))

    with pytest.raises(UsageError, match=r"KATA_ROOT is .*which holds no"):
        find_root()


def test_a_deleted_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell that stands in a deleted folder gets a sentence."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(UsageError, match="current folder was deleted"):
        find_root()


@pytest.mark.parametrize("name", ["exercise.toml", "prompt.md", "hidden_tests.py"])
def test_the_content_hash_covers_every_file_that_decides(root: Path, name: str) -> None:
    """A change to metadata, prompt or tests changes the digest."""
    exercise = load_catalog(root).exercise("shout")
    before = content_hash(exercise)
    assert before == content_hash(exercise)
    with (exercise.folder / name).open("a", encoding="utf-8") as file:
        file.write("\n")

    assert before != content_hash(exercise)


def test_the_content_hash_covers_the_reference_and_not_the_stub(root: Path) -> None:
    """The learner's own file does not count; the reference does."""
    exercise = load_catalog(root).exercise("shout")
    before = content_hash(exercise)
    exercise.stub_path.write_text("", encoding="utf-8")
    assert before == content_hash(exercise)
    exercise.reference_path.write_text("", encoding="utf-8")
    assert before != content_hash(exercise)
    exercise.reference_path.unlink()

    with pytest.raises(ContentError, match="the file is missing"):
        content_hash(exercise)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_told(root: Path) -> None:
    """Missing permissions are named."""
    (root / "exercises/words/track.toml").chmod(0)

    with pytest.raises(ContentError, match="cannot be read"):
        load_catalog(root)
