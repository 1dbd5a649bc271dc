"""`kata release --check` looks at everything, and names what it cannot look into."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import py_compile
import subprocess
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

import pytest

from tests.support.crowd import kata, make_crowd
from tests.support.shell import PINNED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET: Final = "def test_minus_seventeen_is_doubled(candidate):\n    assert_equal(candidate.double(-17), -34)\n"
PICTURE: Final = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue of two exercises."""
    return make_crowd(tmp_path_factory.mktemp("upstream"), 2)


@pytest.fixture
def released(catalogue: Path, tmp_path: Path) -> Path:
    """A release of it."""
    folder = tmp_path / "release"
    assert kata(catalogue, "release", str(folder), *PINNED)[0] == 0
    return folder


def _zip(text: bytes, name: str = "notes.txt") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return file.getvalue()


def _tar(text: bytes, mode: str = "w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        member = tarfile.TarInfo("deep/notes.txt")
        member.size = len(text)
        archive.addfile(member, io.BytesIO(text))
    return file.getvalue()


def _notebook(text: str) -> bytes:
    cells = [{"cell_type": "code", "metadata": {}, "source": text.splitlines(keepends=True), "outputs": []}]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


PLAIN: Final = SECRET.encode()
PLACES: Final[dict[str, bytes]] = {
    "node_modules/thing/index.js": PLAIN,
    ".venv/lib/site.py": PLAIN,
    "__pycache__/notes.txt": PLAIN,
    ".nox/log.txt": PLAIN,
    ".pytest_cache/v/lastfailed": b'{"exercises/toy00.py::test_minus_seventeen_is_doubled": true}',
    ".mypy_cache/3.11/notes.json": json.dumps({"text": SECRET}).encode(),
    "utf16.txt": SECRET.encode("utf-16"),
    "utf16_without_a_mark.txt": SECRET.encode("utf-16-be"),
    "utf32.txt": SECRET.encode("utf-32"),
    "with_a_mark.txt": SECRET.encode("utf-8-sig"),
    "latin1.txt": ("# für später\n" + SECRET).encode("latin-1"),
    "notes.zip": _zip(PLAIN),
    "package.whl": _zip(PLAIN, "package/notes.py"),
    "named.zip": _zip(b"nothing", "exercises/toys/toy00/hidden_tests.py"),
    "notes.tar": _tar(PLAIN),
    "notes.tar.gz": _tar(PLAIN, "w:gz"),
    "notes.tar.xz": _tar(PLAIN, "w:xz"),
    "notes.gz": gzip.compress(PLAIN),
    "notes.bz2": bz2.compress(PLAIN),
    "notes.xz": lzma.compress(PLAIN),
    "twice.zip": _zip(_zip(_tar(PLAIN)), "inner.zip"),
    "deflated": zlib.compress(PLAIN),
    "picture.png": PICTURE + _zip(PLAIN),
    "no_ending": _zip(PLAIN),
    "class.ipynb": _notebook(SECRET),
    "page.html": b"<p>assert_equal(candidate.double(&#45;17), -34)</p>",
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_hidden_is_found_wherever_it_is(place: str, released: Path, catalogue: Path) -> None:
    """Caches, installed packages, encodings, archives in archives, notebooks: the place is named with what it holds."""
    path = released / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(PLACES[place])
    code, told, _ = kata(catalogue, "release", "--check", str(released))

    assert code == 1
    assert told.startswith(place)
    assert ": holds " in told


SEALED: Final[dict[str, Callable[[Path], object]]] = {
    "compiled.pyc": lambda path: path.write_bytes(b"\xa7\r\r\n" + bytes(12)),
    "blob.bin": lambda path: path.write_bytes(bytes(range(256))),
    "broken.zip": lambda path: path.write_bytes(_zip(PLAIN)[:-30]),
    "archive.7z": lambda path: path.write_bytes(b"7z\xbc\xaf'\x1c" + bytes(40)),
    "bomb.gz": lambda path: path.write_bytes(gzip.compress(bytes(300 << 20), 1)),
    "deep.zip": lambda path: path.write_bytes(_zip(_zip(_zip(_zip(_zip(_zip(PLAIN))))))),
    "link": lambda path: path.symlink_to("/etc/hostname"),
    "pipe": os.mkfifo,
}


@pytest.mark.parametrize("name", SEALED)
def test_what_cannot_be_looked_into_is_no_pass(name: str, released: Path, catalogue: Path) -> None:
    """Compiled, encrypted, damaged, bottomless or no file at all: it is named, and the check fails."""
    SEALED[name](released / name)
    code, told, _ = kata(catalogue, "release", "--check", str(released))

    assert code == 1
    assert told.startswith(name)
    assert "1 part cannot be looked into" in told


def test_compiled_tests_are_found(released: Path, catalogue: Path) -> None:
    """A hidden test that Python compiled on the way is no pass."""
    source = catalogue / "exercises/toys/toy00/hidden_tests.py"
    py_compile.compile(str(source), cfile=str(released / "__pycache__/x.cpython-311.pyc"), doraise=True)

    assert kata(catalogue, "release", "--check", str(released))[0] == 1


def test_folders_without_an_end_are_named(released: Path, catalogue: Path) -> None:
    """Folders too deep to be walked are named instead of being passed over."""
    where = released
    for _ in range(80):
        where /= "d"
    where.mkdir(parents=True)
    (where / "notes.txt").write_bytes(PLAIN)
    code, told, _ = kata(catalogue, "release", "--check", str(released))

    assert code == 1
    assert "too deep" in told


def _git(folder: Path, *arguments: str) -> None:
    author = {
        "GIT_AUTHOR_NAME": "a",
        "GIT_AUTHOR_EMAIL": "a@b",
        "GIT_COMMITTER_NAME": "a",
        "GIT_COMMITTER_EMAIL": "a@b",
    }
    environment = {**os.environ, **author, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "-C", str(folder), *arguments], env=environment, check=True, capture_output=True)


@pytest.mark.parametrize("packed", [False, True], ids=["loose", "packed"])
@pytest.mark.parametrize("place", [".", "deep/nested"])
def test_the_history_of_a_repository_is_looked_at(place: str, packed: bool, released: Path, catalogue: Path) -> None:
    """A release under git passes; a test that was committed and deleted again is found, packed or not."""
    folder = released / place
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "begin.txt").write_text("nothing\n", encoding="utf-8")
    _git(folder, "init", "--quiet")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "begin")
    clean = kata(catalogue, "release", "--check", str(released))
    assert (clean[0], clean[1]) == (0, "Nothing hidden is in it.\n")

    (folder / "notes.txt").write_bytes(PLAIN)
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "oops")
    _git(folder, "rm", "--quiet", "notes.txt")
    _git(folder, "commit", "--quiet", "--message", "better")
    if packed:
        _git(folder, "gc", "--quiet")
    code, told, _ = kata(catalogue, "release", "--check", str(released))

    assert code == 1
    assert ".git/objects/" in told
    assert "of hidden tests of toy0" in told


def test_settings_of_a_repository_start_nothing(released: Path, catalogue: Path, tmp_path: Path) -> None:
    """What the settings of a stranger's repository name is not run."""
    _git(released, "init", "--quiet")
    _git(released, "add", "--all")
    _git(released, "commit", "--quiet", "--message", "begin")
    mark = tmp_path / "mark"
    for name in ("core.fsmonitor", "core.sshCommand", "diff.external", "core.alternateRefsCommand", "core.pager"):
        _git(released, "config", name, f"touch {mark}")
    kata(catalogue, "release", "--check", str(released))

    assert not mark.exists()


def test_a_damaged_history_is_no_pass(released: Path, catalogue: Path) -> None:
    """Objects that git cannot read are named."""
    _git(released, "init", "--quiet")
    _git(released, "add", "--all")
    victim = next(path for path in (released / ".git/objects").glob("??/*"))
    victim.chmod(0o600)
    victim.write_bytes(b"damaged")
    code, told, _ = kata(catalogue, "release", "--check", str(released))

    assert code == 1
    assert "cannot be read" in told


@pytest.mark.parametrize("name", ["data.zip", "picture.png", "latin1.txt", "utf16.txt", "table.csv", "work.ipynb"])
def test_what_is_harmless_passes(name: str, released: Path, catalogue: Path) -> None:
    """Archives, pictures, notebooks and other encodings that show nothing hidden are no finding."""
    text = "Größe, Länge\n1, 2\n"
    (released / name).write_bytes(
        {
            "data.zip": _zip(_tar(text.encode(), "w:gz"), "data.tar.gz"),
            "picture.png": PICTURE,
            "latin1.txt": text.encode("latin-1"),
            "utf16.txt": text.encode("utf-16"),
            "work.ipynb": _notebook("print('hello')\n"),
        }.get(name, text.encode())
    )

    assert kata(catalogue, "release", "--check", str(released)) == (0, "Nothing hidden is in it.\n", "")


def test_a_release_with_solutions_passes_its_own_check(catalogue: Path, tmp_path: Path) -> None:
    """What one solution shares with a test or a wrong solution of another exercise is no leak when solutions come along."""
    shared = "    total = sum(value for value in values if value > 0)"
    root = make_crowd(tmp_path, 2)
    solution = root / "solutions/toys/toy00/toy00.py"
    solution.write_text(
        f"{solution.read_text(encoding='utf-8')}\n\ndef _rest(values):\n{shared}  # twice\n    return total\n",
        encoding="utf-8",
    )
    mutant = root / "solutions/toys/toy01/mutants/adds_two.py"
    mutant.write_text(
        f"{mutant.read_text(encoding='utf-8')}\n\ndef _rest(values):\n{shared}\n    return total\n", encoding="utf-8"
    )
    folder = tmp_path / "release"
    made = kata(root, "release", str(folder), "--with-solutions", *PINNED)
    checked = kata(root, "release", "--check", str(folder), "--with-solutions")

    assert made[0] == 0, made[1]
    assert checked == (0, "Nothing hidden is in it.\n", "")
    assert kata(root, "release", "--check", str(folder))[0] == 1  # and none that was made without them
