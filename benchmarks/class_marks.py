"""`python -m benchmarks.class_marks`: a class of 200 with five exercises in one `kata marks`; the marks of what is malformed.

Most hand in our solution or a planted mistake of it for each exercise.  Every malformed hand-in comes from a learner of its own,
whose other exercises are right, so that its row shows what the malformed one costs.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.content.catalog import load_catalog
from grader.content.mutants import load_mutants, mutated
from grader.practice.stub_file import pristine_stub

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model import Exercise

ROOT: Final = Path(__file__).parents[1]
SLUGS: Final = ("softmax", "iou", "knn", "ndcg", "levenshtein_distance")
POINTS: Final = 10
MALFORMED: Final = "softmax"


def main() -> int:
    """Make the class, mark it, print the table; the exit code is 1 where somebody's points are out of another number."""
    parser = argparse.ArgumentParser(prog="benchmarks.class_marks", description=__doc__)
    parser.add_argument("--learners", type=int, default=200, help="how many in all")
    parser.add_argument("--jobs", type=int, default=2, help="how many hand-ins are graded at the same time")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        return _mark(Path(name), options.learners, options.jobs)


def _mark(folder: Path, learners: int, jobs: int) -> int:
    catalog = load_catalog(ROOT)
    exercises = [catalog.exercise(slug) for slug in SLUGS]
    right = {exercise.slug: exercise.reference_path.read_text(encoding="utf-8") for exercise in exercises}
    wrong = {one.slug: [mutated(one, mutant) for mutant in load_mutants(one).planted] for one in exercises}
    handed = folder / "handed"
    handed.mkdir()
    makers = _malformed(catalog.exercise(MALFORMED), right)
    for name, make in makers.items():
        make(handed / name)
    honest = learners - len(makers) - 1  # one hands in nothing at all
    for number in range(honest):
        place = handed / f"learner{number:03}"
        place.mkdir()
        for turn, slug in enumerate(SLUGS):
            pick = number * len(SLUGS) + turn
            text = right[slug] if pick % 5 < 3 else wrong[slug][pick % len(wrong[slug])]
            (place / f"{slug}.py").write_text(f"{text}\n# {number}\n", encoding="utf-8")
    names = [*makers, *(f"learner{number:03}" for number in range(honest)), "nothing_handed_in"]
    (folder / "roster.csv").write_text("id,name\n" + "".join(f"{name},{name}\n" for name in names), encoding="utf-8")
    listed = "".join(f'[[exercises]]\nslug = "{slug}"\npoints = {POINTS}\n' for slug in SLUGS)
    assignment = folder / "assignment.toml"
    assignment.write_text(
        f'format = 1\ntitle = "Five"\nseed = 7\nlevel = "full"\nfeedback = "hints"\nattempts = "last"\n{listed}',
        encoding="utf-8",
    )
    out = folder / "marks"
    command = [sys.executable, "-c", "from grader.cli import run; run()", "marks", str(assignment), str(handed)]
    command += ["--roster", str(folder / "roster.csv"), "--output", str(out), "-j", str(jobs), "--fail-on", "never"]
    started = time.perf_counter()
    done = subprocess.run(
        command, env={**os.environ, "KATA_ROOT": str(ROOT), "KATA_HOME": str(folder / "home")}, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"kata marks ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    rows = list(csv.DictReader(io.StringIO((out / "marks.csv").read_text(encoding="utf-8"))))
    graded = len((out / "results.jsonl").read_text(encoding="utf-8").splitlines())
    _print(rows, [*makers, "nothing_handed_in"])
    full = f"{POINTS * len(SLUGS):g}"
    odd = [row["learner"] for row in rows if f"{float(row['max_points']):g}" != full]
    print(f"\n{len(rows)} learners, {len(SLUGS)} exercises, {graded} different files, -j {jobs}: {seconds:.1f} s,")
    print(f"{1000 * seconds / graded:.0f} ms a file. Out of another number than {full}: {', '.join(odd) or 'nobody'}.")
    return 1 if odd or len(rows) != len(names) else 0


def _print(rows: list[dict[str, str]], names: list[str]) -> None:
    """Print the rows of malformed hand-ins as Markdown."""
    shown = [MALFORMED, "points", "max_points", "level", "notes"]
    shown = [column for column in shown if column in rows[0]]
    print(f"| what {MALFORMED} is | {' | '.join(shown)} |\n|---{'|---' * len(shown)}|")
    found = {row["learner"]: row for row in rows}
    for name in names:
        cells = (" ".join(found[name][column].replace("|", "/").split())[:120] for column in shown)
        print(f"| {name.replace('_', ' ')} | {' | '.join(cells)} |")


def _malformed(exercise: Exercise, right: dict[str, str]) -> dict[str, Callable[[Path], None]]:
    """Return by name what writes a hand-in with one malformed file."""
    slug = exercise.slug
    code = right[slug]
    contents: dict[str, bytes] = {
        "empty_file": b"",
        "only_a_comment": b"# TODO\n",
        "untouched_stub": pristine_stub(exercise),
        "syntax_error": b"def softmax(x:\n",
        "tabs_and_spaces": b"def softmax(x):\n\tif 1:\n        return x\n",
        "zero_bytes": code.encode().replace(b"\n", b"\n\0", 1),
        "utf16": code.encode("utf-16"),
        "latin1_undeclared": f"# caf\xe9\n{code}".encode("latin-1"),
        "bom_and_crlf": b"\xef\xbb\xbf" + code.replace("\n", "\r\n").encode(),
        "ten_megabytes": code.encode() + b"# x\n" * 2_500_000,
        "merge_conflict": b"<<<<<<< HEAD\n" + code.encode() + b"=======\n>>>>>>> b\n",
        "no_such_function": b"def soft_max(x):\n    return x\n",
        "missing_import": b"import nonexistent_library\n" + code.encode(),
        "loop_at_import": b"while True:\n    pass\n",
        "exit_at_import": b"import os\nos._exit(0)\n",
        "system_exit_0": b"raise SystemExit(0)\n",
        "crash_at_import": b"import ctypes\nctypes.string_at(0)\n",
        "memory_bomb": b"x = []\nwhile True:\n    x.append(bytearray(1 << 26))\n",
        "print_flood": b"while True:\n    print('x' * 10_000)\n",
        "waits_for_input": b"input()\n" + code.encode(),
        "deep_nesting": b"x = " + b"(" * 5_000 + b")" * 5_000 + b"\n",
        "a_picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    }

    def with_file(content: bytes) -> Callable[[Path], None]:
        return lambda place: _write(place, right, {f"{slug}.py": content})

    makers = {name: with_file(content) for name, content in contents.items()}
    solution = code.encode()
    cell: dict[str, object] = {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": code,
    }
    notebook = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
    makers |= {
        "empty_folder": lambda place: place.mkdir(),
        "folder_instead_of_file": lambda place: _write(place, right, {f"{slug}.py/{slug}.py": solution}),
        "link_out_of_the_folder": _link(right, slug),
        "other_name": lambda place: _write(place, right, {f"{slug}.py": None, "My Solution (final) (2).py": solution}),
        "upper_case_name": lambda place: _write(place, right, {f"{slug}.py": None, f"{slug.upper()}.PY": solution}),
        "text_file": lambda place: _write(place, right, {f"{slug}.py": None, f"{slug}.py.txt": solution}),
        "two_copies": lambda place: _write(place, right, {f"old/{slug}.py": pristine_stub(exercise)}),
        "notebook": lambda place: _write(place, right, {f"{slug}.py": None, f"{slug}.ipynb": notebook}),
        "damaged_notebook": lambda place: _write(place, right, {f"{slug}.py": None, f"{slug}.ipynb": notebook[:90]}),
        "zip_in_the_folder": lambda place: _write(place, right, {f"{slug}.py": None, "all.zip": _zip(slug, solution)}),
        "damaged_zip": lambda place: _write(place, right, {f"{slug}.py": None, "all.zip": _zip(slug, solution)[:70]}),
    }
    return makers


def _write(place: Path, right: dict[str, str], files: dict[str, bytes | None]) -> None:
    """Write right solutions, and over them some files; None leaves one out."""
    place.mkdir()
    whole: dict[str, bytes | None] = {f"{slug}.py": text.encode() for slug, text in right.items()}
    replaced = {name.partition("/")[0] for name in files}
    whole = {name: data for name, data in whole.items() if name not in replaced} | files
    for name, data in whole.items():
        if data is not None:
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_bytes(data)


def _link(right: dict[str, str], slug: str) -> Callable[[Path], None]:
    def make(place: Path) -> None:
        _write(place, right, {f"{slug}.py": None})
        (place / f"{slug}.py").symlink_to("/etc/hostname")

    return make


def _zip(slug: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"{slug}.py", content)
    return packed.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
