"""The toy catalogue, copied where a test may change it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from grader.content.catalog import load_catalog, load_exercise
from grader.content.record import Pattern, Record, proof_digest, record_text
from grader.content.stub import derive_stub

if TYPE_CHECKING:
    from grader.model import Exercise

TOYS: Final = Path(__file__).parent / "toy_catalog"
_DOUBLING: Final = Path(__file__).parent / "toy_exercises"
# Attempts at the toy exercise `halve`.
RIGHT: Final = "def halve(n):\n    return n // 2\n"
WRONG: Final = "def halve(n):\n    print('halving', n)\n    return int(n / 2)\n"


def doubling_with(root: Path, tests: str) -> Exercise:
    """Return the toy exercise `doubling`, copied below a folder where it is not there yet, with hidden tests of one's own."""
    folder = root / "exercises/toys/doubling"
    if not folder.exists():
        shutil.copytree(_DOUBLING, root, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "hidden_tests.py").write_text(tests, encoding="utf-8")
    return load_exercise(folder)


def copy_toys(folder: Path) -> Path:
    """Copy the toy catalogue into a folder and return its root."""
    root = folder / "toys"
    shutil.copytree(TOYS, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root


_PROMPT: Final = """# Halve

Write `halve`, which halves whole numbers.

## Core

- `halve(n)` takes a whole number and returns one.

## Examples

```python
>>> halve(5)
2
```

## Fine print

| topic | rule |
|---|---|
| below zero | Round down there, too. |

## Sources

Tests of the grader.
"""
_CLARIFICATIONS: Final = """
[[clarifications]]
topic = "odd numbers"
question = "What is half of an odd number?"
answer = "Round it down."

[[clarifications]]
topic = "negative numbers"
question = "Are there numbers below zero?"
answer = "Yes, in the fine print."

[[clarifications]]
topic = "size"
question = "How large does n get?"
answer = "A few digits."
"""


def layer_halve(root: Path) -> None:
    """Tell core from fine print in the exercise `halve` of a copy: rounding below zero is fine print."""
    folder = root / "exercises" / "numbers" / "halve"
    (folder / "prompt.md").write_text(_PROMPT, encoding="utf-8")
    metadata = folder / "exercise.toml"
    metadata.write_text(metadata.read_text(encoding="utf-8") + _CLARIFICATIONS, encoding="utf-8")
    tests = folder / "hidden_tests.py"
    edit(tests, "def test_negative_rounds_down", "@pytest.mark.fine\ndef test_negative_rounds_down")
    edit(tests, "from grader.testing", "import pytest\n\nfrom grader.testing")


def copy_halve(root: Path, name: str) -> None:
    """Add a copy of the exercise `halve` under another name; `list_toys` then puts it into its track."""
    for top in ("exercises", "solutions"):
        target = root / top / "numbers" / name
        shutil.copytree(root / top / "numbers" / "halve", target)
        for path in [path for path in target.rglob("*") if path.is_file()]:
            path.write_text(path.read_text(encoding="utf-8").replace("halve", name), encoding="utf-8")
            if path.stem == "halve":
                path.rename(path.with_stem(name))
    solution = root / "solutions" / "numbers" / name / f"{name}.py"
    stub = derive_stub(solution.read_text(encoding="utf-8"))
    (root / "exercises" / "numbers" / name / f"{name}.py").write_text(stub, encoding="utf-8")


def list_toys(root: Path, slugs: list[str]) -> None:
    """Say which exercises the track `numbers` has."""
    path = root / "exercises" / "numbers" / "track.toml"
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("exercises")]
    listed = ", ".join(f'"{slug}"' for slug in slugs)
    path.write_text("\n".join([*kept, f"exercises = [{listed}]"]) + "\n", encoding="utf-8")


def edit(path: Path, old: str, new: str) -> None:
    """Replace one piece of a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def record_halve(root: Path) -> None:
    """Write what a proof of `halve` would record: which case the planted mistake fails, so that it can be told."""
    exercise = load_catalog(root).exercise("halve")
    cases = ("test_even", "test_negative_rounds_down")
    patterns = (Pattern("rounds_to_zero", cases[1:]),)
    record = Record(proof_digest(exercise), cases, (2, 0, 0), 1, 1, (), 0, 3, 1, patterns)
    exercise.record_path.write_text(record_text(record), encoding="utf-8")
